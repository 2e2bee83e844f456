"""Rows of goods that the page's own sum confirms, whatever the tagger takes them for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.retagging import with_tags, without_labels
from pipeline.assembly.summary.sums import CENT, ZERO
from pipeline.assembly.summary.taxed_lines import shares
from pipeline.assembly.values.amounts import NumberFormat, parse_amount
from pipeline.document import Page
from pipeline.labels import LabelSet, Role, label_of
from pipeline.tagging.types import Tags
from pipeline.text_lines.labelled_amounts import LabelledAmount, find_labelled_amounts
from pipeline.text_lines.lines import Line, read_lines

_SURE = 0.9  # the probability of a tag that the sum confirms
_WORD = re.compile(r"[^\W\d_]{2}")
_NUMBER = re.compile(r"^[\d.,]+[xX]?$|^[xX*]$")
_QUANTITY = re.compile(r"^\d{1,2}[xX]?$")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that ends with an amount which neither a key word nor a rate explains.

    Attributes:
        number: the line's place on the page.
        place: the amount's place in the line.
        tagged: as a line item's total.
    """

    number: int
    place: int
    value: Decimal
    tagged: bool


def with_summed_rows(
    page: Page, tags: Tags, label_set: LabelSet, number_format: NumberFormat
) -> Tags:
    """Tags in which the rows above the first sum are the line items, if their amounts add up to
    it; lines of announced amounts, headings above the rows and all from the sum on are none.

    What is tagged as a row's column already keeps its tag. Negative rows are taken off.
    """
    columns = {label.column: label.name for label in label_set.with_role(Role.ITEM) if label.column}
    if not columns.keys() >= {"description", "total"}:
        return tags
    lines = read_lines(page)
    labelled = find_labelled_amounts(lines)
    ends = [amount.number for amount in labelled if amount.label in ("total", "subtotal")]
    above = lines[: min(ends, default=0)]
    others = {amount.number for amount in labelled} | shares(above, number_format)
    rows = _rows(above, others, tags, columns["total"], number_format)
    goods = [row for row in rows if row.value >= 0]
    items_total = sum((row.value for row in goods), ZERO)
    off = sum((-row.value for row in rows if row.value < 0), ZERO)
    if not goods or any(row.value == items_total and not row.tagged for row in goods):
        return tags  # one row may be the sum itself under an unknown name
    if all(abs(items_total - one) > CENT for one in _sums(lines, labelled, number_format, off)):
        return tags
    changed: dict[int, str] = {}
    for row in goods:
        changed |= _retagged(row, above, tags, columns)
    no_goods = [*_no_goods(above, goods, others, tags, columns), *lines[len(above) :]]
    denied = {token for line in no_goods for token in line.tokens}
    return with_tags(without_labels(tags, denied, set(columns.values())), changed, _SURE)


def _no_goods(
    lines: Sequence[Line],
    goods: Sequence[_Row],
    others: Set[int],
    tags: Tags,
    columns: Mapping[str, str],
) -> Iterator[Line]:
    """Lines of other amounts, and bare descriptions above the first row: that
    one has its own, unless it begins with a number."""
    yield from (lines[number] for number in sorted(others) if number < len(lines))
    first = lines[goods[0].number]
    if _WORD.search(first.words[0]) and _describes(first, tags, columns["description"]):
        for line in lines[: goods[0].number]:
            labels = {label_of(tags.labels[token]) for token in line.tokens}
            if labels & set(columns.values()) == {columns["description"]}:
                yield line


def _retagged(
    row: _Row, lines: Sequence[Line], tags: Tags, columns: Mapping[str, str]
) -> dict[int, str]:
    """The row's amount as its total, and its words as description if nothing describes it."""
    line = lines[row.number]
    total = _as_column(line.money(row.place), columns["total"])
    if any(_describes(near, tags, columns["description"]) for near in _around(row, lines)):
        return total
    words = [at for at in range(row.place) if _WORD.search(line.words[at])]
    if not words:
        return total
    start = next(at for at in range(row.place) if not _NUMBER.match(line.words[at]))
    tokens = [line.tokens[at] for at in range(min(start, words[0]), words[-1] + 1)]
    quantity = [*line.tokens[:1]] if _opens_with_quantity(line, lines, tags, columns) else []
    return {
        **total,
        **_as_column(tokens, columns["description"]),
        **_as_column(quantity, columns.get("quantity", "")),
    }


def _opens_with_quantity(
    line: Line, lines: Sequence[Line], tags: Tags, columns: Mapping[str, str]
) -> bool:
    """Whether the line begins with a small number, as others do that are tagged a quantity."""
    if "quantity" not in columns or not _QUANTITY.match(line.words[0]):
        return False
    firsts = (other.tokens[0] for other in lines if _QUANTITY.match(other.words[0]))
    return any(label_of(tags.labels[token]) == columns["quantity"] for token in firsts)


def _rows(
    lines: Sequence[Line], others: Set[int], tags: Tags, total: str, number_format: NumberFormat
) -> list[_Row]:
    rows = []
    for number, line in enumerate(lines):
        if number in others or not line.ends_with_amount():
            continue
        place = line.amounts[-1]
        value = parse_amount(line.words[place], number_format)
        label = label_of(tags.labels[line.tokens[place]])
        named = any(_WORD.search(word) for word in line.words[:place])
        if value == 0 and label not in (None, total):
            continue  # no sum tells against the tag
        if value is not None and (named or label == total):
            rows.append(_Row(number, place, value, label == total))
    return rows


def _sums(
    lines: Sequence[Line],
    labelled: Sequence[LabelledAmount],
    number_format: NumberFormat,
    off: Decimal,
) -> list[Decimal]:
    """What the goods may add up to: an announced total or subtotal, or that before discounts."""

    def values(*labels: str) -> list[Decimal]:
        words = [lines[a.number].words[a.place] for a in labelled if a.label in labels]
        return [v for word in words if (v := parse_amount(word, number_format)) is not None]

    off += sum((abs(value) for value in values("discount")), ZERO)
    return [
        value + extra for value in values("total", "subtotal") if value for extra in (ZERO, off)
    ]


def _around(row: _Row, lines: Sequence[Line]) -> list[Line]:
    """The row's line, and those next to it that hold no amount: descriptions may stand there."""
    near = [n for n in (row.number - 1, row.number + 1) if 0 <= n < len(lines)]
    return [lines[row.number], *(lines[n] for n in near if not lines[n].amounts)]


def _describes(line: Line, tags: Tags, description: str) -> bool:
    return any(label_of(tags.labels[token]) == description for token in line.tokens)


def _as_column(tokens: Sequence[int], label: str) -> dict[int, str]:
    return {token: f"{'I' if place else 'B'}-{label}" for place, token in enumerate(tokens)}
