"""The types that flow between the stages: boxes, tokens and pages.

Everything here is frozen. Coordinates are pixels of the *upright* page image,
origin at the top left, x to the right, y down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle; ``x0 <= x1`` and ``y0 <= y1``, in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def intersection(self, other: Box) -> float:
        """The area, in square pixels, that both boxes cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def scaled(self, across: float, down: float) -> Box:
        return Box(self.x0 * across, self.y0 * down, self.x1 * across, self.y1 * down)

    def moved(self, right: float, down: float) -> Box:
        return Box(self.x0 + right, self.y0 + down, self.x1 + right, self.y1 + down)

    def clipped(self, width: float, height: float) -> Box:
        """The box with each corner moved onto a page of that size."""
        x0, x1 = (min(max(x, 0.0), float(width)) for x in (self.x0, self.x1))
        y0, y1 = (min(max(y, 0.0), float(height)) for y in (self.y0, self.y1))
        return Box(x0, y0, x1, y1)

    def as_tuple(self) -> tuple[float, float, float, float]:
        return self.x0, self.y0, self.x1, self.y1

    @staticmethod
    def around(points: Iterable[tuple[float, float]]) -> Box:
        """The smallest box that holds every point.

        Raises:
            ValueError: there are no points.
        """
        xs, ys = zip(*points, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    @staticmethod
    def union(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds every box.

        Raises:
            ValueError: there are no boxes.
        """
        every = list(boxes)
        return Box(
            min([box.x0 for box in every]),
            min([box.y0 for box in every]),
            max([box.x1 for box in every]),
            max([box.y1 for box in every]),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One text that an OCR engine held possible for a word, with its probability, 0 to 1."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Token:
    """One word as the OCR engine read it, or as a PDF holds it.

    Attributes:
        text: the word, never empty, without surrounding white space.
        box: its position on the upright page.
        confidence: the engine's own, 0 to 1; 1 for the text of a PDF.
        line: the number of the text line, counted from 0 in reading order.
        readings: the few texts that the engine held possible for this word, ``text`` among them,
            the likeliest first, their probabilities summing to 1; empty if it was sure, or if
            it does not tell.
    """

    text: str
    box: Box
    confidence: float = 1.0
    line: int = 0
    readings: tuple[Reading, ...] = ()


Corners = tuple[tuple[float, float], ...]
"""Four corners (x, y) of a rectangle at any angle, clockwise."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page after OCR: its tokens in reading order.

    Attributes:
        width, height: of the upright page image, in pixels.
        tokens: in reading order, ``line`` never decreasing.
        rotation: degrees clockwise (0, 90, 180 or 270) by which the image was
            turned to stand upright.
        problem: why much of the page was not read; ``None`` if nothing is known of that.
        quads: where the engine found text, read or not: one text line or part of one each; none
            if the engine does not say.
    """

    width: int
    height: int
    tokens: tuple[Token, ...]
    rotation: int = 0
    problem: str | None = None
    quads: tuple[Corners, ...] = ()

    def lines(self) -> list[list[int]]:
        """Token indices, one list per text line, in reading order."""
        by_line: dict[int, list[int]] = {}
        for index, token in enumerate(self.tokens):
            by_line.setdefault(token.line, []).append(index)
        return [by_line[line] for line in sorted(by_line)]
