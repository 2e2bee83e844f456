"""What the tagger made of a receipt, label by label, before the sums had a say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box, Token
from pipeline.labels import label_of
from pipeline.receipt import Contents, Field
from pipeline.receipt_quality import LabelReading
from pipeline.tagging.types import Tags

Bits = NDArray[np.float64]

AMOUNTS = (
    *("subtotal", "tax", "service_charge", "tip", "discount"),
    *("rounding", "total", "cash", "change"),
)
"""Fields which assembly may take from words of another label, if the sums ask for it."""


def entropies(tags: Tags) -> Bits | None:
    """The entropy in bits of the label probabilities of each word; ``None`` without them."""
    if not tags.scores:
        return None
    scores = np.stack(list(tags.scores.values()))
    outside = np.clip(1.0 - scores.sum(axis=0, keepdims=True), 0.0, 1.0)
    every = np.concatenate([scores, outside])
    bits: Bits = -(every * np.log2(np.maximum(every, 1e-12))).sum(axis=0)
    return bits


def label_readings(
    tokens: Sequence[Token], tags: Tags, bits: Bits | None
) -> dict[str, LabelReading]:
    """By label how many words have it, where they are and how sure the tagger was of them.

    Args:
        bits: of each word, from ``entropies``.
    """
    names = [label_of(tag) for tag in tags.labels]
    frame = Box.union(token.box for token in tokens)
    centers = np.array([token.box.center for token in tokens])
    sides = np.array([max(1.0, frame.width), max(1.0, frame.height)])
    places = (centers - [frame.x0, frame.y0]) / sides
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        if name is not None:
            found.setdefault(name, []).append(number)
    return {
        name: LabelReading(
            words=len(numbers),
            across=round(float(places[numbers, 0].mean()), 3),
            down=round(float(places[numbers, 1].mean()), 3),
            entropy=None if bits is None else round(max(0.0, float(bits[numbers].mean())), 3),
        )
        for name, numbers in sorted(found.items())
    }


def overruled(tokens: Sequence[Token], tags: Tags, contents: Contents) -> float | None:
    """Share of the record's amounts of which no word has that label; ``None`` without amounts
    that are on the page."""
    fields = [(name, getattr(contents, name)) for name in AMOUNTS]
    found = [(name, field) for name, field in fields if field is not None and field.boxes]
    if not found:
        return None
    labels = [
        (token.box.center, label_of(tag)) for token, tag in zip(tokens, tags.labels, strict=True)
    ]
    without = sum(not _has_label(name, field, labels) for name, field in found)
    return round(without / len(found), 3)


def _has_label(
    name: str, field: Field[object], labels: Sequence[tuple[tuple[float, float], str | None]]
) -> bool:
    return any(
        label == name and x0 <= x <= x1 and y0 <= y <= y1
        for x0, y0, x1, y1 in field.boxes
        for (x, y), label in labels
    )
