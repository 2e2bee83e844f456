"""Convert regions to pixels and split their text into lines and words with boxes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.data.annotated import NO_TEXT
from pipeline.data.label_studio.export import Geometry, RawRegion
from pipeline.data.words import split_words
from pipeline.document import Box


@dataclass(frozen=True, slots=True)
class Region:
    """One region with its label, text and choices.

    Attributes:
        id: as the tool gave it; unique within its task, except in JSON-MIN.
        frame: its position.
        label: ``None`` for a region without one.
        text: as typed, or empty; line breaks separate text lines.
        starts: marked as the beginning of another value of its label.
    """

    id: str
    frame: Frame
    label: str | None
    text: str
    starts: bool

    def lines(self) -> Iterator[RegionLine]:
        """Its text lines, of equal height; a label without text is ``NO_TEXT``."""
        text = self.text or (NO_TEXT if self.label else "")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        for number, line in enumerate(lines):
            top, bottom = number / len(lines), (number + 1) / len(lines)
            words = tuple(
                (
                    word.text,
                    self.frame.part(word.start / len(line), top, word.end / len(line), bottom),
                )
                for word in split_words(line)
            )
            starts = self.starts and number == 0
            yield RegionLine(words, self.frame.part(0, top, 1, bottom), self.label, starts)


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One text line of a region: its words with their boxes, in pixels."""

    words: tuple[tuple[str, Box], ...]
    box: Box
    label: str | None
    starts: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle in pixels, rotated clockwise around its top left corner."""

    x: float
    y: float
    width: float
    height: float
    rotation: float

    @staticmethod
    def of(geometry: Geometry, size: tuple[int, int]) -> Frame:
        """Convert from percent of a picture of ``size`` (width, height) pixels."""
        across, down = size[0] / 100, size[1] / 100
        return Frame(
            geometry.x * across,
            geometry.y * down,
            geometry.width * across,
            geometry.height * down,
            geometry.rotation,
        )

    def part(self, left: float, top: float, right: float, bottom: float) -> Box:
        """The upright box around a part, given in fractions (0 to 1) of its sides."""
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return Box.around(self._point(u * self.width, v * self.height) for u, v in corners)

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point of the picture is inside."""
        dx, dy = point[0] - self.x, point[1] - self.y
        sine, cosine = self._sine_cosine()
        return (
            0 <= dx * cosine + dy * sine <= self.width
            and 0 <= dy * cosine - dx * sine <= self.height
        )

    def _point(self, u: float, v: float) -> tuple[float, float]:
        sine, cosine = self._sine_cosine()
        return self.x + u * cosine - v * sine, self.y + u * sine + v * cosine

    def _sine_cosine(self) -> tuple[float, float]:
        angle = math.radians(self.rotation)
        return math.sin(angle), math.cos(angle)


def region_of(raw: RawRegion, size: tuple[int, int]) -> Region:
    """A region in pixels.

    Raises:
        ValueError: it has several labels.
    """
    if len(raw.labels) > 1:
        raise ValueError(f"region {raw.id} has several labels: {', '.join(raw.labels)}")
    if raw.geometry is None:
        raise ValueError(f"region {raw.id} has no place")
    label = raw.labels[0] if raw.labels else None
    frame = Frame.of(raw.geometry, size)
    return Region(raw.id, frame, label, "\n".join(raw.texts).strip(), raw.starts)
