"""What speaks for a digit having been changed, for each digit of a receipt's amounts and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.tampering.characters import Character, characters_of
from pipeline.audit.tampering.picture import Picture
from pipeline.audit.tampering.print_measures import (
    MEASURES,
    OF_SHAPE,
    measures_of,
    robust_scores,
    scores_of_shape,
)
from pipeline.audit.tampering.twins import Twin, twins_of
from pipeline.receipt import PixelBox

FEATURES = (
    *("trace", "trace_usual", "trace_score", "trace_least", "trace_beside"),
    *("trace_rank", "trace_least_rank"),
    *("steps_error", "steps_usual", "steps_score", "steps_beside", "steps_rank"),
    *("twin", "twin_usual", "twin_score", "twin_second", "same_text", "same_text_score"),
    *MEASURES,
    *(f"same_{name}" for name in OF_SHAPE),
    *("digits", "digit_height"),
)
"""The columns of ``Evidence.features``."""

_LEAST_DIGITS = 4  # fewer show nothing of what is usual on the page
_LOWEST, _HIGHEST = 0.7, 1.35  # heights of digits, in the median of their text
_LEAST_TRACE = 1.5  # usual evidence of a page; blocks of fainter traces differ by chance
_TINY = 0.005
_MOST = 20.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The digits of a page and what is unusual about them.

    Attributes:
        features: digits x ``FEATURES``.
    """

    digits: tuple[Character, ...]
    twins: tuple[Twin, ...]
    features: NDArray[np.float64]


def evidence_of(picture: Picture, texts: Sequence[tuple[str, PixelBox]]) -> Evidence:
    """The evidence on the digits of these texts; none if there are too few.

    Args:
        texts: with boxes in pixels of the upright page.
    """
    characters = characters_of(picture.grey, texts)
    chosen = _digits(characters)
    digits = [characters[number] for number in chosen]
    if len(digits) < _LEAST_DIGITS:
        return Evidence((), (), np.zeros((0, len(FEATURES))))
    twins = twins_of(picture.grey, digits)
    measures = measures_of(picture.grey, picture.colours, characters)[chosen]
    features = np.column_stack(
        (
            _of_traces(picture, digits),
            _of_steps(picture, digits),
            _of_twins(twins),
            robust_scores(measures, digits),
            scores_of_shape(measures, digits),
            np.full(len(digits), len(digits)),
            [one.height for one in digits],
        )
    )
    return Evidence(tuple(digits), tuple(twins), features)


def _digits(characters: Sequence[Character]) -> list[int]:
    """The indices of the digits, without those whose height cannot be that of a digit of their
    text: parts of broken ones, and what touches a line."""
    places = np.array([one.place for one in characters])
    heights = np.array([one.height for one in characters])
    is_digit = np.array([one.text.isdigit() for one in characters], dtype=bool)
    found = []
    for number in np.flatnonzero(is_digit):
        usual = np.median(heights[is_digit & (places == places[number])])
        if _LOWEST * usual <= heights[number] <= _HIGHEST * usual:
            found.append(int(number))
    return found


def _of_traces(picture: Picture, digits: Sequence[Character]) -> NDArray[np.float64]:
    """Seven columns; zeros where the picture has no clear traces or the digit's blocks none."""
    found = np.zeros((len(digits), 7))
    traces = picture.traces
    if traces is None or traces.usual < _LEAST_TRACE:
        return found
    for row, one in enumerate(digits):
        values, weights = _blocks(picture.evidence, one)
        found[row, 1] = traces.usual
        if len(values):
            mean = float(np.average(values, weights=weights))
            least = float(values[weights >= weights.max() / 2].min())
            found[row, [0, 2, 3]] = mean, (mean - traces.usual) / traces.spread, least
            found[row, 5] = _rank(traces.windows, mean)
            found[row, 6] = _rank(traces.blocks, least)
    found[:, 4] = _beside(found[:, 2], digits)
    return found


def _of_steps(picture: Picture, digits: Sequence[Character]) -> NDArray[np.float64]:
    """Five columns; zeros where the table of the earlier compression is not known."""
    found = np.zeros((len(digits), 5))
    if picture.traces is None or picture.traces.errors is None:
        return found
    parts = [_blocks(picture.errors, one) for one in digits]
    known = np.array([len(values) > 0 for values, _ in parts], dtype=bool)
    if not known.any():
        return found
    errors = np.array([np.average(v, weights=w) if len(v) else 0.0 for v, w in parts])
    page = picture.traces.errors
    page = np.sort(page[np.isfinite(page)])
    found[:, 0] = errors
    found[:, 1] = np.median(errors[known])
    found[:, 2] = _scores(errors, known)
    found[:, 3] = _beside(errors, digits)
    found[:, 4] = [-_rank(-page[::-1], -one) for one in errors]
    found[~known, :] = 0.0
    return found


def _beside(values: NDArray[np.float64], digits: Sequence[Character]) -> NDArray[np.float64]:
    """How far each value is from the median of those of the same text."""
    places = np.array([one.place for one in digits])
    found = values.copy()
    for row, place in enumerate(places):
        others = values[(places == place) & (np.arange(len(digits)) != row)]
        found[row] -= float(np.median(others)) if len(others) else 0.0
    return found


def _rank(page: NDArray[np.float32], value: float) -> float:
    """The logarithm of the share of the page's sorted values that are as low."""
    below = int(np.searchsorted(page, value, side="right"))
    return float(np.log((below + 1) / (len(page) + 1)))


def _blocks(
    evidence: NDArray[np.float32], one: Character
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The evidence of the blocks that a character touches, and how many of its pixels are there.

    Args:
        evidence: of each pixel.
    """
    part = evidence[one.box[1] : one.box[3], one.box[0] : one.box[2]]
    known = part[np.isfinite(part)]
    values, counts = np.unique(known, return_counts=True)
    return values.astype(np.float64), counts.astype(np.float64)


def _of_twins(twins: Sequence[Twin]) -> NDArray[np.float64]:
    """Six columns: distances as logarithms, and how unusual they are on this page."""
    nearest = np.log(np.array([one.distance for one in twins]) + _TINY)
    second = np.log(np.array([one.second for one in twins]) + _TINY)
    same = np.log(np.array([one.same_text for one in twins]) + _TINY)
    has_same = np.array([one.same_text < 1 for one in twins])
    same_score = np.where(has_same, _scores(same, has_same), 0.0)
    return np.column_stack(
        (
            nearest,
            np.full(len(twins), np.median(nearest)),
            _scores(nearest, np.ones(len(twins), dtype=bool)),
            nearest - second,
            same,
            same_score,
        )
    )


def _scores(values: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    if not known.any():
        return np.zeros(len(values))
    middle = np.median(values[known])
    spread = 1.4826 * np.median(np.abs(values[known] - middle)) + 0.05
    scores: NDArray[np.float64] = np.clip((values - middle) / spread, -_MOST, _MOST)
    return scores
