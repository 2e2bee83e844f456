"""Convert BIO tags to spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from pipeline.document import Box, Page
from pipeline.labels import label_of
from pipeline.receipt import PixelBox
from pipeline.tagging.types import Tags


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens of one label that form one value.

    Attributes:
        label: its name in the label set.
        tokens: indices into ``Page.tokens``, ascending.
        text: the tokens joined with single spaces.
        probability: the tagger's, mean over the tokens, 0 to 1.
        confidence: ``probability`` times the OCR engine's mean confidence, 0 to 1: a
            ranking, not yet calibrated.
        lines: the text lines it stands on, ascending.
        boxes: one a line, around the span's tokens there; pixels of the upright page.
    """

    label: str
    tokens: tuple[int, ...]
    text: str
    probability: float
    confidence: float
    lines: tuple[int, ...]
    boxes: tuple[Box, ...]

    @property
    def pixel_boxes(self) -> list[PixelBox]:
        return [box.as_tuple() for box in self.boxes]


def spans_of(page: Page, tags: Tags) -> list[Span]:
    """The spans of a page in reading order.

    Raises:
        ValueError: tags and tokens differ in number, or the tags are not valid IOB2.
    """
    if not len(page.tokens) == len(tags.labels) == len(tags.probabilities):
        raise ValueError(f"{len(tags.labels)} tags for {len(page.tokens)} tokens")
    runs: list[tuple[str, list[int]]] = []
    previous = None
    for index, tag in enumerate(tags.labels):
        label = label_of(tag)
        if label is not None and tag.startswith("I-"):
            if previous != label:
                raise ValueError(f"token {index}: {tag} does not continue a {label} span")
            runs[-1][1].append(index)
        elif label is not None:
            runs.append((label, [index]))
        previous = label
    return [span_of(page, tags, label, indices) for label, indices in runs]


def span_of(page: Page, tags: Tags, label: str, indices: Sequence[int]) -> Span:
    """The tokens at ``indices`` (ascending, at least one) as one span."""
    by_line: dict[int, list[Box]] = {}
    for index in indices:
        by_line.setdefault(page.tokens[index].line, []).append(page.tokens[index].box)
    probability = fmean(tags.probabilities[index] for index in indices)
    read = fmean(page.tokens[index].confidence for index in indices)
    return Span(
        label=label,
        tokens=tuple(indices),
        text=" ".join(page.tokens[index].text for index in indices),
        probability=probability,
        confidence=min(1.0, max(0.0, probability * read)),
        lines=tuple(by_line),
        boxes=tuple(Box.union(boxes) for boxes in by_line.values()),
    )
