"""What is measured of each printed character: its place, its ink and the paper around it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.audit.tampering.characters import Character, Grey

Colours = NDArray[np.uint8]
MEASURES = (
    *("top", "bottom", "height", "width", "pitch"),
    *("dark", "ink", "stroke", "sharp", "ink_noise", "ink_colour"),
    *("paper", "paper_noise", "paper_colour"),
    *("halo", "ink_spread", "sharp_down", "paper_spread", "patch_edge"),
)
"""The columns of ``measures_of``: edges in pixels, grey levels, and shares."""
OF_SHAPE = ("height", "width", "dark", "ink", "stroke", "sharp", "sharp_down", "ink_noise", "halo")
"""Those that depend on which digit it is."""

_MARGIN = 4  # of paper around a character, in pixels
_INK, _PAPER = 0.5, 0.2  # of the contrast
_AROUND = np.ones((3, 3), dtype=np.uint8)  # paper next to ink is not measured
_TINY = 1e-3
_SIZE_APART, _FEWEST_SAME = 2, 2  # pixels of height; digits of the same kind


def measures_of(
    grey: Grey, colours: Colours, characters: Sequence[Character]
) -> NDArray[np.float64]:
    """One row a character, with the columns ``MEASURES``.

    Args:
        grey: the page; ``colours`` the same as RGB.
    """
    rough = np.abs(cv2.Laplacian(grey, cv2.CV_32F, ksize=1))
    rows = [_row(grey, rough, colours, one) for one in characters]
    found = np.array(rows, dtype=np.float64).reshape(-1, len(MEASURES))
    found[:, MEASURES.index("pitch")] = _pitches(characters)
    return found


def _row(grey: Grey, rough: Grey, colours: Colours, one: Character) -> list[float]:
    x0, y0, x1, y1 = one.box
    top, left = max(0, y0 - _MARGIN), max(0, x0 - _MARGIN)
    around = (slice(top, y1 + _MARGIN), slice(left, x1 + _MARGIN))
    part, edges = grey[around], rough[around]
    paper = float(np.percentile(part, 85))
    dark = float(np.percentile(part, 5))
    contrast = max(paper - dark, 1.0)
    ink = (paper - part) / contrast
    is_ink = ink > _INK
    is_paper = cv2.erode((ink < _PAPER).astype(np.uint8), _AROUND) > 0
    inner = is_ink[1:-1, 1:-1]
    border = inner & ~(is_ink[:-2, 1:-1] & is_ink[2:, 1:-1] & is_ink[1:-1, :-2] & is_ink[1:-1, 2:])
    area = float(is_ink.sum())
    across, down = np.abs(np.diff(part, axis=1)), np.abs(np.diff(part, axis=0))
    is_next = cv2.dilate(is_ink.astype(np.uint8), _AROUND, iterations=2) > 0
    is_next &= ~(cv2.dilate(is_ink.astype(np.uint8), _AROUND) > 0)
    colour = colours[around].astype(np.int16)
    warm = colour[:, :, 0] - colour[:, :, 2]
    return [
        float(y0),
        float(y1),
        float(y1 - y0),
        float(x1 - x0),
        0.0,
        dark,
        float(np.clip(ink, 0, 1).sum()) / (y1 - y0) ** 2,
        area / (float(border.sum()) + 1),
        float(np.percentile(across, 95)) / contrast,
        float(np.mean(edges[is_ink])) / contrast if area else 0.0,
        float(np.mean(np.ptp(colour, axis=2)[is_ink])) if area else 0.0,
        paper,
        float(np.median(edges[is_paper])) if is_paper.any() else 0.0,
        float(np.mean(warm[is_paper])) if is_paper.any() else 0.0,
        float(np.mean(ink[is_next])) if is_next.any() else 0.0,
        float(np.std(ink[is_ink])) if area else 0.0,
        float(np.percentile(down, 95)) / contrast,
        float(np.std(part[is_paper])) if is_paper.any() else 0.0,
        _patch_edge(grey, one),
    ]


def _patch_edge(grey: Grey, one: Character) -> float:
    """The largest step in grey levels along a side of a box around the character, a pasted patch's
    if there is one, against the usual step from pixel to pixel there."""
    x0, y0, x1, y1 = one.box
    steps = []
    for turned, (left, right, top, bottom) in (
        (grey, (x0, x1, y0, y1)),
        (grey.T, (y0, y1, x0, x1)),
    ):
        for outside in (
            turned[top:bottom, max(0, left - _MARGIN) : left],
            turned[top:bottom, right : right + _MARGIN],
        ):
            if outside.shape[1] > 1:
                # Of lines of other characters the medians see nothing.
                steps += list(np.abs(np.median(np.diff(outside, axis=1), axis=0)))
    return float(max(steps) - np.median(steps)) if steps else 0.0


def _pitches(characters: Sequence[Character]) -> list[float]:
    """How far each digit's centre is off the middle of its neighbours in the text, in widths.

    0 for the first and the last of a text, and beside signs.
    """
    by_place = {(one.place, one.at): one for one in characters}
    found = []
    for one in characters:
        before = by_place.get((one.place, one.at - 1))
        after = by_place.get((one.place, one.at + 1))
        if before is None or after is None:
            found.append(0.0)
            continue
        middle = (_centre(before) + _centre(after)) / 2
        found.append((_centre(one) - middle) / max(one.height, 1))
    return found


def _centre(one: Character) -> float:
    return (one.box[0] + one.box[2]) / 2


def robust_scores(
    measures: NDArray[np.float64], characters: Sequence[Character]
) -> NDArray[np.float64]:
    """How unusual each measure is: its distance from the median of the other characters of the
    text, in units of how much these distances usually are on the page.

    A text of fewer than three characters is compared with the page's characters of its height.
    """
    if not len(measures):
        return measures
    apart = np.zeros_like(measures)
    places = np.array([one.place for one in characters])
    heights = np.array([one.height for one in characters])
    edges = [MEASURES.index("top"), MEASURES.index("bottom")]
    for number, one in enumerate(characters):
        others = np.flatnonzero(places == one.place)
        others = others[others != number]
        is_alone = len(others) < 2
        if is_alone:
            others = np.flatnonzero(np.abs(heights - one.height) <= 2)
        apart[number] = measures[number] - np.median(measures[others], axis=0)
        if is_alone:
            apart[number, edges] = 0.0
    spread = 1.4826 * np.median(np.abs(apart - np.median(apart, axis=0)), axis=0)
    return np.clip(apart / (spread + _floors(measures)), -20, 20)


def scores_of_shape(
    measures: NDArray[np.float64], characters: Sequence[Character]
) -> NDArray[np.float64]:
    """As ``robust_scores``, of the measures ``OF_SHAPE``, against the same digits in this size
    anywhere on the page; 0 where there are fewer than two."""
    found = np.zeros((len(characters), len(OF_SHAPE)))
    if not len(characters):
        return found
    columns = [MEASURES.index(name) for name in OF_SHAPE]
    texts = np.array([one.text for one in characters])
    heights = np.array([one.height for one in characters])
    known = np.zeros(len(characters), dtype=bool)
    for number in range(len(characters)):
        is_other = (texts == texts[number]) & (np.abs(heights - heights[number]) <= _SIZE_APART)
        is_other[number] = False
        known[number] = is_other.sum() >= _FEWEST_SAME
        if known[number]:
            usual = np.median(measures[is_other][:, columns], axis=0)
            found[number] = measures[number, columns] - usual
    if known.any():
        spread = 1.4826 * np.median(np.abs(found[known]), axis=0)
        found = np.clip(found / (spread + _floors(measures)[columns]), -20, 20)
    return found


def _floors(measures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Added to the spreads, so that a print without any does not make all else unusual."""
    pixels = {"top", "bottom", "height", "width"}
    levels = {"dark", "paper", "paper_noise", "ink_colour", "paper_colour"} | {
        *("paper_spread", "patch_edge"),
    }
    usual = np.median(np.abs(measures), axis=0)
    return np.array(
        [
            0.5 if name in pixels else 1.0 if name in levels else 0.03 * value + _TINY
            for name, value in zip(MEASURES, usual, strict=True)
        ]
    )
