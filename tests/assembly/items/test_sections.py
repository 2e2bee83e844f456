"""Names of a shop's sections, and what stands where a page ends, between the goods."""

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


@pytest.mark.parametrize(
    "line",
    [
        [("(continued)", D)],
        [("--", D), ("continued", D), ("on", D), ("page", D), ("2", D), ("--", D)],
        [("Carried", D), ("forward", D), ("1.50", T)],
        [("Übertrag", D), ("1.50", T)],
        [("à", D), ("suivre", D)],
        [("Suma", D), ("y", D), ("sigue:", D), ("1.50", T)],
        [("Riporto", D), ("1.50", T)],
    ],
)
def test_what_stands_where_a_page_ends_is_no_item(line: list[Word]) -> None:
    page = [[("MILK", D), ("1.50", T)], line, [("COLA", D), ("2.00", T)]]
    assert items_of(page) == [("MILK", None, None, "1.50"), ("COLA", None, None, "2.00")]


@pytest.mark.parametrize("name", ["Transport", "Suite", "Continental breakfast", "Carry bag"])
def test_goods_with_names_like_a_page_break_stay(name: str) -> None:
    words: list[Word] = [(word, D) for word in name.split()]
    page = [[("MILK", D), ("1.50", T)], [*words, ("4.00", T)], [("COLA", D), ("2.00", T)]]
    assert len(items_of(page)) == 3
