"""What was found of one label on a page, and the tags that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.labels import OUTSIDE, label_of, tag_of

Span = tuple[int, ...]
"""Indices of the page's tokens that hold one value, in reading order."""


@dataclass(frozen=True, slots=True)
class Found:
    """The values of one label.

    Attributes:
        complete: whether these are all values of the label on the page; if not, any other token
            may have the label, too.
    """

    label: str
    spans: tuple[Span, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Labelling:
    """Tags of a page.

    Attributes:
        tags: one BIO tag (IOB2) a token.
        annotated: the labels of which all values are tagged.
    """

    tags: tuple[str, ...]
    annotated: frozenset[str]

    @property
    def free(self) -> list[int]:
        """The tokens without a label."""
        return [index for index, tag in enumerate(self.tags) if tag == OUTSIDE]


def completely_annotated(labelling: Labelling) -> Labelling:
    """Without the tags of labels that may have other values on the page."""
    tags = [tag if label_of(tag) in labelling.annotated else OUTSIDE for tag in labelling.tags]
    return Labelling(tuple(tags), labelling.annotated)


def labelled(before: Labelling, found: Iterable[Found]) -> Labelling:
    """Add what was found. A token keeps the label it has; a span that another label has taken a
    token of is dropped, and its label is not completely annotated."""
    tags, annotated = list(before.tags), set(before.annotated)
    for one in found:
        free = [span for span in one.spans if _is_free(tags, span)]
        for span in free:
            _mark(tags, span, one.label)
        if one.complete and len(free) == len(one.spans):
            annotated.add(one.label)
    return Labelling(tuple(tags), frozenset(annotated))


def _is_free(tags: Sequence[str], span: Span) -> bool:
    return all(tags[index] == OUTSIDE for index in span)


def _mark(tags: list[str], span: Span, label: str) -> None:
    for place, index in enumerate(span):
        follows = place > 0 and span[place - 1] == index - 1
        tags[index] = tag_of(label, inside=follows)
