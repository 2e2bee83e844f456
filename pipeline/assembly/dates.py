"""Dates as receipts print them, in seven languages and with OCR's slips."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from itertools import chain

from pipeline.assembly.months import MONTH, misread_month, month_of


class DateOrder(StrEnum):
    """Which comes first in an all-numeric date such as 03/04/2020."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"

    @property
    def other(self) -> DateOrder:
        day_first = self is DateOrder.DAY_FIRST
        return DateOrder.MONTH_FIRST if day_first else DateOrder.DAY_FIRST


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
    rf"(?<![0-9])([0-9]{{1,2}})(?:ST|ND|RD|TH|ER)?[\s\-/.,]*(?:DE\s|OF\s)?({MONTH})(?![A-Z])"
    rf"[\s\-/.,']*(?:DEL?\s)?({_YEAR}){_END}"
)
_NAME_DAY_YEAR = re.compile(
    rf"(?<![A-Z])({MONTH})[\s.\-/]*([0-9]{{1,2}})(?:ST|ND|RD|TH)?[\s,.\-'/]+({_YEAR}){_END}"
)
_YEAR_NAME_DAY = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})[\s\-/.]*({MONTH})[\s\-/.]*([0-9]{{1,2}}){_END}"
)
# A month's name that OCR misread: 26 HAY 2017.
_DAY_WORD_YEAR = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})[\s\-/.,]*([A-Z][A-Z0-9]*[A-Z])[\s\-/.,']*({_YEAR}){_END}"
)
_WORD_DAY_YEAR = re.compile(
    rf"(?<![A-Z0-9])([A-Z0-9]*[A-Z])[\s.\-/]*([0-9]{{1,2}})[\s,.\-'/]+({_YEAR}){_END}"
)
# One of the two separators is lost: 12/032018, 1203/2018, 2018/0312.
_SEPARATED_ONCE = re.compile(
    rf"(?<![0-9])([0-9]{{2}})({_SEPARATOR})?([0-9]{{2}})(?(2)|{_SEPARATOR})(20[0-9]{{2}}){_END}"
)
_YEAR_SEPARATED_ONCE = re.compile(
    rf"(?<![0-9])(20[0-9]{{2}})([-/.])?([0-9]{{2}})(?(2)|[-/.])([0-9]{{2}}){_END}"
)
_OLDEST = 8  # two-digit year; receipts photographed with the cameras of today are later
_RUN_END = r"(?=(?:[0-9]{4}|[0-9]{6})?(?![0-9]))"
_COMPACT = re.compile(rf"(?<![0-9])(20[0-9]{{2}})([0-9]{{2}})([0-9]{{2}}){_RUN_END}")
_COMPACT_DAY = re.compile(r"(?<![0-9])([0-9]{2})([0-9]{2})(20[0-9]{2})(?![0-9])")


def parse_date(text: str, order: DateOrder) -> datetime.date | None:
    """The first date in ``text``, or ``None``; ``order`` decides only where both are possible."""
    text = _cleaned(text)
    found = chain(
        _named(text),
        _year_first(text),
        _numeric(text, order),
        _compact(text),
        _misread(text, order),
    )
    return next((date for date in found if date is not None), None)


def is_part_of_number(text: str, match: re.Match[str]) -> bool:
    """Whether a date's own mark joins it to more digits: `1-01-4-18-011129`."""
    mark = next((re.escape(character) for character in match[0] if character in "-/."), None)
    if mark is None:
        return False
    before = re.search(rf"\d{mark}$", text[: match.start()])
    return bool(before or re.match(rf"{mark}\d+(?![\d:])", text[match.end() :]))


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
        yield _date(match[3], month_of(match[2]), match[1])
    for match in _NAME_DAY_YEAR.finditer(text):
        yield _date(match[3], month_of(match[1]), match[2])
    for match in _YEAR_NAME_DAY.finditer(text):
        yield _date(match[1], month_of(match[2]), match[3])


def _year_first(text: str) -> Iterable[datetime.date | None]:
    for match in _YEAR_FIRST.finditer(text):
        yield _date(match[1], match[2], match[3])


def _numeric(text: str, order: DateOrder) -> Iterable[datetime.date | None]:
    for match in _NUMERIC.finditer(text):
        if is_part_of_number(text, match):
            continue
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


def _misread(text: str, order: DateOrder) -> Iterable[datetime.date | None]:
    """Dates that lost a separator, or a letter of the month's name."""
    for match in _SEPARATED_ONCE.finditer(text):
        first, second, year = match[1], match[3], match[4]
        if order is DateOrder.MONTH_FIRST:
            first, second = second, first
        yield _date(year, second, first)
        yield _date(year, first, second)
    for match in _YEAR_SEPARATED_ONCE.finditer(text):
        yield _date(match[1], match[3], match[4])
    for match in _DAY_WORD_YEAR.finditer(text):
        yield _date(match[3], misread_month(match[2]) or 0, match[1])
    for match in _WORD_DAY_YEAR.finditer(text):
        yield _date(match[3], misread_month(match[1]) or 0, match[2])


def _date(year: str, month: str | int, day: str) -> datetime.date | None:
    full_year = int(year)
    if len(year) <= 2:
        full_year += 2000 if full_year < 70 else 1900
    try:
        return datetime.date(full_year, int(month), int(day))
    except ValueError:
        return None
