"""Choose among the readings of a word: what the recogniser saw, and what is likely to be printed.

The probability of each reading follows from a log-linear model, whose weights
(`choice_weights.json`) `scripts/fit_words` fits on words whose print is known. Amounts are left as
they are: what they are, sums tell better.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Reading
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.readings import LEAST_READING
from pipeline.ocr.voting import holds_amount
from pipeline.ocr.words.model import WordModel, packaged

WEIGHTS = Path(__file__).with_name("choice_weights.json")

FEATURES = ("seen", "likely", "mixed_case", "length")
"""What speaks for a reading.

``seen``: log of the probability that the recogniser gave it. ``likely``: its log probability as a
    word of a receipt. ``mixed_case``: 1 if capitals follow small letters in it, or small letters
    several capitals. ``length``: its characters; shorter texts are likelier.
"""

_LEAST_SECOND = 0.002  # probability
_LETTER = re.compile(r"[^\W\d_]")


def with_likeliest_words(line: ReadLine) -> ReadLine:
    """The line with the likeliest reading of each word that has letters."""
    return replace(line, words=tuple(_likeliest(word) for word in line.words))


def can_choose(readings: Sequence[Reading]) -> bool:
    """Whether language may tell the readings apart: the first has letters and is no amount, and
    the second is not almost impossible."""
    if len(readings) < 2 or readings[1].probability < _LEAST_SECOND:
        return False
    first = readings[0].text
    return _LETTER.search(first) is not None and not holds_amount(first)


def features(readings: Sequence[Reading], model: WordModel) -> NDArray[np.float64]:
    """``FEATURES`` of each reading, shape (readings, features)."""
    likely = model.log_probabilities([one.text for one in readings])
    rows = [
        (
            math.log(max(one.probability, LEAST_READING)),
            log,
            float(is_mixed_case(one.text)),
            float(len(one.text)),
        )
        for one, log in zip(readings, likely, strict=True)
    ]
    return np.array(rows)


def is_mixed_case(text: str) -> bool:
    cases = "".join(_case(letter) for letter in text)
    return "aA" in cases or "AAa" in cases


def _case(letter: str) -> str:
    if letter.isupper():
        return "A"
    return "a" if letter.islower() else " "


def probabilities(found: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of each reading.

    Args:
        found: as ``features``.
        weights: one for each feature.
    """
    scores = found @ weights
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum(), np.float64)


def _likeliest(word: ReadWord) -> ReadWord:
    if not can_choose(word.readings):
        return word
    chances = probabilities(features(word.readings, packaged()), _weights())
    ranked = sorted(zip(chances.tolist(), word.readings, strict=True), key=lambda one: -one[0])
    readings = tuple(Reading(one.text, round(chance, 5)) for chance, one in ranked)
    return replace(word, text=readings[0].text, readings=readings)


@cache
def _weights() -> NDArray[np.float64]:
    raw = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return np.array([raw["weights"][name] for name in FEATURES])
