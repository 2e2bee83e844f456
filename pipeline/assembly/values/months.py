"""Month names in seven languages, including common OCR misreadings."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

# English, German, French, Spanish, Italian, Dutch, Indonesian and Malay, without accents.
_MONTHS = (
    "JAN JANUARY JANUAR JANNER JANVIER JANV ENERO ENE GENNAIO GEN JANUARI",
    "FEB FEBRUARY FEBRUAR FEVRIER FEV FEVR FEBRERO FEBBRAIO FEBRUARI PEBRUARI",
    "MAR MARCH MARZ MAERZ MRZ MARS MARZO MAART MRT MARET MAC",
    "APR APRIL AVRIL AVR ABRIL ABR APRILE",
    "MAY MAI MAYO MAGGIO MAG MEI",
    "JUN JUNE JUNI JUIN JUNIO GIUGNO GIU",
    "JUL JULY JULI JUILLET JUIL JULIO LUGLIO LUG JULAI",
    "AUG AUGUST AOUT AOU AGOSTO AGO AUGUSTUS AGUSTUS AGS AGU OGOS OGO",
    "SEP SEPT SEPTEMBER SEPTEMBRE SEPTIEMBRE SETTEMBRE SET",
    "OCT OCTOBER OKTOBER OKT OCTOBRE OCTUBRE OTTOBRE OTT",
    "NOV NOVEMBER NOVEMBRE NOVIEMBRE NOPEMBER NOP",
    "DEC DECEMBER DEZEMBER DEZ DECEMBRE DICIEMBRE DIC DICEMBRE DES DESEMBER DIS DISEMBER",
)
_MONTH_OF = {name: month for month, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = frozenset({"SUN", "SAT", "VEN", "GIO", "SEL"})  # one edit from a month
_SHORTEST = 3  # of two letters, one edit away is too far

# Matches every name in upper case, also with a 0 for an O and a 5 for an S.
MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True)).replace("O", "[O0]").replace("S", "[S5]")


def month_of(name: str) -> int:
    """The number of a month name, 1 to 12.

    Raises:
        KeyError: ``name`` is not what ``MONTH`` matches.
    """
    return _MONTH_OF[_with_letters(name)]


def misread_month(word: str) -> int | None:
    """The only month with a name one edit away from ``word``; ``None`` if there is none or several,
    or if the word is the name of a weekday."""
    word = _with_letters(word)
    if len(word) < _SHORTEST or word in _WEEKDAYS:
        return None
    near = {
        month
        for name, month in _MONTH_OF.items()
        if Levenshtein.distance(word, name, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


def _with_letters(name: str) -> str:
    return name.replace("0", "O").replace("5", "S")
