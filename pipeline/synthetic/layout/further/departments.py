"""Headings of departments between the items, some with the sum of the department below it.

Neither heading nor sum has a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.synthetic.content.sale import ZERO
from pipeline.synthetic.layout.item_lines import PrintedItem
from pipeline.synthetic.layout.line_patterns import line_word
from pipeline.synthetic.layout.rows import Row, centre, left, plain
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till

_FORMS = (
    "{}",
    "{}",
    "{}:",
    "*** {} ***",
    "--- {} ---",
    "* {}",
    "** {} **",
    "[{}]",
    ">> {}",
    "= {} =",
)


def department_rows(till: Till, sections: Sections) -> Sections:
    """Items in groups of one to six, each below its department; supermarkets have such."""
    items = sections.items
    has_headings = any(not item.rows[0].labels for item in items)
    if till.kind != "supermarket" or len(items) < 3 or has_headings:
        return sections
    form, cell = till.rng.choice(_FORMS), till.rng.choice([left, left, left, centre])
    has_sums = till.chance(0.2)
    printed: list[PrintedItem] = []
    for group in _groups(till, items):
        name = line_word(till, "departments")
        heading = Row((cell(plain(form.format(name))),))
        first = replace(group[0], rows=(heading, *group[0].rows))
        printed += [first, *group[1:]]
        if has_sums:
            printed[-1] = replace(printed[-1], rows=(*printed[-1].rows, _sum(till, name, group)))
    return replace(sections, items=tuple(printed))


def _groups(till: Till, items: Sequence[PrintedItem]) -> list[list[PrintedItem]]:
    """The items in groups; an addition is in the group of its item."""
    groups: list[list[PrintedItem]] = []
    room = 0
    for item in items:
        if room <= 0 and not item.item.extra:
            groups.append([])
            room = till.rng.randint(1, 6)
        groups[-1].append(item)
        room -= 1
    return groups


def _sum(till: Till, name: str, group: Sequence[PrintedItem]) -> Row:
    total = sum((one.item.total - one.item.discount for one in group), ZERO)
    key = line_word(till, "department_total")
    words = till.rng.choice([key, f"{key} {name}"])
    return till.amount_row(words, till.amount(total, None))
