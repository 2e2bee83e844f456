"""Find the sums of a shop's sections between the line items: `Subtotal DAIRY 8.53`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.assembly.retagging.amount_rows import amount_rows
from pipeline.assembly.summary.options import DISCOUNT, SUBTOTAL, TOTAL
from pipeline.assembly.summary.taxed_lines import lines_explained_by_a_rate
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.labels import Table
from pipeline.text_lines.lines import Line

_SUMS = (TOTAL, SUBTOTAL)
_LEAST = 2  # sections; the sum of one is the receipt's


@dataclass(slots=True)
class _Section:
    """The rows since the last sum.

    Attributes:
        goods: what they add up to; ``credits``: likewise of negative rows, without the sign.
        discounts: what lines of discounts take off.
    """

    rows: int = 0
    goods: Decimal = ZERO
    credits: Decimal = ZERO
    discounts: Decimal = ZERO

    def add(self, value: Decimal) -> None:
        self.rows += 1
        if value < 0:
            self.credits -= value
        else:
            self.goods += value

    def is_sum(self, value: Decimal) -> bool:
        """Whether this is the rows' sum: before what is taken off, or after."""
        less = self.goods - self.credits
        ways = (self.goods, less, self.goods - self.discounts, less - self.discounts)
        return self.rows > 0 and any(abs(way - value) <= CENT for way in ways)


@dataclass(slots=True)
class _Sections:
    """What was read of the page so far.

    Attributes:
        sums: the sums of whole sections, by the places of their lines.
        open: the section whose sum has not come.
    """

    sums: dict[int, Decimal] = field(default_factory=dict)
    open: _Section = field(default_factory=_Section)

    def close(self, number: int, value: Decimal) -> None:
        self.sums[number] = value
        self.open = _Section()

    def are_whole(self, value: Decimal) -> bool:
        """Whether this is the sum of all sections, with discounts of all taken off or not."""
        whole = sum(self.sums.values(), ZERO)
        ends = (value, value + self.open.discounts)
        return (
            len(self.sums) >= _LEAST
            and not self.open.rows
            and any(abs(whole - end) <= CENT for end in ends)
        )


def section_sums(tagged: TaggedPage) -> Mapping[int, int]:
    """The tokens of the sections' sums, by the places of their lines; none unless the page proves
    them: each is the sum of the rows since the one before, and all together are a total or subtotal
    below.

    A sum has a key word or is not tagged as a line item. The section below the last sum must have
    one too: an amount behind a subtotal, such as a bag's fee, makes no sections.
    """
    if TOTAL not in tagged.columns():
        return {}
    lines = tagged.lines
    labels = {one.line_number: one.label for one in tagged.labelled_amounts}
    explained = lines_explained_by_a_rate(lines, tagged.conventions.number_format)
    rows = {row.number: row for row in amount_rows(lines, frozenset(), tagged)}
    found = _Sections()
    for number, row in rows.items():
        label = labels.get(number)
        is_sum = label in _SUMS
        if is_sum and found.are_whole(row.value):
            return {at: lines[at].tokens[rows[at].place] for at in found.sums}
        if (is_sum or not row.tagged) and found.open.is_sum(row.value):
            found.close(number, row.value)
        elif _takes_off(lines[number], label, tagged):
            found.open.discounts += abs(row.value)
        elif row.tagged or (label is None and number not in explained):
            found.open.add(row.value)
        elif is_sum:
            return {}
    return {}


def _takes_off(line: Line, label: str | None, tagged: TaggedPage) -> bool:
    """Whether the line is a discount, by its key word or its tags."""
    of_items = tagged.label_set.of_table(Table.ITEMS)
    names = {DISCOUNT, *(one.name for one in of_items if one.column == DISCOUNT)}
    return label == DISCOUNT or any(tagged.label_at(token) in names for token in line.tokens)
