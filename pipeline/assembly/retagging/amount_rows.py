"""Lines that end with an amount and may be line items, whatever they are tagged as."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.summary.options import ROUNDING, SERVICE
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import parse_amount
from pipeline.labels import Role, Table
from pipeline.text_lines.lines import Line

WORD = re.compile(r"[^\W\d_]{2}")
_ADDED = (SERVICE, ROUNDING)  # to the items, so that their sum is the total too


@dataclass(frozen=True, slots=True)
class AmountRow:
    """A line that ends with an amount which neither a key word nor a rate explains.

    Attributes:
        number: the line's place on the page.
        place: the amount's place in the line.
        tagged: as a line item's total.
        of_other_table: something on the line is tagged as a payment's or a tax's cell.
    """

    number: int
    place: int
    value: Decimal
    tagged: bool
    of_other_table: bool


def amount_rows(lines: Sequence[Line], others: Set[int], tagged: TaggedPage) -> list[AmountRow]:
    """The rows among the page's first lines, top to bottom.

    Args:
        others: the places of lines that a key word or a rate explains.
    """
    rows = []
    total = tagged.columns()["total"]
    tables = tagged.label_set.with_role(Role.TABLE)
    others_tables = {label.name for label in tables if label.table is not Table.ITEMS}
    for number, line in enumerate(lines):
        if number in others or not line.ends_with_amount():
            continue
        place = line.amounts[-1]
        value = parse_amount(line.words[place], tagged.conventions.number_format)
        label = tagged.label_at(line.tokens[place])
        of_other = any(tagged.label_at(token) in others_tables for token in line.tokens)
        named = any(WORD.search(word) for word in line.words[:place])
        if label in _ADDED or (value == 0 and label not in (None, total)):
            continue  # no sum contradicts the tag
        if value is not None and (named or label == total):
            rows.append(AmountRow(number, place, value, label == total, of_other))
    return rows
