"""Labels onto OCR tokens."""

from __future__ import annotations

import pytest

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.transfer import transfer_labels
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError


def _token(text: str, x0: float, x1: float, y: float = 0, line: int = 0) -> Token:
    return Token(text, Box(x0, y, x1, y + 20), line=line)


ANNOTATED = AnnotatedPage(
    "1",
    "made",
    Page(
        400,
        100,
        (
            _token("Green", 20, 70),
            _token("Tea", 75, 110),
            _token("5.00", 300, 340),
            _token("TOTAL:", 0, 60, 40, 1),
            _token("5.00", 62, 100, 40, 1),
            _token("1", 2, 8),
        ),
    ),
    (
        *("B-item_description", "I-item_description", "B-item_total"),
        *("O", "B-total", "B-item_quantity"),
    ),
    frozenset({"item_description", "item_total", "item_quantity", "total"}),
)


def _tags(*tokens: Token, width: int = 400, height: int = 100) -> tuple[str, ...]:
    return transfer_labels(ANNOTATED, Page(width, height, tokens)).tags


def test_tokens_take_the_label_that_covers_them() -> None:
    tags = _tags(_token("Green", 18, 72), _token("Tea", 74, 112), _token("5.00", 298, 341))
    assert tags == ("B-item_description", "I-item_description", "B-item_total")


def test_glued_and_divided_tokens() -> None:
    assert _tags(_token("GreenTea", 20, 110)) == ("B-item_description",)
    assert _tags(_token("5.", 300, 318), _token("00", 320, 340)) == (
        "B-item_total",
        "I-item_total",
    )


def test_a_value_glued_to_its_key_keeps_its_label() -> None:
    assert _tags(_token("TOTAL:5.00", 0, 100, 40)) == ("B-total",)


def test_a_digit_in_a_generous_box() -> None:
    assert _tags(_token("1", 0, 24)) == ("B-item_quantity",)


def test_marks_inside_a_span_do_not_break_it() -> None:
    tags = _tags(_token("Green", 20, 70), _token("-", 71, 74), _token("Tea", 75, 110))
    assert tags == ("B-item_description", "I-item_description", "I-item_description")


def test_tokens_under_nothing_are_outside_and_lost_labels_named() -> None:
    result = transfer_labels(ANNOTATED, Page(400, 100, (_token("HELLO", 150, 250, 70),)))
    assert result.tags == ("O",)
    assert result.unaligned == ("item_description", "item_quantity", "item_total", "total")


def test_another_scale_is_brought_to_the_same() -> None:
    assert _tags(Token("5.00", Box(600, 0, 680, 40)), width=800, height=200) == ("B-item_total",)


def test_a_turned_or_differently_shaped_page_is_refused() -> None:
    with pytest.raises(DataError, match=r"made/1: .* turned"):
        transfer_labels(ANNOTATED, Page(400, 100, (), rotation=180))
    with pytest.raises(DataError, match=r"made/1: .* not the same shape"):
        transfer_labels(ANNOTATED, Page(100, 400, ()))
