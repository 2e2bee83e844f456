"""Card slips: terminal, authorisation, masked card, date, time and amount once more.

The amount is ``total``, the name of the card ``payment_method``, its number ``card_last4``; other
numbers, of terminal, transaction and authorisation, have no label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.layout.header import header_rows
from pipeline.synthetic.layout.line_patterns import line_word, pattern_cells
from pipeline.synthetic.layout.payments import card_part
from pipeline.synthetic.layout.receipt_rows import PrintedReceipt
from pipeline.synthetic.layout.rows import Part, Row, centre
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till

_AIDS = ("A0000000031010", "A0000000041010", "A0000000032010", "A0000000043060", "A000000025010801")
_OFTEN = {"day": 2, "time": 2, "code": 1, "aid": 1, "method": 1, "card": 1}
"""How often a slip prints a slot's value at most."""


def card_slip(till: Till, sections: Sections) -> Sections:
    """A whole slip below the receipt, if it was paid by one card."""
    if till.sale.cash is not None or till.sale.cards:
        return sections
    again = till.merchant.name_lines if till.chance(0.3) else ()
    name = tuple(till.plain_row(line, "center") for line in again)
    return replace(sections, slip=(*till.separator_rows(), *name, *_slip(till)))


def print_slip(till: Till) -> PrintedReceipt:
    """A slip on a paper of its own: the header and no items."""
    rows = [*header_rows(till), *till.separator_rows(), *_slip(till)]
    words = till.country.words["thanks"]
    rows += [till.plain_row(till.style.apply(till.rng.choice(words)), "center")]
    return PrintedReceipt(tuple(rows), ())


def _slip(till: Till) -> Iterator[Row]:
    rng = till.rng
    labelled = {
        "day": Part(till.date_text, "date"),
        "time": Part(till.time_text, "time"),
        "method": Part(line_word(till, "card_names"), "payment_method", row=0),
        "card": card_part(till, 0),
    }
    values = {"aid": rng.choice(_AIDS)}
    is_centred, has_edges = till.chance(0.2), till.chance(0.3)
    rows = []
    for pattern in _some(till, lines("slip", till.country.language)):
        cells = pattern_cells(till, pattern, labelled, values, has_edges)
        if is_centred:
            cells = [centre(*(part for cell in cells for part in cell.parts))]
        rows.append(Row(tuple(cells)))
    amount = till.amount(till.sale.total, "total", till.chance(0.6), 0)
    for _ in range(rng.choice([1, 1, 1, 2])):
        row = till.amount_row(
            line_word(till, "slip_amount"), amount, rng.choice(["normal", "bold"])
        )
        rows.insert(rng.randint(len(rows) // 3, len(rows)), row)
    if till.chance(0.75):
        yield till.plain_row(line_word(till, "slip_title"), rng.choice(["center", "left"]))
    yield from rows


def _some(till: Till, known: Sequence[str]) -> Iterator[str]:
    """Some of the lines in their order, with no value too often."""
    count = till.rng.randint(7, min(20, len(known)))
    used: Counter[str] = Counter()
    for place in sorted(till.rng.sample(range(len(known)), k=count)):
        slots = re.findall(r"\{(\w+)\}", known[place])
        if all(used[slot] < _OFTEN[slot] for slot in slots):
            used.update(slots)
            yield known[place]
