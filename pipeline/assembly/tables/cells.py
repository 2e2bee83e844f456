"""Cells of a table's rows: one column's span on one text line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from pipeline.assembly.fields.candidates import Candidate, candidates
from pipeline.assembly.fields.value_text import with_value_text
from pipeline.assembly.spans import Span
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Label


@dataclass(frozen=True, slots=True)
class Cell:
    """One column's span on one text line.

    Attributes:
        origin: the number of the whole span; the lines of one description share it.
        line: the text line.
        left, right: pixels.
        top, bottom: pixels, after the page's skew is taken out.
    """

    column: str
    candidate: Candidate
    origin: int
    line: int
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def cells_of(
    label: Label, spans: Iterable[tuple[int, Span]], tagged: TaggedPage, slope: float
) -> Iterator[Cell]:
    """The cells of one label's spans that hold a value of its type, each span given with the number
    of the whole span that it comes from."""
    for origin, span in spans:
        for candidate in candidates([span], label.type, tagged.conventions):
            own = with_value_text(candidate, label, tagged)
            yield cell_of(label.column or "", own, origin, slope)


def cell_of(column: str, candidate: Candidate, origin: int, slope: float) -> Cell:
    """The candidate as a cell on its first line.

    Args:
        slope: of the page's text lines, as ``skew`` gives it.
    """
    box = candidate.span.boxes[0]
    shift = slope * box.center[0]
    return Cell(
        column=column,
        candidate=candidate,
        origin=origin,
        line=candidate.span.lines[0],
        left=box.x0,
        right=box.x1,
        top=box.y0 - shift,
        bottom=box.y1 - shift,
    )


def skew(tagged: TaggedPage) -> float:
    """The slope of the text lines, in pixels down per pixel to the right; 0 on a straight page."""
    slopes = []
    for line in tagged.lines:
        first, last = tagged.tokens[line.tokens[0]].box, tagged.tokens[line.tokens[-1]].box
        across = last.center[0] - first.center[0]
        if across > 5 * max(first.height, 1.0):
            # Words of one line differ in height; only a slope that shows counts.
            slopes.append((last.center[1] - first.center[1]) / across)
    return median(slopes) if slopes else 0.0
