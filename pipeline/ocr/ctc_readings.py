"""The words that a recogniser held possible, from the columns of its output (CTC)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Reading
from pipeline.ocr.readings import normalised

SURE = 0.9995
"""A word whose columns all have a character (or the blank) of this probability has no others."""

_LEAST_CHARACTER = 0.0003  # probability; characters below it are left out of a column
_MOST_PREFIXES = 16

_Column = list[tuple[str, float]]
"""The characters that a column may be, with their probabilities; the blank is empty."""


def ctc_readings(
    columns: NDArray[np.float32], characters: Sequence[str], text: str
) -> tuple[Reading, ...]:
    """The likeliest words of a few columns, by prefix beam search (Graves and Jaitly 2014).

    A space is taken for a blank: where words end is decided before.

    Args:
        columns: probabilities of the word's columns, shape (columns, characters).
        text: the word as it was decoded.

    Returns:
        As ``Token.readings``.
    """
    prefixes = {"": (1.0, 0.0)}
    for column in _possible(columns, characters):
        prefixes = _likeliest(_extended(prefixes, column))
    found = {prefix: sum(ends) for prefix, ends in prefixes.items() if prefix}
    return normalised(found, text)


def _possible(columns: NDArray[np.float32], characters: Sequence[str]) -> Iterable[_Column]:
    places, classes = np.nonzero(columns >= _LEAST_CHARACTER)
    found: list[_Column] = [[] for _ in columns]
    probabilities = columns[places, classes].tolist()
    for place, one, probability in zip(
        places.tolist(), classes.tolist(), probabilities, strict=True
    ):
        found[place].append((characters[one].strip(), probability))
    return found


def _extended(
    prefixes: dict[str, tuple[float, float]], column: _Column
) -> dict[str, tuple[float, float]]:
    """The prefixes after one more column, each with the probability that it ends with a blank and
    that it ends with its last character."""
    new: dict[str, list[float]] = {}
    for prefix, (blank, letter) in prefixes.items():
        for character, probability in column:
            if not character:
                new.setdefault(prefix, [0.0, 0.0])[0] += (blank + letter) * probability
            elif prefix.endswith(character):
                new.setdefault(prefix, [0.0, 0.0])[1] += letter * probability
                new.setdefault(prefix + character, [0.0, 0.0])[1] += blank * probability
            else:
                new.setdefault(prefix + character, [0.0, 0.0])[1] += (blank + letter) * probability
    return {prefix: (blank, letter) for prefix, (blank, letter) in new.items()}


def _likeliest(prefixes: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    if len(prefixes) <= _MOST_PREFIXES:
        return prefixes
    kept = sorted(prefixes, key=lambda prefix: -sum(prefixes[prefix]))[:_MOST_PREFIXES]
    return {prefix: prefixes[prefix] for prefix in kept}
