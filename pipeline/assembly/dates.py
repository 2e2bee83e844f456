"""Dates as receipts print them, in seven languages and with OCR's slips."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class DateOrder(StrEnum):
    """Which comes first in an all-numeric date such as 03/04/2020."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"

    @property
    def other(self) -> DateOrder:
        day_first = self is DateOrder.DAY_FIRST
        return DateOrder.MONTH_FIRST if day_first else DateOrder.DAY_FIRST


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
_MONTH = (
    "|".join(sorted(_MONTH_OF, key=len, reverse=True)).replace("O", "[O0]").replace("S", "[S5]")
)

_SEPARATOR = r"\s?[-/.,]\s?"
_YEAR = r"(?:(?:19|20)[0-9]{2}|[0-9]{2})"
# Behind a date comes no digit, unless it is a time glued on: 25/12/201814:33.
_END = r"(?:(?![0-9]|:[0-9])|(?=[0-9]{1,2}:[0-9]{2}))"
_YEAR_FIRST = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})\s?[-/.年]\s?([0-9]{{1,2}})\s?[-/.月]\s?([0-9]{{1,2}}){_END}"
)
_NUMERIC = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})({_SEPARATOR}|\s)([0-9]{{1,2}})({_SEPARATOR}|\s)'?({_YEAR}){_END}"
)
_DAY_NAME_YEAR = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})(?:ST|ND|RD|TH|ER)?[\s\-/.,]*(?:DE\s|OF\s)?({_MONTH})(?![A-Z])"
    rf"[\s\-/.,']*(?:DEL?\s)?({_YEAR}){_END}"
)
_NAME_DAY_YEAR = re.compile(
    rf"(?<![A-Z])({_MONTH})[\s.\-/]*([0-9]{{1,2}})(?:ST|ND|RD|TH)?[\s,.\-'/]+({_YEAR}){_END}"
)
_YEAR_NAME_DAY = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})[\s\-/.]*({_MONTH})[\s\-/.]*([0-9]{{1,2}}){_END}"
)
_OLDEST = 8  # two-digit year; receipts photographed with the cameras of today are later
_RUN_END = r"(?=(?:[0-9]{4}|[0-9]{6})?(?![0-9]))"
_COMPACT = re.compile(rf"(?<![0-9])(20[0-9]{{2}})([0-9]{{2}})([0-9]{{2}}){_RUN_END}")
_COMPACT_DAY = re.compile(r"(?<![0-9])([0-9]{2})([0-9]{2})(20[0-9]{2})(?![0-9])")


def parse_date(text: str, order: DateOrder) -> datetime.date | None:
    """The first date in ``text``, or ``None``; ``order`` decides only where both are possible."""
    text = _cleaned(text)
    return next(
        (
            date
            for date in (*_named(text), *_year_first(text), *_numeric(text, order), *_compact(text))
            if date is not None
        ),
        None,
    )


def infer_order(texts: Iterable[str], country: str | None) -> DateOrder:
    """The page's day-month order: its own dates where they tell, else its country's habit."""
    return told_order(texts) or (DateOrder.MONTH_FIRST if country == "US" else DateOrder.DAY_FIRST)


def told_order(texts: Iterable[str]) -> DateOrder | None:
    """The day-month order that the dates themselves tell: one number of them is above 12."""
    day_first = month_first = 0
    for text in texts:
        for match in _NUMERIC.finditer(_cleaned(text)):
            first, second = int(match[1]), int(match[3])
            day_first += 12 < first <= 31 and second <= 12
            month_first += 12 < second <= 31 and first <= 12
    if day_first == month_first:
        return None
    return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST


def _cleaned(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.upper())
    text = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")
    text = re.sub(r"(?<![A-Z])O+(?=[0-9])|(?<=[0-9])O+(?![A-Z])", lambda m: "0" * len(m[0]), text)
    return re.sub(r"(?<![A-Z])[IL|](?=[0-9])|(?<=[0-9])[IL|](?![A-Z])", "1", text)


def _named(text: str) -> Iterable[datetime.date | None]:
    for match in _DAY_NAME_YEAR.finditer(text):
        yield _date(match[3], _month(match[2]), match[1])
    for match in _NAME_DAY_YEAR.finditer(text):
        yield _date(match[3], _month(match[1]), match[2])
    for match in _YEAR_NAME_DAY.finditer(text):
        yield _date(match[1], _month(match[2]), match[3])


def _year_first(text: str) -> Iterable[datetime.date | None]:
    for match in _YEAR_FIRST.finditer(text):
        yield _date(match[1], match[2], match[3])


def _numeric(text: str, order: DateOrder) -> Iterable[datetime.date | None]:
    for match in _NUMERIC.finditer(text):
        first, second, year = match[1], match[3], match[5]
        dotted = "." in match[2] and "." in match[4]
        if len(year) == 2 and int(year) < _OLDEST <= int(first):
            yield _date(first, second, year)  # 23/08/04 is of 2023, as no receipt is of 2004
        if order is DateOrder.MONTH_FIRST and not dotted:
            yield _date(year, first, second)
            yield _date(year, second, first)
        else:
            yield _date(year, second, first)
            yield _date(year, first, second)
        yield _date(first, second, year)  # 31 impossible as a day: 99-12-31


def _compact(text: str) -> Iterable[datetime.date | None]:
    for match in _COMPACT.finditer(text):
        yield _date(match[1], match[2], match[3])
    for match in _COMPACT_DAY.finditer(text):
        yield _date(match[3], match[2], match[1])


def _month(name: str) -> int:
    return _MONTH_OF[name.replace("0", "O").replace("5", "S")]


def _date(year: str, month: str | int, day: str) -> datetime.date | None:
    full_year = int(year)
    if len(year) <= 2:
        full_year += 2000 if full_year < 70 else 1900
    try:
        return datetime.date(full_year, int(month), int(day))
    except ValueError:
        return None
