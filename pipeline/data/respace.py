"""Spaces for texts that lost theirs: "MIAMIBEACH#182" to "MIAMI BEACH #182".

The split is the cheapest path through a word list in which a word costs the log of its
rank (Zipf's law makes rank a stand-in for frequency), as in Norvig's "Natural language
corpus data" (2009). A run that does not divide into known words without a rest stays
whole, and so do amounts, codes and other mixtures of digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_RUNS = re.compile(r"[A-Za-z']+|[^A-Za-z']+")
_UNKNOWN_LETTER = 9.0  # what a letter outside every word costs, in nats
_LONGEST = 20
# A short word must be at least this common to count as one.
_RANK_BY_LENGTH = {1: 0, 2: 150, 3: 6000}


def respace(text: str, ranks: Mapping[str, int]) -> list[str]:
    """Cut one glued text into words.

    Args:
        text: without white space.
        ranks: lower-case word to its rank by frequency, the most frequent first.

    Returns:
        The words; joined they give ``text`` again.
    """
    words: list[str] = []
    for run in _RUNS.findall(text):
        if run[0].isalpha() and len(run) > 3:
            parts = _segment(run, ranks)
        else:
            parts = [run]
        if words and not _starts_word(words[-1], run):
            words[-1] += parts[0]
            parts = parts[1:]
        words += parts
    return [piece for word in words for piece in _after_punctuation(word)]


def _starts_word(before: str, run: str) -> bool:
    """Whether a run of letters, or of anything else, begins a new word after ``before``."""
    if run[0].isalpha():
        long_number = before[-1].isdigit() and len(before) >= 3 and before.isdigit()
        return before[-1] in ",;:)" or (long_number and len(run) > 3)
    return run[0] == "#" or (run[0].isdigit() and len(before) > 3 and len(run) > 2)


def _after_punctuation(word: str) -> list[str]:
    """Cut after a comma or colon that is not inside a number or a time."""
    return [part for part in re.split(r"(?<=[,;:])(?=[^\d\s])|(?<=[a-z],)(?=\d)", word) if part]


def _segment(run: str, ranks: Mapping[str, int]) -> list[str]:
    lower = run.lower()
    if lower in ranks:
        return [run]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        best.append(
            min(
                (best[start][0] + _cost(lower[start:end], ranks), start)
                for start in range(max(0, end - _LONGEST), end)
            )
        )
    words: list[str] = []
    end = len(run)
    while end:
        start = best[end][1]
        words.append(run[start:end])
        end = start
    return words[::-1] if all(_is_sure(word.lower(), ranks) for word in words) else [run]


def _cost(word: str, ranks: Mapping[str, int]) -> float:
    rank = ranks.get(word)
    if rank is None:
        return _UNKNOWN_LETTER * len(word) + 1.0
    return math.log(rank + 2) + (0.0 if _is_sure(word, ranks) else _UNKNOWN_LETTER)


def _is_sure(word: str, ranks: Mapping[str, int]) -> bool:
    """Short pieces explain anything, so of those only the more common words count."""
    rank = ranks.get(word)
    return rank is not None and rank < _RANK_BY_LENGTH.get(len(word), len(ranks))
