"""Three digits behind a mark: thousands, or decimals of a quantity and of a price per litre."""

from __future__ import annotations

from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble

BELOW = ["CAFE{d}    1,20{t}", "PAO{d}     2,40{t}"]  # commas before cents


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("DIESEL{d} 8.250{q} 1.640€/L{u} 13,53{t}", ("8.25", "1.64", "13.53")),
        ("DIESEL{d} 8,250{q} 1.640{u} 13,53{t}", ("8.25", "1.64", "13.53")),
        ("SOFA{d}   2{q}     1.640{u} 3.280,00{t}", ("2", "1640", "3280")),
        ("SOFA{d}   2{q}     1.640{u} 3.290,00{t}", ("2", "1640", "3290")),  # neither
    ],
)
def test_the_product_tells_decimals_from_thousands(row: str, numbers: tuple[str, str, str]) -> None:
    item = assemble(*typed_page([row, *BELOW]), LABELS).items[0]
    found = (item.quantity, item.unit_price, item.total)
    assert all(field is not None for field in found)
    assert [field.value for field in found if field] == [Decimal(number) for number in numbers]
