"""Words at the same places, whatever the scale and position of the picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.duplicates.placed_words import agreement
from pipeline.audit.duplicates.traits import PlacedText

WORDS = [PlacedText(f"W{n}", 40.0 * (n % 3), 37.0 * n) for n in range(12)]


def placed(words, scale=1.0, x=0.0, y=0.0):
    return [PlacedText(one.text, scale * one.x + x, scale * one.y + y) for one in words]


@given(st.floats(0.2, 5), st.floats(-300, 300), st.floats(-300, 300))
def test_scaled_and_moved(scale, x, y):
    assert agreement(WORDS, placed(WORDS, scale, x, y)) == (12, 0)


def test_another_receipt_of_the_till():
    other = [PlacedText("X", one.x, one.y) if n >= 6 else one for n, one in enumerate(WORDS)]
    assert agreement(WORDS, other) == (6, 6)


def test_a_crop():
    assert agreement(WORDS, placed(WORDS[3:], y=-100)) == (9, 0)


def test_the_same_words_elsewhere():
    turned = [PlacedText(one.text, one.y, 31.0 * (n * 5 % 12)) for n, one in enumerate(WORDS)]
    found = agreement(WORDS, turned)
    assert found is None or found[0] < 6


def test_few_words_say_nothing():
    assert agreement(WORDS[:3], WORDS) is None
