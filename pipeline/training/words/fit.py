"""Fit the choice among readings (`ocr.words.choice`) on words whose print is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.document import Page, Reading, Token
from pipeline.install import needs
from pipeline.ocr.words.choice import FEATURES, can_choose, features, probabilities
from pipeline.ocr.words.model import WordModel
from pipeline.training.ocr.transcripts import Style

RIDGE = 0.01
"""Penalty on the squared distance of the weights from those that change no reading."""
_FARTHEST = 0.5  # edits to characters between a word as it was read and as it is printed
_SAME_LINE = 0.4  # share of the lower box's height


@dataclass(frozen=True, slots=True)
class Choice:
    """A word with several readings; ``right`` says of each whether it is what is printed."""

    readings: Sequence[Reading]
    right: tuple[bool, ...]


def choices(page: Page, printed: Page, style: Style) -> Iterator[Choice]:
    """The words of a page of which one reading is right.

    Args:
        page: as an engine read it, without a choice of words.
        printed: the same page as it is printed, its words in the boxes that they have there.
        style: of the printed words.
    """
    for token in page.tokens:
        if not can_choose(token.readings):
            continue
        texts = [style.plain(one.text) for one in printed.tokens if _share_place(one, token)]
        read = style.plain(token.text)
        text = min(texts, key=lambda text: Levenshtein.distance(text, read), default="")
        if Levenshtein.distance(text, read) > _FARTHEST * max(len(text), len(read)):
            continue
        right = tuple(style.plain(one.text) == text for one in token.readings)
        if any(right):
            yield Choice(token.readings, right)


def fit(made: Sequence[Choice], model: WordModel) -> dict[str, float]:
    """The weights by feature, by maximum likelihood with a ridge.

    Raises:
        ConfigError: SciPy is not installed.
    """
    with needs("the fit needs SciPy", "evaluate"):
        from scipy.optimize import minimize

    found = [(features(one.readings, model), np.array(one.right)) for one in made]
    prior = np.array([float(name == "seen") for name in FEATURES])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        away = weights - prior
        total, slope = RIDGE * len(found) * float(away @ away), 2 * RIDGE * len(found) * away
        for rows, right in found:
            chances = probabilities(rows, weights)
            of_right = float(chances[right].sum())
            total -= float(np.log(max(of_right, 1e-12)))
            slope -= (chances * right / max(of_right, 1e-12) - chances) @ rows
        return total, slope

    best = minimize(loss, prior, method="L-BFGS-B", jac=True)
    return {name: round(float(one), 3) for name, one in zip(FEATURES, best.x, strict=True)}


def _share_place(one: Token, other: Token) -> bool:
    a, b = one.box, other.box
    beside = min(a.x1, b.x1) - max(a.x0, b.x0)
    above = min(a.y1, b.y1) - max(a.y0, b.y0)
    return beside > 0 and above > _SAME_LINE * min(a.height, b.height)
