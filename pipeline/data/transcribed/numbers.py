"""The numbers that a printed word may mean."""

from __future__ import annotations

import re

_WORD = re.compile(
    r"(?P<before>[^\d%]*?)(?P<number>[.,]?\d+(?:[.,' ]\d+)*)(?:[.,]?[-–])?(?P<after>[^\d%]{0,4})"
)
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?")
_DECIMAL = re.compile(r"\d*[.,]\d+|\d+")
TOLERANCE = 0.005


def numbers(word: str) -> tuple[float, ...]:
    """What the word may mean, without sign: ``1.250`` is 1250 or 1.25, ``RM3.10SR`` is 3.1.

    Words around the number are let pass, as OCR joins key words and tax codes to it; percentages,
    dates and times give nothing.
    """
    match = _WORD.fullmatch(word)
    if match is None or match["before"][-1:] in ("/", "#"):
        return ()
    number, found = match["number"], []
    if _GROUPED.fullmatch(number):
        whole, mark, cents = number, "", ""
        if re.search(r"[.,]\d{1,2}$", number):
            whole, mark, cents = re.split(r"([.,])(?=\d{1,2}$)", number)
        found.append(float(re.sub(r"\D", "", whole) + ("." if mark else "") + cents))
    if _DECIMAL.fullmatch(number):
        found.append(float(number.replace(",", ".")))
    return tuple(found)


def means(word: str, value: float) -> bool:
    """Whether the word may mean this number, which may have been rounded to hundredths."""
    return any(same(number, value) for number in numbers(word))


def same(one: float, other: float) -> bool:
    """Whether two amounts are equal but for the rounding to hundredths."""
    return abs(abs(one) - abs(other)) <= TOLERANCE + 1e-9
