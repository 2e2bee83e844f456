"""What is printed on a page, line by line, with the direction in which each line runs.

A line is a quad that the OCR engine detected, with the words that lie in it. Words that lie in none
are joined to lines where they follow each other closely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Page
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import find_key_words

Floats = NDArray[np.float64]

_LONG = 2.5  # length to height of a line whose direction can be relied on
_WORD_GAP = 1.0  # of words of one line, to their height
_LETTERS = 3  # of a line that the engine should have read
_CLEAR = 0.87  # of the confidence of the page's best lines; text that is upside down has less


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """The lines of a page as arrays, one row a line.

    Attributes:
        corners: shape (n, 4, 2), pixels of the page.
        centres: shape (n, 2).
        angles: direction of each line in degrees, -90 to 90, clockwise from the x axis; that of
            the nearest long lines for short ones.
        lengths, heights: along and across the line, in pixels.
        tokens: for each line its tokens' indices, in reading order.
        has: what the words of the lines say, by name, each shape (n,), 1 where it is so:
            ``read`` (words that were read clearly, so that they lie as they were read),
            ``amount``, ``total`` (a key word of a total), ``date``, ``phone``, all of clear words.
    """

    corners: Floats
    centres: Floats
    angles: Floats
    lengths: Floats
    heights: Floats
    tokens: tuple[tuple[int, ...], ...]
    has: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.centres)


def printed_lines(page: Page) -> PrintedLines:
    """The lines of a page; every token is on one of them."""
    boxes = np.array([token.box.as_tuple() for token in page.tokens], float).reshape(-1, 4)
    quads = np.array(page.quads, float).reshape(-1, 4, 2)
    of_line, alone = _tokens_of(quads, boxes)
    runs = _runs(page, boxes, alone)
    corners = np.concatenate([quads, _around(boxes, runs)])
    tokens = (*of_line, *runs)
    across, down = _side(corners, 0, 1), _side(corners, 0, 3)
    lengths, heights = np.maximum(across, down), np.maximum(np.minimum(across, down), 1.0)
    centres = corners.mean(axis=1)
    return PrintedLines(
        corners,
        centres,
        _angles(corners, centres, across >= down, lengths > _LONG * heights),
        lengths,
        heights,
        tokens,
        _said(page, tokens),
    )


def _tokens_of(quads: Floats, boxes: Floats) -> tuple[list[tuple[int, ...]], list[int]]:
    """The tokens whose centre lies in each quad, and those that lie in none."""
    of_line: list[list[int]] = [[] for _ in quads]
    alone: list[int] = []
    if not len(quads):
        return [], list(range(len(boxes)))
    edges = np.roll(quads, -1, axis=1) - quads
    for index, (x0, y0, x1, y1) in enumerate(boxes):
        away = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - quads
        turns = edges[..., 0] * away[..., 1] - edges[..., 1] * away[..., 0]
        depth = np.abs(turns.sum(axis=1)) * (np.sign(turns).sum(axis=1).__abs__() == 4)
        inside = np.flatnonzero(depth > 0)
        if len(inside):
            of_line[int(inside[0])].append(index)
        else:
            alone.append(index)
    return [tuple(tokens) for tokens in of_line], alone


def _runs(page: Page, boxes: Floats, alone: list[int]) -> list[tuple[int, ...]]:
    """Words of one text line that follow each other closely."""
    runs: list[list[int]] = []
    for index in alone:
        before = runs[-1][-1] if runs else None
        if before is not None and page.tokens[before].line == page.tokens[index].line:
            height = min(boxes[side, 3] - boxes[side, 1] for side in (before, index))
            if abs(boxes[index, 0] - boxes[before, 2]) < _WORD_GAP * height:
                runs[-1].append(index)
                continue
        runs.append([index])
    return [tuple(run) for run in runs]


def _around(boxes: Floats, runs: list[tuple[int, ...]]) -> Floats:
    """The smallest upright box around the words of each run, as corners."""
    around = np.array(
        [[*boxes[list(run), :2].min(axis=0), *boxes[list(run), 2:].max(axis=0)] for run in runs],
        float,
    ).reshape(-1, 4)
    return around[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)


def _side(corners: Floats, start: int, end: int) -> Floats:
    return np.asarray(np.linalg.norm(corners[:, end] - corners[:, start], axis=1), float)


def _angles(
    corners: Floats, centres: Floats, lies: NDArray[np.bool_], long: NDArray[np.bool_]
) -> Floats:
    along = np.where(
        lies[:, None],
        corners[:, 1] + corners[:, 2] - corners[:, 0] - corners[:, 3],
        corners[:, 2] + corners[:, 3] - corners[:, 0] - corners[:, 1],
    )
    angles = (np.degrees(np.arctan2(along[:, 1], along[:, 0])) + 90) % 180 - 90
    if not long.any():
        return np.asarray(angles, float)
    known = np.flatnonzero(long)
    for index in np.flatnonzero(~long):
        distance = np.abs(centres[known] - centres[index]).sum(axis=1)
        nearest = known[np.argsort(distance)[:3]]
        angles[index] = middle_angle(angles[nearest], np.ones(len(nearest)))
    return np.asarray(angles, float)


def middle_angle(angles: Floats, weights: Floats) -> float:
    """The weighted median direction of lines in degrees, -90 to 90; 89 and -89 are neighbours."""
    doubled = np.radians(2 * angles)
    mean = np.degrees(np.arctan2(weights @ np.sin(doubled), weights @ np.cos(doubled))) / 2
    away = (angles - mean + 90) % 180 - 90
    order = np.argsort(away)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    middle = mean + away[order[min(half, len(order) - 1)]]
    return float((middle + 90) % 180 - 90)


def _said(page: Page, tokens: tuple[tuple[int, ...], ...]) -> dict[str, Floats]:
    names = ("read", "amount", "total", "date", "phone")
    has = {name: np.zeros(len(tokens)) for name in names}
    for number in _clear_lines(page, tokens):
        words = [page.tokens[index].text for index in tokens[number]]
        text = " ".join(words)
        if sum(map(str.isalnum, text)) < _LETTERS:
            continue
        has["read"][number] = 1
        has["amount"][number] = any(
            patterns.AMOUNT.match(word) and patterns.PRICE.search(word) for word in words
        )
        has["date"][number] = bool(patterns.DATE.search(text))
        has["phone"][number] = bool(patterns.PHONE_ALONE.search(text))
        has["total"][number] = any(key.label == "total" for _, key in find_key_words(text))
    return has


def _clear_lines(page: Page, tokens: tuple[tuple[int, ...], ...]) -> list[int]:
    """The lines that were read with about the confidence of the page's best."""
    sure = np.array(
        [
            np.mean([page.tokens[index].confidence for index in of_line]) if of_line else 0.0
            for of_line in tokens
        ]
    )
    least = _CLEAR * float(np.percentile(sure, 95)) if len(sure) else 0.0
    return np.flatnonzero((sure >= least) & (sure > 0)).tolist()
