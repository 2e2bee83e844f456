"""The tagging stage's interface: pages in, one BIO tag and one probability a token out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Page
from pipeline.labels import LabelSet


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one page, aligned with ``Page.tokens``.

    Attributes:
        labels: BIO tags, valid IOB2 (no ``I-x`` without a ``B-x`` or ``I-x`` before it).
        probabilities: of each tag's label, 0 to 1.
        scores: what the tagger thought of every label, where it can say: probabilities,
            shape (tokens, 1 + labels), ``O`` first, then the label set's order.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    scores: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


class Tagger(Protocol):
    """Anything that tags pages."""

    @property
    def name(self) -> str:
        """What a record's ``model`` says."""

    @property
    def label_set(self) -> LabelSet: ...

    def tag(self, pages: Sequence[Page]) -> list[Tags]:
        """Tag every token of every page; a page without tokens gives empty tags."""
