"""Which page goes on with the receipt of the page before."""

from __future__ import annotations

import pytest
from sheet_pages import BOOKS, CAFE, NOODLES, placed, sheet

from pipeline.document import Page
from pipeline.separation.continuation import continues
from pipeline.separation.read_receipt import goes_on, joined, whole_page

LONG = (
    "BIG BASKET MARKET",
    "14 Quay St, Galway",
    "19/10/2025 18:22",
    "MILK 2L|2.29",
    "EGGS 12|3.85",
    "BUTTER|3.19",
    "COFFEE|6.50",
    "RICE 5KG|9.75",
    "APPLES|2.40",
    "TOTAL|27.98",
    "CARD|27.98",
    "VAT 9%|2.31",
)


def page_of(rows: tuple[str, ...]) -> Page:
    return sheet(placed(rows, 100, 100))


@pytest.mark.parametrize("rows", range(5, 10))
def test_items_go_on_until_the_total(rows: int) -> None:
    assert continues(page_of(LONG[:rows]), page_of(LONG[rows:]))


@pytest.mark.parametrize("first", [NOODLES, BOOKS, CAFE, LONG])
@pytest.mark.parametrize("second", [NOODLES, BOOKS, CAFE, LONG])
def test_whole_receipts_stay_apart(first, second) -> None:
    assert not continues(page_of(first), page_of(second))


def test_a_blank_page_goes_on_with_nothing() -> None:
    blank = Page(800, 800, ())
    assert not continues(page_of(LONG[:6]), blank)
    assert not continues(blank, page_of(LONG[6:]))


def test_joined_pages_keep_their_tokens_lines_and_places() -> None:
    first, second = (
        whole_page(page_of(rows), None, n) for n, rows in ((1, LONG[:7]), (2, LONG[7:]))
    )
    assert goes_on(first, [second])
    assert not goes_on(first, [second, second])
    whole = joined(first, second)
    texts = [token.text for page in (first.page, second.page) for token in page.tokens]
    assert [token.text for token in whole.page.tokens] == texts
    assert [token.line for token in whole.page.tokens] == sorted(
        token.line for token in whole.page.tokens
    )
    last = whole.page.tokens[-1].box
    part = whole.part_at(last)
    assert part.number == 2
    assert part.on_page(last) == second.page.tokens[-1].box
    assert [part.number for part in whole.parts] == [1, 2]
