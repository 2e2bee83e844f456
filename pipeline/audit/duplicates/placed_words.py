"""Whether two receipts have the same words at the same places.

The places of one receipt are mapped to those of the other by scale and shift, fitted to the texts
that both have. Then each place either has the same text or another one. Two receipts of one till
agree in name and address and differ in date, amounts and number; two pictures of one paper agree
everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.audit.duplicates.traits import PlacedText

_FEWEST = 4
_NEAR = 0.02
"""Of the extent of the texts: how far a text may be from its place. A line takes about 0.02 of the
height of a long receipt."""


def agreement(one: Sequence[PlacedText], other: Sequence[PlacedText]) -> tuple[int, int] | None:
    """How many texts stand at the same place in both, and at how many places the texts differ.

    ``None`` if fewer than four texts are in both, or they do not lie alike.
    """
    pairs = _shared(one, other)
    if len(pairs) < _FEWEST:
        return None
    a = np.array([(first.x, first.y) for first, _ in pairs])
    b = np.array([(second.x, second.y) for _, second in pairs])
    extent = max(float(np.ptp(b, axis=0).max()), 1.0)
    fits = _scale_and_shift(a, b)
    mapped = np.array([(text.x, text.y) for text in one]) @ fits[:2] + fits[2]
    places = np.array([(text.x, text.y) for text in other])
    distances = np.linalg.norm(mapped[:, None] - places[None], axis=2) / extent
    same = differing = 0
    for text, row in zip(one, distances, strict=True):
        near = [other[at].text for at, gap in enumerate(row) if gap <= _NEAR]
        if text.text in near:
            same += 1
        elif near:
            differing += 1
    return (same, differing) if same >= _FEWEST else None


def _shared(
    one: Sequence[PlacedText], other: Sequence[PlacedText]
) -> list[tuple[PlacedText, PlacedText]]:
    """The texts that each has exactly once."""
    counts = Counter(text.text for text in one), Counter(text.text for text in other)
    single = {text.text: text for text in other if counts[1][text.text] == 1}
    return [
        (text, single[text.text])
        for text in one
        if counts[0][text.text] == 1 and text.text in single
    ]


def _scale_and_shift(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The affine map of ``a`` to ``b`` with the least squares, as a matrix of 3 × 2."""
    known = np.column_stack((a, np.ones(len(a))))
    fits, *_ = np.linalg.lstsq(known, b, rcond=None)
    return np.asarray(fits, np.float64)
