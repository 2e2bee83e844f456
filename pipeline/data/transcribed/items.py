"""Find the columns of the line items on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.data.alignment import find_text_spans, likeness
from pipeline.data.fuzzy_spans import letters_and_digits
from pipeline.data.transcribed.found import Found, Span
from pipeline.data.transcribed.item_lines import Place, PrintedLine, item_places
from pipeline.data.transcribed.numbers import means, same
from pipeline.data.transcribed.transcription import TranscribedItem, Transcription
from pipeline.text_lines import patterns
from pipeline.text_lines.lines import Line

COLUMNS = ("item_description", "item_quantity", "item_unit_price", "item_total")
_PRODUCT = frozenset({"item_quantity", "item_unit_price"})
_LIKE = 80  # of 100; a description less like the words is not found
_REACH = 3  # lines between a description and its amounts
_CENT = 0.02
_LEAST_NAME = 6  # letters of a description that would stand elsewhere by chance if shorter
_UNITS = r"pcs?|pkts?|un|unid|kgs?|l|lt|lts|ltr|ctn|unit|ea|nos?"
_UNIT = re.compile(_UNITS, re.IGNORECASE)
_QUANTITY = re.compile(rf"[xX@(]?\d+(?:[.,]\d{{1,3}})?\)?(?:[xX*]|{_UNITS})?\.?", re.IGNORECASE)
_PRICE = re.compile(r".*(?:\d[.,]\d{2,3}|\d{3})\D{0,3}")  # Indonesian prices have no decimals


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """One line item.

    Attributes:
        item: as transcribed.
        spans: its tokens by label.
        doubtful: columns that were not found and yet may be printed.
    """

    item: TranscribedItem
    spans: Mapping[str, Span]
    doubtful: frozenset[str] = frozenset()


def find_items(
    lines: Sequence[Line], free: set[int], receipt: Transcription
) -> tuple[list[Found], list[PrintedItem]]:
    """The columns of all items, and the items.

    Items that do not add up to the receipt's amounts are left out: some are missing, or
    their amounts are wrong.

    Args:
        free: the tokens that may belong to items.
    """
    left = [_left_of(line, free) for line in lines]
    places = item_places(left, receipt.items)
    known = [place for place in places if place is not None]
    if not receipt.items or len(known) < len(places) or not adds_up(receipt):
        return [Found(label, complete=False) for label in COLUMNS], []
    described = [
        _described(item, left[place.start : place.end])
        for item, place in zip(receipt.items, known, strict=True)
    ]
    if any("item_description" not in one.spans for one in described):
        return [Found(label, complete=False) for label in COLUMNS], []
    taken = {index for one in described for span in one.spans.values() for index in span}
    left = [line.without(taken) for line in left]
    arranged = [
        [_with_amounts(one, block) for one, block in zip(described, blocks, strict=True)]
        for blocks in (_below(left, known), _above(left, known))
    ]
    items = max(arranged, key=_totals)
    columns = [_column(label, items) for label in COLUMNS]
    if any(_is_repeated(one, left) for one in items):
        columns = [replace(column, complete=False) for column in columns]
    return columns, items


def adds_up(receipt: Transcription) -> bool:
    """Whether the items' totals give the subtotal or the total, with tax or without."""
    sums = sum(item.total or 0 for item in receipt.items)
    subtotal, total, tax = receipt.subtotal or 0, receipt.total or 0, receipt.tax or 0
    rounding = receipt.rounding or 0
    wanted = (subtotal, subtotal + tax, total, total - tax, total - rounding, total + rounding)
    return any(value and abs(sums - value) <= _CENT for value in wanted)


def _left_of(line: Line, free: set[int]) -> PrintedLine:
    words = {i: w for i, w in zip(line.tokens, line.words, strict=True) if i in free}
    return PrintedLine(words, len(words) == len(line.tokens))


def _described(item: TranscribedItem, lines: Sequence[PrintedLine]) -> PrintedItem:
    """The item with its description; a code that stands apart from the words is no part of it."""
    texts = _words(lines)
    runs = find_text_spans(texts, item.description)
    words = [i for i, word in texts.items() if any(map(str.isalpha, word))]
    found = max(
        ([i for run in runs for i in run], words),
        key=lambda indices: likeness(texts, indices, item.description),
    )
    apart = {i for run in runs if not set(run).intersection(words) for i in run}
    span = tuple(i for i in found if i not in apart)
    if not span or likeness(texts, found, item.description) < _LIKE:
        return PrintedItem(item, {})
    return PrintedItem(item, {"item_description": span})


def _below(lines: Sequence[PrintedLine], places: Sequence[Place]) -> Iterator[list[PrintedLine]]:
    """Each item's lines where amounts stand on the description's lines or under them."""
    starts = [*(place.start for place in places[1:]), len(lines)]
    for place, following in zip(places, starts, strict=True):
        under = lines[place.end : min(following, place.end + _REACH)]
        broken = next((n for n, line in enumerate(under) if not line.is_whole), len(under))
        yield [*lines[place.start : place.end], *under[:broken]]


def _above(lines: Sequence[PrintedLine], places: Sequence[Place]) -> Iterator[list[PrintedLine]]:
    """Each item's lines where amounts stand over the description."""
    ends = [0, *(place.end for place in places[:-1])]
    for place, before in zip(places, ends, strict=True):
        yield list(lines[max(before, place.start - _REACH) : place.end])


def _words(lines: Iterable[PrintedLine]) -> dict[int, str]:
    return {index: word for line in lines for index, word in line.words.items()}


def _with_amounts(described: PrintedItem, block: Sequence[PrintedLine]) -> PrintedItem:
    """The item with total, unit price and quantity as far as they are printed on its lines."""
    item, spans = described.item, dict(described.spans)
    total_line, total = _total(block, item.total)
    block = [line.without(total) for line in block]
    lines = block if total_line is None else [block[total_line], *block]
    unit_line, unit = next(
        ((n, span) for n, line in enumerate(lines) if (span := _unit_price(line, item, total))),
        (0, ()),
    )
    priced = [lines[unit_line], *block[: (total_line or 0) + 1]] if unit or total else []
    near = (_quantity(line.without(unit), item.quantity, (*unit, *total)) for line in priced)
    quantity = next((span for span in near if span), ())
    found = {"item_total": total, "item_unit_price": unit, "item_quantity": quantity}
    spans.update({label: span for label, span in found.items() if span})
    used = {index for span in found.values() for index in span}
    others = [word for i, word in _words(block).items() if i not in used]
    return _without_wrong_product(PrintedItem(item, spans, _doubtful(item, spans, others)))


def _doubtful(
    item: TranscribedItem, spans: Mapping[str, Span], others: Sequence[str]
) -> frozenset[str]:
    """The columns that were not found and that the item's other words may be.

    Where none may be, the transcribed value was inferred.
    """
    may_be = {
        "item_total": bool(item.total),
        "item_unit_price": any(map(_PRICE.fullmatch, others)),
        "item_quantity": any(map(_QUANTITY.fullmatch, others)),
    }
    return frozenset(label for label, open_ in may_be.items() if open_ and label not in spans)


def _total(block: Sequence[PrintedLine], value: float | None) -> tuple[int | None, Span]:
    """The last amount of that value on the first line that has one, and the line's number.

    Of several zeros, as of a unit price and a total, the one on the last line.
    """
    if value is not None:
        for number, line in list(enumerate(block))[:: 1 if value else -1]:
            hits = [i for i, word in line.words.items() if means(word, value)]
            hits = [i for i in hits if _PRICE.fullmatch(line.words[i]) or not value]
            if hits:
                return number, _with_currency(line.words, hits[-1])
    return None, ()


def _unit_price(line: PrintedLine, item: TranscribedItem, total: Span) -> Span:
    """The unit price before the total rather than behind it."""
    value, words = item.unit_price, line.words
    if not value or (not total and same(value, item.total or 0)):
        return ()
    hits = [i for i, word in words.items() if _PRICE.fullmatch(word) and means(word, value)]
    before = [i for i in hits if i < total[0]] if total else hits
    return _with_currency(words, (before or hits)[-1]) if hits else ()


def _with_currency(words: dict[int, str], index: int) -> Span:
    """An amount with the currency before it."""
    has_currency = patterns.CURRENCY.match(words.get(index - 1, ""))
    return (index - 1, index) if has_currency else (index,)


def _quantity(line: PrintedLine, value: float | None, prices: Span) -> Span:
    """The number of pieces with its unit: of several such numbers the last before the prices' end,
    as line numbers and codes stand further left."""
    words = line.words
    hits = [i for i, word in words.items() if _QUANTITY.fullmatch(word) and means(word, value or 0)]
    if not value or not hits:
        return ()
    before = [i for i in hits if i < max(prices)]
    chosen = before[-1] if before else hits[0]
    follows = words.get(chosen + 1, "")
    return (chosen, chosen + 1) if _UNIT.fullmatch(follows) else (chosen,)


def _without_wrong_product(found: PrintedItem) -> PrintedItem:
    """Without quantity and unit price where they do not give the total: one of them is another
    number."""
    item = found.item
    if "item_unit_price" not in found.spans or item.unit_price is None or item.total is None:
        return found
    product = (1 if item.quantity is None else item.quantity) * item.unit_price
    if abs(product - item.total) <= max(_CENT, 0.01 * item.total):
        return found
    kept = {key: span for key, span in found.spans.items() if key not in _PRODUCT}
    return PrintedItem(item, kept, found.doubtful | _PRODUCT)


def _totals(items: Sequence[PrintedItem]) -> int:
    return sum("item_total" in one.spans for one in items)


def _is_repeated(one: PrintedItem, left: Sequence[PrintedLine]) -> bool:
    """Whether the description stands on another line, too, which was transcribed with this one."""
    name = "".join(_named(one.item.description))
    return len(name) >= _LEAST_NAME and any(
        name in "".join(_named(" ".join(line.words.values()))) for line in left
    )


def _named(text: str) -> list[str]:
    return [letters_and_digits(word) for word in text.split() if any(map(str.isalpha, word))]


def _column(label: str, items: Sequence[PrintedItem]) -> Found:
    spans = tuple(one.spans[label] for one in items if label in one.spans)
    return Found(label, spans, not any(label in one.doubtful for one in items))
