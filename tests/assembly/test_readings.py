"""Texts of several tokens, from what was held possible for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.readings import joined_readings, readings_of_part
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


def test_a_part_is_read_between_the_same_other_parts() -> None:
    glued = token("2x4.50", ("2x4.60", 0.2), ("24.50", 0.1), ("2x14.50", 0.1))
    found = {one.text: one.probability for one in readings_of_part("4.50", [glued])}
    assert found == pytest.approx({"4.50": 2 / 3, "4.60": 2 / 9, "14.50": 1 / 9})
    assert readings_of_part("9.99", [glued]) == ()
    assert {one.text for one in readings_of_part("2x", [glued])} == {"2x", "2", "2x1"}


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
