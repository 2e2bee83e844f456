"""Names of brands that differ by a letter or two from what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from rapidfuzz.distance import Levenshtein

from pipeline.world.brands import brands_by_key

_LOOK_ALIKE = str.maketrans("015826", "OISBZG") | str.maketrans("LQ", "IO")
_LETTERS = 3  # at either end, one of which is as the name has it
_ALIKE_FROM = 4  # letters: shorter names are too much like other words, so are two edits in 11
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 6, 12
LOOKS_ALIKE = 0.5
"""The edits of a name of which only look-alikes, such as O and 0, were misread."""


def near_names(key: str) -> Iterator[tuple[str, float]]:
    """Keys of brand names that the key may be a misreading of, each with the number of edits."""
    read = _folded(key)
    most = (len(key) >= _ONE_EDIT_FROM) + (len(key) >= _TWO_EDITS_FROM)
    if len(key) < _ALIKE_FROM:
        return
    ends = (read[:_LETTERS], read[-_LETTERS:])
    for name in dict.fromkeys(name for end in ends for name in _by_end().get(end, ())):
        if abs(len(name) - len(key)) <= most:
            edits = Levenshtein.distance(read, _folded(name), score_cutoff=most)
            if edits <= most:
                yield name, edits or LOOKS_ALIKE


def _folded(key: str) -> str:
    return key.translate(_LOOK_ALIKE)


@cache
def _by_end() -> Mapping[str, list[str]]:
    """Names by how they begin, and by how they end."""
    found: dict[str, list[str]] = {}
    for name in brands_by_key():
        if len(name) >= _ALIKE_FROM:
            folded = _folded(name)
            for end in {folded[:_LETTERS], folded[-_LETTERS:]}:
                found.setdefault(end, []).append(name)
    return found
