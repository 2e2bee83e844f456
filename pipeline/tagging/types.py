"""The tagging stage's interface: pages in, one BIO tag and one probability per token out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.document import Page
from pipeline.labels import LabelSet, label_of


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one page, aligned with ``Page.tokens``.

    Attributes:
        labels: BIO tags, valid IOB2 (no ``I-x`` without a ``B-x`` or ``I-x`` before it).
        probabilities: of each tag's label, 0 to 1.
        scores: the probability of each label for each token, if the tagger has them.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    scores: Mapping[str, NDArray[np.float32]] | None = field(
        default=None, compare=False, repr=False
    )

    def score(self, label: str, tokens: Sequence[int]) -> float:
        """The mean probability that the tokens (at least one) have ``label``.

        Without scores, labels that were not chosen count as 0.
        """
        if self.scores is not None:
            given = self.scores.get(label)
            return 0.0 if given is None else float(sum(given[i] for i in tokens) / len(tokens))
        chosen = (self.probabilities[i] for i in tokens if label_of(self.labels[i]) == label)
        return sum(chosen) / len(tokens)


class Tagger(Protocol):
    """The interface of a tagger."""

    @property
    def name(self) -> str:
        """The name used in a record's ``model``."""

    @property
    def label_set(self) -> LabelSet: ...

    @property
    def reads_images(self) -> bool:
        """Whether the tags depend on the images."""

    @property
    def folder(self) -> Path | None:
        """The model folder that it was loaded from, ``None`` for a tagger without one."""

    def tag(
        self, pages: Sequence[Page], images: Sequence[Image.Image | None] | None = None
    ) -> list[Tags]:
        """Tag all tokens of all pages; a page without tokens gives empty tags.

        Args:
            images: the upright page images, for taggers that read them.
        """
