"""Which page goes on with the receipt of the page before."""

from __future__ import annotations

import pytest
from sheet_pages import BOOKS, CAFE, NOODLES, placed, sheet

from pipeline.document import Page
from pipeline.reading_run import ReadingRun, over_pages
from pipeline.receipt import Source
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


TERMS = (
    "TERMS AND CONDITIONS",
    "Goods may be returned within fourteen days",
    "if unused and in their original packaging.",
    "Reduced goods cannot be exchanged.",
    "The warranty does not cover wear or misuse.",
    "We are not liable for delays beyond our control.",
    "Your data are kept as long as the law asks for it.",
)


def records_of(*pages: Page) -> list[list[int]]:
    """The pages of each record of a file."""
    read = (
        [(whole_page(page, None, number), ReadingRun(Source(path="", page=number, sha256=None)))]
        for number, page in enumerate(pages, 1)
    )
    return [[part.number for part in receipt.parts] for receipt, _ in over_pages(read)]


@pytest.mark.parametrize("receipt", [NOODLES, BOOKS, CAFE, LONG])
def test_terms_are_the_last_page_of_their_receipt(receipt) -> None:
    terms = page_of(TERMS)
    assert records_of(page_of(receipt), terms) == [[1, 2]]
    assert records_of(page_of(receipt), terms, page_of(LONG), terms) == [[1, 2], [3, 4]]


def test_a_receipt_over_three_pages() -> None:
    assert records_of(page_of(LONG[:5]), page_of(LONG[5:8]), page_of(LONG[8:])) == [[1, 2, 3]]


def test_three_receipts_over_five_pages() -> None:
    pages = LONG[:7], LONG[7:], CAFE[:6], CAFE[6:], BOOKS
    assert records_of(*map(page_of, pages)) == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize("numbers", [("Page 1 of 2", "Page 2 of 2"), ("1/2", "2/2")])
def test_a_header_that_is_printed_again_on_a_numbered_page(numbers) -> None:
    first, second = (*LONG[:7], numbers[0]), (*LONG[:3], *LONG[7:], numbers[1])
    assert records_of(page_of(first), page_of(second)) == [[1, 2]]


def test_numbers_of_three_pages() -> None:
    parts = (*LONG[:4], "Page 1 of 3"), (*LONG[4:9], "Page 2 of 3"), (*LONG[9:], "Page 3 of 3")
    assert records_of(*map(page_of, parts)) == [[1, 2, 3]]


def test_pages_that_are_each_the_first_of_one_stay_apart() -> None:
    pages = [page_of((*receipt, "Page 1 of 1")) for receipt in (LONG, CAFE, BOOKS)]
    assert records_of(*pages) == [[1], [2], [3]]


def test_receipts_of_one_shop_and_day_stay_apart() -> None:
    again = (*LONG[:2], "19/10/2025 20:41", "TEA|4.20", "BREAD|2.10", "TOTAL|6.30", "CARD|6.30")
    assert records_of(page_of(LONG), page_of(again)) == [[1], [2]]


def test_a_blank_back_between_two_pages_has_a_record_of_its_own() -> None:
    blank = Page(800, 800, ())
    first, second = page_of(LONG[:7]), page_of(LONG[7:])
    assert records_of(first, blank, second, blank) == [[1, 3], [2], [4]]
    assert records_of(page_of(CAFE), blank, page_of(BOOKS)) == [[1], [2], [3]]
    assert records_of(blank, first, second) == [[1], [2, 3]]
