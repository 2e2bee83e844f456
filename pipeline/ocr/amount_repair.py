"""Repair amounts that Tesseract splits at the decimal mark or reads with letters for digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.ocr.page_reading import ReadWord

_SPLIT_AMOUNT = re.compile(r"(?:\d|RMO)(?:[.,]\s\d\d|\s[.,]\d\d)(?!\d)")
_DIGITS = str.maketrans("OoQ@DSs§lIi|B", "0000055511118")
# Not all of them may come first: a leading S is as often a misread dollar sign as a 5. An @ after
# a digit is really an @: 2@1.50.
_MISREAD_AMOUNT = re.compile(
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
        if joined and _SPLIT_AMOUNT.search(f"{joined[-1].text} {word.text}"):
            first = joined.pop()
            certain = min(first.confidence, word.confidence)
            word = ReadWord(first.text + word.text, first.start, word.end, certain)
        joined.append(word)
    return joined


def _in_digits(text: str) -> str:
    found = _MISREAD_AMOUNT.fullmatch(text)
    if found is None or not any(sign.isdigit() for sign in text):
        return text
    return found["currency"] + found["number"].translate(_DIGITS) + found["end"]
