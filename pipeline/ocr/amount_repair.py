"""Repair amounts as Tesseract misreads them: split at the decimal mark, letters for digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.ocr.page_reading import ReadWord

_HALVES = re.compile(r"(?:\d|RMO)(?:[.,]\s\d\d|\s[.,]\d\d)(?!\d)")
_DIGITS = str.maketrans("OoQ@DSs§lIi|B", "0000055511118")
# Not all of them may come first: a leading S is a misread dollar sign as often as a 5. And an
# @ behind a digit is what it says: 2@1.50.
_SPOILT = re.compile(
    r"(?P<currency>(?:RM|[^\w@§|])*)"
    r"(?P<number>[\dOoQ@§][\dOoQDSs§lIi|B]*[.,][\dOoQ@DSs§lIi|B]{2})"
    r"(?P<end>\W*)"
)


def repaired(words: Sequence[ReadWord]) -> tuple[ReadWord, ...]:
    """The words of a line, from left to right, with each amount in one word and in digits."""
    return tuple(replace(word, text=_in_digits(word.text)) for word in _joined(words))


def _joined(words: Sequence[ReadWord]) -> list[ReadWord]:
    joined: list[ReadWord] = []
    for word in words:
        if joined and _HALVES.search(f"{joined[-1].text} {word.text}"):
            first = joined.pop()
            certain = min(first.confidence, word.confidence)
            word = ReadWord(first.text + word.text, first.start, word.end, certain)
        joined.append(word)
    return joined


def _in_digits(text: str) -> str:
    found = _SPOILT.fullmatch(text)
    if found is None or not any(sign.isdigit() for sign in text):
        return text
    return found["currency"] + found["number"].translate(_DIGITS) + found["end"]
