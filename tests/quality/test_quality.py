"""The numbers on how well a receipt was read, against what can be counted by eye."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from pipeline.document import Box, Page, Token
from pipeline.quality.columns import amount_columns
from pipeline.quality.language import language_of, script_of
from pipeline.quality.measure import quality_of
from pipeline.receipt import Contents, Field
from pipeline.receipt_quality import LabelReading
from pipeline.separation.read_receipt import whole_page
from pipeline.tagging.types import Tags
from pipeline.world.languages import languages


def token(text: str, x: float, y: float) -> Token:
    return Token(text, Box(x, y, x + 40, y + 20), 0.9, int(y) // 40)


TOKENS = (token("Net", 0, 0), token("4.00", 160, 0), token("Sum", 0, 80), token("5.00", 160, 80))
TAGS = ("O", "B-subtotal", "O", "B-total")
PAGE = Page(200, 100, TOKENS)


def amount(value: str, y: float) -> Field[Decimal]:
    boxes = [(160.0, y, 200.0, y + 20)]
    return Field[Decimal](value=Decimal(value), text=value, confidence=1.0, boxes=boxes)


def quality(tags: tuple[str, ...], contents: Contents | None = None):
    scores = {
        name: np.array([1.0 if tag == f"B-{name}" else 0.0 for tag in tags], np.float32)
        for name in ("subtotal", "total")
    }
    scores["total"][0] = 0.5
    return quality_of(whole_page(PAGE, None, 1), Tags(tags, (1.0,) * 4, scores), contents)


def test_labels_are_counted_and_placed() -> None:
    found = quality(TAGS)
    assert found.labels == {
        "subtotal": LabelReading(words=1, across=0.9, down=0.1, entropy=0.0),
        "total": LabelReading(words=1, across=0.9, down=0.9, entropy=0.0),
    }
    assert (found.words, found.lines, found.tagged) == (4, 2, 0.5)
    assert found.tag_entropy == 0.25  # one bit at one of four words
    assert found.overruled is None


def test_amounts_that_were_taken_from_words_of_other_labels() -> None:
    contents = Contents(subtotal=amount("4.00", 0), total=amount("5.00", 80))
    assert quality(TAGS, contents).overruled == 0.0
    swapped = ("O", "B-total", "O", "B-subtotal")
    assert quality(swapped, contents).overruled == 1.0
    assert quality(("O",) * 4, Contents(total=amount("5.00", 80))).overruled == 1.0
    assert quality(TAGS, Contents()).overruled is None


def test_an_empty_page_has_no_numbers() -> None:
    empty = quality_of(whole_page(Page(10, 10, ()), None, 1), Tags((), ()))
    assert (empty.words, empty.labels, empty.language) == (0, {}, None)


@pytest.mark.parametrize(
    ("ends", "columns"),
    [([], 0), ([100], 0), ([100, 101], 1), ([100, 102, 300, 298, 200], 2), ([0, 80, 160], 0)],
)
def test_columns_of_amounts(ends: list[float], columns: int) -> None:
    amounts = [token("1,234.50", end, 30.0 * number) for number, end in enumerate(ends)]
    others = [token("1234", 500, 0), token("Sum", 500, 40), token("12", 500, 80)]
    assert amount_columns([*amounts, *others]) == columns


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        ("SUMME EUR 9,50 Rückgeld enthaltene MwSt Vielen Dank", "Latin", "de"),
        ("Subtotal Change Thank you Tax Cash", "Latin", "en"),
        ("RAZEM PLN Sprzedaż opodatkowana Reszta Gotówka", "Latin", "pl"),
        ("合计 找零 现金", "Han", "zh"),
        ("合計 お釣り ありがとうございます", "Kana", "ja"),
        ("합계 거스름돈", "Hangul", "ko"),
        ("Xyzzy 12", "Latin", None),
        ("12.50 9", None, None),
    ],
)
def test_script_and_language(text: str, script: str | None, language: str | None) -> None:
    words = text.split()
    assert script_of(words) == script
    assert language_of(words, script) == language


def test_every_language_is_told_by_what_its_tills_print() -> None:
    """But for those whose tills print as much English, and those of other scripts."""
    wrong = {}
    for one in languages():
        code = one.name
        if code in ("ar", "en_IN", "en_MY", "fil", "ja", "ko", "th", "zh"):
            continue
        lists = ("total", "subtotal", "tax", "cash", "change", "thanks", "date", "cashier")
        words = " ".join(text for name in lists for text in one.own.get(name, ())).split()
        found = language_of(words, script_of(words))
        if found != code:
            wrong[code] = found
    assert not wrong
