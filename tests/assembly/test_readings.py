"""Texts of several tokens, from what was held possible for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.readings import joined_readings
from pipeline.document import Box, Reading, Token

BOX = Box(0, 0, 9, 9)


def token(text: str, *others: tuple[str, float]) -> Token:
    own = 1 - sum(probability for _, probability in others)
    ranked = sorted([(text, own), *others], key=lambda pair: -pair[1])
    return Token(text, BOX, readings=tuple(Reading(*one) for one in ranked) if others else ())


def test_every_combination_with_its_probability() -> None:
    found = joined_readings(
        [token("RM"), token("1", ("7", 0.25)), token("499,00", ("400,00", 0.5))]
    )
    assert {one.text: one.probability for one in found} == pytest.approx(
        {"RM 1 499,00": 0.375, "RM 1 400,00": 0.375, "RM 7 499,00": 0.125, "RM 7 400,00": 0.125}
    )


def test_sure_tokens_have_none() -> None:
    assert joined_readings([token("RM"), token("5.00")]) == ()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_the_text_is_among_the_few_that_are_kept(others: list[int]) -> None:
    tokens = [
        token(f"a{place}", *((f"b{place}{number}", 0.9 / count) for number in range(count)))
        for place, count in enumerate(others)
    ]
    found = joined_readings(tokens)
    if any(others):
        assert " ".join(one.text for one in tokens) in {one.text for one in found}
        assert sum(one.probability for one in found) == pytest.approx(1)
        assert len(found) <= 25
