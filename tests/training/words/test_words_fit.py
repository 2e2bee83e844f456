"""The choice of words is fitted on words whose print is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from receipt_pages import page_of

from pipeline.document import Page, Reading
from pipeline.ocr.words.choice import FEATURES, features, probabilities
from pipeline.ocr.words.model import WordModel
from pipeline.training.ocr.transcripts import Style
from pipeline.training.words.counts import mixture, word_model, words_in
from pipeline.training.words.fit import Choice, choices, fit


@pytest.fixture(scope="module")
def model() -> WordModel:
    return word_model({"total": 50.0, "tatol": 1.0}, {"total": 1.0}, known=0.5)


def read(*words: str, **readings: dict[str, float]) -> Page:
    page, _ = page_of([[(word, "") for word in words]])
    tokens = [
        replace(
            token,
            readings=tuple(Reading(*one) for one in readings.get(token.text, {}).items()),
        )
        for token in page.tokens
    ]
    return replace(page, tokens=tuple(tokens))


def test_a_word_with_readings_is_a_choice_if_one_is_what_is_printed() -> None:
    page = read("Tatal", "PAID", Tatal={"Tatal": 0.6, "Total": 0.4}, PAID={"PAID": 0.9, "P": 0.1})
    printed = read("TOTAL", "FAIR")
    (found,) = choices(page, printed, Style(case=False))
    assert [one.text for one in found.readings] == ["Tatal", "Total"]
    assert found.right == (False, True)
    assert list(choices(page, printed, Style(case=True))) == []


def test_the_fit_trusts_language_as_far_as_it_was_right(model: WordModel) -> None:
    readings = [Reading("tatol", 0.5), Reading("total", 0.5)]
    rare, often = Choice(readings, (True, False)), Choice(readings, (False, True))
    weights = fit([often] * 90 + [rare] * 10, model)
    ordered = np.array([weights[name] for name in FEATURES])
    assert probabilities(features(readings, model), ordered)[1] == pytest.approx(0.9, abs=0.03)
    assert weights["seen"] == pytest.approx(1, abs=0.05)


def test_words_are_counted_in_small_letters() -> None:
    assert words_in({"TOTAL:": 2, "total": 1, "5kg": 1, "x": 9}) == {"total": 3, "kg": 1}


def test_sources_have_their_shares() -> None:
    mixed = mixture([(0.75, {"a": 1, "b": 2}), (0.25, {"b": 5})])
    assert mixed == pytest.approx({"a": 0.25, "b": 0.75})
