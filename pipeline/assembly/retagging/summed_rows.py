"""Tag rows as line items where their amounts add up to the page's total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from decimal import Decimal

from pipeline.assembly.retagging.amount_rows import WORD, AmountRow, amount_rows
from pipeline.assembly.retagging.tag_changes import with_tags, without_labels
from pipeline.assembly.summary.taxed_lines import lines_explained_by_a_rate
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO, parse_amount
from pipeline.labels import tag_of
from pipeline.text_lines.labelled_amounts import LabelledAmount
from pipeline.text_lines.lines import Line

_SURE = 0.9  # the probability of a tag that the sum confirms
_NUMBER = re.compile(r"^[\d.,]+[xX]?$|^[xX*]$")
_QUANTITY = re.compile(r"^\d{1,2}[xX]?$")


def with_summed_rows(tagged: TaggedPage) -> TaggedPage:
    """The page with the rows above the first sum tagged as line items, if their amounts add up to
    it; lines of labelled amounts, headings above the rows and all lines from the sum on lose such
    tags.

    Tokens that are tagged as a row's column already keep their tag. Negative rows are discounts.
    A row with a cell of a payment or a tax, such as a rate, is an item's if the sum needs it.
    """
    columns = tagged.columns()
    if not columns.keys() >= {"description", "total"}:
        return tagged
    labelled = tagged.labelled_amounts
    ends = [amount.line_number for amount in labelled if amount.label in ("total", "subtotal")]
    above = tagged.lines[: min(ends, default=0)]
    others = {amount.line_number for amount in labelled}
    others |= {n for n, line in enumerate(above) if tagged.excluded & set(line.tokens)}
    others |= lines_explained_by_a_rate(above, tagged.conventions.number_format)
    rows = amount_rows(above, others, tagged)
    ways = ([row for row in rows if not row.of_other_table], rows)
    items = next(filter(None, (_confirmed(way, tagged) for way in ways)), [])
    if not items or _goes_on_below(len(above), tagged):
        return tagged
    changed: dict[int, str] = {}
    for row in items:
        changed |= _column_tags(row, above, tagged)
    no_items = [*_no_items(above, items, others, tagged), *tagged.lines[len(above) :]]
    denied = {token for line in no_items for token in line.tokens}
    tags = without_labels(tagged.tags, denied, set(columns.values()))
    return tagged.with_tags(with_tags(tags, changed, _SURE))


def _goes_on_below(end: int, tagged: TaggedPage) -> bool:
    """Whether the first sum is that of a part: rows tagged as items stand below it and above a
    larger sum.

    Args:
        end: the first sum's line.
    """
    sums = [
        (amount.line_number, value)
        for amount in tagged.labelled_amounts
        if amount.label in ("total", "subtotal") and (value := _value(amount, tagged)) is not None
    ]
    first = next((value for number, value in sums if number == end), ZERO)
    last = max((number for number, value in sums if value > first), default=end)
    others = {amount.line_number for amount in tagged.labelled_amounts} | set(range(end))
    rows = amount_rows(tagged.lines[:last], others, tagged)
    return sum(row.tagged and _is_described(tagged.lines[row.number], tagged) for row in rows) > 1


def _confirmed(rows: Sequence[AmountRow], tagged: TaggedPage) -> list[AmountRow]:
    """The rows that are not negative, if they add up to a sum of the page; else none."""
    items = [row for row in rows if row.value >= 0]
    items_total = sum((row.value for row in items), ZERO)
    off = sum((-row.value for row in rows if row.value < 0), ZERO)
    if any(row.value == items_total and not row.tagged for row in items):
        return []  # one row may be the sum itself under an unknown name
    adds_up = any(abs(items_total - one) <= CENT for one in _sums(off, tagged))
    return items if adds_up else []


def _sums(off: Decimal, tagged: TaggedPage) -> list[Decimal]:
    """What the items may add up to: a labelled total or subtotal, with or without discounts.

    Args:
        off: the negative rows.
    """

    def values(*labels: str) -> list[Decimal]:
        parsed = (_value(one, tagged) for one in tagged.labelled_amounts if one.label in labels)
        return [value for value in parsed if value is not None]

    off += sum((abs(value) for value in values("discount")), ZERO)
    return [
        value + extra for value in values("total", "subtotal") if value for extra in (ZERO, off)
    ]


def _value(amount: LabelledAmount, tagged: TaggedPage) -> Decimal | None:
    return parse_amount(tagged.tokens[amount.token].text, tagged.conventions.number_format)


def _no_items(
    lines: Sequence[Line], items: Sequence[AmountRow], others: Set[int], tagged: TaggedPage
) -> Iterator[Line]:
    """Lines of other amounts, and bare descriptions above the first row if that row has its own
    and does not begin with a number."""
    yield from (lines[number] for number in sorted(others) if number < len(lines))
    first = lines[items[0].number]
    if WORD.search(first.words[0]) and _is_described(first, tagged):
        columns = tagged.columns()
        for line in lines[: items[0].number]:
            labels = {tagged.label_at(token) for token in line.tokens}
            if labels & set(columns.values()) == {columns["description"]}:
                yield line


def _column_tags(row: AmountRow, lines: Sequence[Line], tagged: TaggedPage) -> dict[int, str]:
    """The tags of the row's amount as its total, and of its words as description if nothing
    describes it."""
    columns = tagged.columns()
    line = lines[row.number]
    total = _as_column(line.money(row.place), columns["total"])
    if any(_is_described(near, tagged) for near in _around(row, lines)):
        return total
    cells = {name for column, name in columns.items() if column != "description"}
    words = [
        at
        for at in range(row.place)
        if WORD.search(line.words[at]) and tagged.label_at(line.tokens[at]) not in cells
    ]
    if not words:
        return total
    start = next(at for at in range(row.place) if not _NUMBER.match(line.words[at]))
    tokens = [line.tokens[at] for at in range(min(start, words[0]), words[-1] + 1)]
    quantity = line.tokens[:1] if _opens_with_quantity(line, lines, tagged) else ()
    return {
        **total,
        **_as_column(tokens, columns["description"]),
        **_as_column(quantity, columns.get("quantity", "")),
    }


def _opens_with_quantity(line: Line, lines: Sequence[Line], tagged: TaggedPage) -> bool:
    """Whether the line begins with a small number, as others do that are tagged a quantity."""
    quantity = tagged.columns().get("quantity")
    if quantity is None or not _QUANTITY.match(line.words[0]):
        return False
    firsts = (other.tokens[0] for other in lines if _QUANTITY.match(other.words[0]))
    return any(tagged.label_at(token) == quantity for token in firsts)


def _around(row: AmountRow, lines: Sequence[Line]) -> list[Line]:
    """The row's line, and those next to it without an amount: its description may be there."""
    near = [n for n in (row.number - 1, row.number + 1) if 0 <= n < len(lines)]
    return [lines[row.number], *(lines[n] for n in near if not lines[n].amounts)]


def _is_described(line: Line, tagged: TaggedPage) -> bool:
    description = tagged.columns()["description"]
    return any(tagged.label_at(token) == description for token in line.tokens)


def _as_column(tokens: Sequence[int], label: str) -> dict[int, str]:
    return {token: tag_of(label, inside=place > 0) for place, token in enumerate(tokens)}
