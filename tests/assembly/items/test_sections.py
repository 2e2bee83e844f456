"""Names of a shop's sections between the goods."""

import pytest
from item_rows import D, Q, T, items_of
from receipt_pages import Word


@pytest.mark.parametrize(
    "heading",
    ["MERCEARIA", "Bebidas:", "FRUTAS E LEGUMES", "GROCERY", "-- FROZEN --", "ÉPICERIE",
     "Obst & Gemüse", "ORTOFRUTTA", "CONGELADOS"],
)  # fmt: skip
def test_a_section_of_the_shop_is_no_item(heading: str) -> None:
    words: list[Word] = [(word, D) for word in heading.split()]
    lines = [[("MILK", D), ("1.50", T)], words, [("COLA", D), ("2.00", T)]]
    assert items_of(lines) == [("MILK", None, None, "1.50"), ("COLA", None, None, "2.00")]


@pytest.mark.parametrize(
    "line",
    [
        [("GROCERY", D), ("4.00", T)],
        [("2", Q), ("BAKERY", D)],
        [("BAKERY", D), ("ROLL", D)],
        [("FRIED", D), ("RICE", D)],
    ],
)
def test_goods_that_are_called_like_a_section_stay(line: list[Word]) -> None:
    page = [[("MILK", D), ("1.50", T)], line, [("COLA", D), ("2.00", T)]]
    assert len(items_of(page)) == 3
