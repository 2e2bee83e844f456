"""Line items where only tokens are labelled."""

from __future__ import annotations

import re

from pages import page_of

from pipeline.data.line_items import items_of_tags

SHORT = {
    "d": "item_description",
    "q": "item_quantity",
    "u": "item_unit_price",
    "t": "item_total",
}


def _items(*lines: str) -> tuple[dict[str, str], ...]:
    """``tea/d`` is a word labelled item_description; ``tea/+d`` begins another span."""
    spelt = [re.sub(r"(?<=[/+])[dqut]\b", lambda found: SHORT[found[0]], line) for line in lines]
    page = page_of(*spelt)
    return items_of_tags(page.page.tokens, page.tags)


def test_an_item_a_row() -> None:
    assert _items("2/q Green/d tea/d 1.50/u 3.00/t", "Cake/d 4.00/t", "Total 7.00") == (
        {"quantity": "2", "description": "Green tea", "unit_price": "1.50", "total": "3.00"},
        {"description": "Cake", "total": "4.00"},
    )


def test_a_price_under_its_name() -> None:
    assert _items("Green/d tea/d", "2/q 3.00/t", "Cake/d", "1/q 4.00/t") == (
        {"description": "Green tea", "quantity": "2", "total": "3.00"},
        {"description": "Cake", "quantity": "1", "total": "4.00"},
    )


def test_a_name_over_two_rows_is_one_and_a_row_without_a_price_is_an_item() -> None:
    assert _items("Very/d long/d", "name/d 3.00/t", "Free/d", "gift/+d", "Cake/+d 4.00/t") == (
        {"description": "Very long name", "total": "3.00"},
        {"description": "Free"},
        {"description": "gift"},
        {"description": "Cake", "total": "4.00"},
    )
