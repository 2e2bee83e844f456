"""Text recognition: PP-OCR's network and the decoding of its output."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Reading
from pipeline.ocr.ctc_readings import SURE, ctc_readings
from pipeline.ocr.detection import as_input
from pipeline.ocr.networks import Recognition
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.quads import Pixels

LINE_HEIGHT = 48
"""Height in pixels of the network's input."""

COLUMN_WIDTH = 8
"""Width in pixels of its input for each column of its output; pictures are padded to a multiple."""

_BATCH = 8  # lines
_MAX_WIDTH_RATIO = 1.06  # of the widest to the narrowest line in a batch
_LEAST_WIDTH = 64  # pixels; narrower pictures are padded to it
_PADDING = 127  # the grey value that becomes 0 in the network's input


def recognise(recognition: Recognition, pictures: Sequence[Pixels]) -> list[ReadLine]:
    """Read pictures of one line each.

    Args:
        recognition: from ``networks.recognition_network``.
        pictures: ``LINE_HEIGHT`` pixels high, in any order.

    Returns:
        One line per picture, in the order of the pictures.
    """
    lines: dict[int, ReadLine] = {}
    for batch in _batches([picture.shape[1] for picture in pictures]):
        widest = max(_LEAST_WIDTH, *(pictures[index].shape[1] for index in batch))
        width = -(-widest // COLUMN_WIDTH) * COLUMN_WIDTH
        padded = [_padded(pictures[index], width) for index in batch]
        for index, columns in zip(batch, recognition.network(as_input(padded)), strict=True):
            share = pictures[index].shape[1] / width
            lines[index] = _decoded(columns, recognition.characters, share)
    return [lines[index] for index in range(len(pictures))]


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of pictures of similar width, widest first."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda index: -widths[index]):
        if batch and (len(batch) == _BATCH or widths[batch[0]] > _MAX_WIDTH_RATIO * widths[index]):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _padded(picture: Pixels, width: int) -> Pixels:
    padded = np.full((LINE_HEIGHT, width, 3), _PADDING, np.uint8)
    padded[:, : picture.shape[1]] = picture
    return padded


def _decoded(columns: NDArray[np.float32], characters: Sequence[str], share: float) -> ReadLine:
    """Greedy CTC decoding of one line: repeats are one character, class 0 is none.

    Args:
        columns: probabilities, shape (columns, characters).
        share: of the columns that the picture takes up; the others are padding.
    """
    best = columns.argmax(axis=1)
    new = np.flatnonzero((best != 0) & (best != np.concatenate([[0], best[:-1]])))
    text = "".join(characters[best[column]] for column in new)
    centres = (new + 0.5) / (len(columns) * share)
    confidences = columns[new, best[new]]
    words = tuple(
        replace(word, readings=_readings(columns[start:end], characters, word.text))
        for word, (start, end) in zip(
            _words(text, centres, confidences), _column_ranges(text, new, best), strict=True
        )
    )
    return ReadLine(words, float(confidences.min(initial=1.0)))


def _column_ranges(
    text: str, new: NDArray[np.intp], best: NDArray[np.intp]
) -> Iterator[tuple[int, int]]:
    """For each word the columns from the space before it to the one behind it.

    Args:
        new: the first column of each character of ``text``.
        best: the class of each column.
    """
    for word in re.finditer(r"\S+", text):
        before = int(new[word.start() - 1]) if word.start() else 0
        while word.start() and before < len(best) and best[before] == best[new[word.start() - 1]]:
            before += 1
        yield before, int(new[word.end()]) if word.end() < len(new) else len(best)


def _readings(
    columns: NDArray[np.float32], characters: Sequence[str], text: str
) -> tuple[Reading, ...]:
    """The word's readings; most words are sure, and cost no search."""
    if float(columns.max(axis=1).min()) >= SURE:
        return ()
    return ctc_readings(columns, characters, text)


def _words(
    text: str, centres: NDArray[np.floating[Any]], confidences: NDArray[np.float32]
) -> Iterator[ReadWord]:
    """Split a line at its spaces; ``centres`` and ``confidences`` have one entry per character."""
    words = text.split()
    if len(words) == 1:
        yield ReadWord(words[0], 0.0, 1.0, float(confidences.mean()))
        return
    # A character's ink spreads about half a step to either side of its centre.
    half = (centres[-1] - centres[0]) / max(1, len(centres) - 1) / 2 if words else 0.0
    end = 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        yield ReadWord(
            word,
            max(0.0, float(centres[start] - half)),
            min(1.0, float(centres[end - 1] + half)),
            float(confidences[start:end].mean()),
        )
