"""The likeliest reading of a word: by what was seen, and by language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Reading
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.words.choice import is_mixed_case, with_likeliest_words


def word(*readings: tuple[str, float]) -> ReadWord:
    return ReadWord(readings[0][0], 0.0, 1.0, 0.8, tuple(Reading(*one) for one in readings))


def chosen(*readings: tuple[str, float]) -> ReadWord:
    (found,) = with_likeliest_words(ReadLine((word(*readings),), 0.5)).words
    return found


@pytest.mark.parametrize(
    ("readings", "text"),
    [
        ([("Jelan", 0.6), ("Jalan", 0.4)], "Jalan"),
        ([("Perindustrlan", 0.99), ("Perindustrian", 0.01)], "Perindustrian"),
        ([("BIk", 0.65), ("Blk", 0.35)], "Blk"),
        ([("100OML", 0.58), ("1000ML", 0.42)], "1000ML"),
        ([("TOTAIL", 0.63), ("TOTAL", 0.37)], "TOTAL"),
        ([("Bier", 0.9), ("Beer", 0.1)], "Bier"),
        ([("Rosół", 0.9), ("Rosól", 0.1)], "Rosół"),
        ([("Xqvz", 0.95), ("Xqvs", 0.05)], "Xqvz"),
    ],
)
def test_language_decides_between_readings_that_were_held_possible(
    readings: list[tuple[str, float]], text: str
) -> None:
    assert chosen(*readings).text == text


def test_the_readings_of_a_word_stay_a_distribution_with_its_text_first() -> None:
    found = chosen(("Goads", 0.79), ("Goods", 0.19), ("Gaods", 0.02))
    assert found.readings[0].text == found.text == "Goods"
    assert sum(one.probability for one in found.readings) == pytest.approx(1, abs=1e-4)
    assert found.confidence == 0.8


@given(st.from_regex(r"[A-Z$]{0,3}[0-9]{1,4}[.,][0-9]{2}", fullmatch=True))
def test_amounts_stay_as_they_were_read(text: str) -> None:
    before = word((text, 0.5), (text.replace("1", "7"), 0.4), ("TOTAL", 0.1))
    (after,) = with_likeliest_words(ReadLine((before,), 0.5)).words
    assert after == before


def test_sure_words_and_numbers_stay_as_they_were_read() -> None:
    for before in (ReadWord("Jelan", 0.0, 1.0, 0.99), word(("12345", 0.6), ("12346", 0.4))):
        (after,) = with_likeliest_words(ReadLine((before,), 0.5)).words
        assert after == before


@pytest.mark.parametrize(
    ("text", "mixed"),
    [("BIk", True), ("TotalRM", True), ("Total", False), ("TOTAL", False), ("a.B", False)],
)
def test_mixed_case(text: str, mixed: bool) -> None:
    assert is_mixed_case(text) is mixed
