"""The amount of a pump on a line that names a total, and headings above its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.evaluation.items import item_counts
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_further
from pipeline.tagging.types import Tags

PUMPS = {
    "a key for each": [
        *("GRADE: DIESEL{d}", "LITRES: 10.50{q}", "PRICE: 2.00{u}", "Total fuel: 21.00{t}")
    ],
    "thousandths": ["GRADE: DIESEL{d}", "LITRES: 10.500{q}", "PRICE: 2.000{u}", "TOTAL 21.00{t}"],
    "the volume and its price on a line": ["DIESEL{d}", "10.50{q} @ 2.00{u}", "Total 21.00{t}"],
    "units": ["GRADE DIESEL{d}", "VOL: 10.50L{q}", "PRICE/L: 2.00/L{u}", "Fuel total $21.00{t}"],
    "headings in between": [
        *("DIESEL{d}", "LITRES UNIT PRICE AMOUNT", "10.50{q} L{q} 2.00/L{u} $21.00{t}")
    ],
    "a unit behind the price": [
        "DIESEL{d}",
        "Volume Price Amount",
        "10.50L{q} 2.00USD/LT{u} 21.00{t}",
    ],
}


@pytest.mark.parametrize("lines", PUMPS.values(), ids=PUMPS)
def test_the_amount_of_a_pump(lines: Sequence[str]) -> None:
    (item,) = assemble(*typed_page([*lines, "TOTAL 21.00{total}"]), LABELS).items
    assert item.description and item.description.value == "DIESEL"
    found = (item.quantity, item.unit_price, item.total)
    assert [one and one.value for one in found] == [Decimal("10.5"), 2, 21]


@pytest.mark.parametrize("seed", [61040, 61140, 61141, 61190, 61280])
def test_drawn_fuel(seed: int) -> None:
    page = annotated_page(draw_further(seed))
    tags = Tags(tuple(page.tags), (1.0,) * len(page.tags))
    found = item_counts(assemble(page.page, tags, LABELS), page, LABELS)["items.strict"]
    assert found.correct == found.predicted == found.true
