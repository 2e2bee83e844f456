"""What a batch of lines should give: transcripts as classes, and where to stay near the original.

Transcripts do not say everything (``Style``). Classes that a style does not tell apart form a
group, and the loss adds up the probabilities of a group's classes: the network keeps its own case
and its own spaces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.training.ocr.config import KeepNear
from pipeline.training.ocr.line import Line
from pipeline.training.ocr.reading import emitted
from pipeline.training.ocr.transcripts import Style, upper


class Targets:
    """The classes of one style.

    Attributes:
        groups: the group of each class; group 0 holds the CTC blank.
        count: of groups.
    """

    def __init__(self, characters: Sequence[str], style: Style, keep: KeepNear) -> None:
        self._characters = characters
        self._style = style
        self._keep = keep
        known: dict[str, int] = {"": 0}
        self.groups = np.array([known.setdefault(self._key(c), len(known)) for c in characters])
        self.count = len(known)
        self._group_of = known

    def encoded(self, text: str) -> list[int]:
        """The groups of a transcript's characters."""
        keys = [self._key(character) for character in self._style.plain(text)]
        return [self._group_of[key] for key in keys if key]

    def keep_weights(self, line: Line) -> NDArray[np.float32]:
        """How much each column of the original network's output is to be kept, shape (columns,).

        A column that reads a character counts if the character is right, one between two
        characters if both are. Where the picture holds no text, the columns that say so count.
        Without a transcript all columns count.
        """
        best = line.original.classes[:, 0].astype(np.int64)
        is_letter = np.array([self._characters[index].isalpha() for index in best])
        if line.is_taught:
            return np.where(is_letter, self._keep.letters, self._keep.others).astype(np.float32)
        columns = emitted(best)
        read = [self._key(self._characters[index]) for index in best[columns]]
        wanted = [key for key in map(self._key, self._style.plain(line.text)) if key]
        weights = np.zeros(len(best), np.float32)
        right = np.zeros(len(read) + 2, np.bool_)
        right[[0, -1]] = True
        kept = [index for index, key in enumerate(read) if key]  # spaces may say nothing
        for block in Levenshtein.opcodes([read[index] for index in kept], wanted):
            if block.tag == "equal":
                right[1 + np.array(kept[block.src_start : block.src_end], np.int64)] = True
        right[1 + np.array([i for i, key in enumerate(read) if not key], np.int64)] = True
        after = np.searchsorted(columns, np.arange(len(best)), side="right")
        weights[right[after] & right[after + 1]] = self._keep.others
        weights[columns] = self._keep.others * right[1:-1]
        weights[(weights > 0) & is_letter] = self._keep.letters
        return weights

    def _key(self, character: str) -> str:
        """The same for all characters of a group; empty for the blank's."""
        if character == " " and not self._style.spaces:
            return ""
        return character if self._style.case else upper(character)
