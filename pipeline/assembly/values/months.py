"""Names of months in the languages of CLDR, including common OCR misreadings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from rapidfuzz.distance import Levenshtein

from pipeline.accents import plain_capitals
from pipeline.world import cldr
from pipeline.world.languages import languages

# What tills print and CLDR lacks.
_OTHER_NAMES = {
    "JANNER": 1, "FEV": 2, "PEBRUARI": 2, "MAERZ": 3, "MRZ": 3, "AOU": 8, "AGS": 8, "NOPEMBER": 11,
    "NOP": 11,
}  # fmt: skip
_WEEKDAYS = frozenset({"SUN", "SAT", "VEN", "GIO", "SEL"})  # one edit from a month
_SHORTEST = 3  # of two letters, one edit away is too far

MONTH = r"[05]?[^\W\d_](?:[05]?[^\W\d_])*(?:0(?![0-9](?![0-9])))?"
"""A word in capitals that may be a month's name, also with a 0 for an O and a 5 for an S;
in JUL09 the 0 belongs to the day."""


def month_of(name: str, year: str) -> int | None:
    """The number of a month, 1 to 12, or ``None`` if the name is none.

    Beside a year of two digits only the languages of most receipts count: 2 LED 12 are no days of
    a Czech January.
    """
    names = _all_names() if len(year) > 2 else _common_names()
    return names.get(_with_letters(name))


def misread_month(word: str) -> int | None:
    """The only month with a name one edit away from ``word``; ``None`` if there is none or several,
    or if the word is the name of a weekday."""
    word = _with_letters(word)
    if len(word) < _SHORTEST or word in _WEEKDAYS:
        return None
    near = {
        month
        for name, month in _common_names().items()
        if Levenshtein.distance(word, name, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


@cache
def _common_names() -> Mapping[str, int]:
    return {**cldr.months(cldr.COMMON_LANGUAGES), **_OTHER_NAMES}


@cache
def _all_names() -> Mapping[str, int]:
    """Also those of added languages, which CLDR does not know."""
    printed = {
        plain_capitals(name): month
        for language in languages()
        for month, name in enumerate(language.printing["months"], 1)
    }
    return {**printed, **cldr.months(), **_common_names()}


def _with_letters(name: str) -> str:
    return name.replace("0", "O").replace("5", "S")
