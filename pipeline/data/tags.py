"""Convert annotations of other tools to BIO tags (IOB2), and read the texts of their spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.labels import OUTSIDE, label_of, tag_of


def join_neighbours(
    labels: Sequence[str | None], starts: Sequence[bool] | None = None
) -> tuple[str, ...]:
    """One tag per token, from the labels of single tokens.

    Neighbours in reading order with the same label are one span, unless ``starts`` says
    that a token begins another.
    """
    starts = starts or [False] * len(labels)
    tags = []
    previous: str | None = None
    for label, start in zip(labels, starts, strict=True):
        tags.append(tag_of(label, inside=label == previous and not start))
        previous = label
    return tuple(tags)


def spans(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Label, first token and the token after the last of each span, in order.

    An ``I-`` that continues nothing begins a span.
    """
    label: str | None = None
    first = 0
    for index, tag in enumerate([*tags, OUTSIDE]):
        if tag.startswith("I-") and label_of(tag) == label:
            continue
        if label is not None:
            yield label, first, index
        label, first = label_of(tag), index


def field_texts(texts: Sequence[str], tags: Sequence[str]) -> dict[str, str]:
    """The text of each label that has one; labels with several different texts are left out.

    Two equal totals have one text, two different taxes have none.
    """
    found: dict[str, set[str]] = {}
    for label, first, end in spans(tags):
        found.setdefault(label, set()).add(" ".join(texts[first:end]))
    return {label: next(iter(said)) for label, said in found.items() if len(said) == 1}
