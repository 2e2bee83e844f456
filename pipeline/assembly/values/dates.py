"""Parse dates, allowing for OCR errors."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from pipeline.accents import plain_capitals
from pipeline.assembly.values.months import MONTH, misread_month, month_of
from pipeline.assembly.values.weekdays import weekday_beside


class DateOrder(StrEnum):
    """The order of day, month and year in a numeric date such as 03/04/2020 or 15/11/16.

    Where the year comes first the month follows, and a year of four digits that comes first
    needs no order: it shows itself.
    """

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    YEAR_FIRST = "year-first"


@dataclass(frozen=True, slots=True)
class NumericDate:
    """A date of numbers alone, such as 15/11/16.

    Attributes:
        weekday: that the text names beside it, 0 for Monday.
        short_year: its year is of two digits.
        interpretations: the orders in which it is a date, with the day that it then is.
    """

    text: str
    weekday: int | None
    dotted: bool
    short_year: bool
    interpretations: Mapping[DateOrder, datetime.date]


_SEPARATOR = r"\s?[-/.,]\s?"
_YEAR = r"(?:(?:19|20)[0-9]{2}|[0-9]{2})"
# Behind a date comes no digit, unless it is a time glued on: 25/12/201814:33.
_END = r"(?:(?![0-9]|:[0-9])|(?=[0-9]{1,2}:[0-9]{2}))"
_YEAR_FIRST = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})\s?[-/.年년]\s?([0-9]{{1,2}})\s?[-/.月월]\s?([0-9]{{1,2}}){_END}"
)
_NUMERIC = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})({_SEPARATOR}|\s)([0-9]{{1,2}})({_SEPARATOR}|\s)'?({_YEAR}){_END}"
)
_LETTER = r"[^\W\d_]"
_DAY_NAME_YEAR = re.compile(
    rf"(?<![0-9])(?P<day>[0-9]{{1,2}})(?:ST|ND|RD|TH|ER)?[\s\-/.,]*(?:DE\s|OF\s|D')?"
    rf"(?P<month>{MONTH})(?!{_LETTER})[\s\-/.,']*(?:DEL?\s)?(?P<year>{_YEAR}){_END}"
)
_NAME_DAY_YEAR = re.compile(
    rf"(?<!{_LETTER})(?P<month>{MONTH})[\s.\-/]*(?P<day>[0-9]{{1,2}})(?:ST|ND|RD|TH)?[\s,.\-'/]+"
    rf"(?P<year>{_YEAR}){_END}(?!/[0-9])"
)  # but no French Tuesday: Mar. 15/11/16
_YEAR_NAME_DAY = re.compile(
    rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}})[\s\-/.]*(?P<month>{MONTH})[\s\-/.]*"
    rf"(?P<day>[0-9]{{1,2}}){_END}"
)
_MONTH_NUMBER = re.compile(
    rf"([0-9]{{1,2}})\s*THANG\s*([0-9]{{1,2}})[\s,]*(?:NAM\s*)?({_YEAR}){_END}"
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


def parse_date(text: str, *orders: DateOrder) -> datetime.date | None:
    """The first date in ``text``, or ``None``.

    ``orders``, the likeliest first, decide only where several are possible; those that are
    not given come behind them.
    """
    text, ranked = _cleaned(text), (*orders, *(one for one in DateOrder if one not in orders))
    found = chain(
        _named(text),
        _year_first(text),
        _numeric(text, ranked),
        _compact(text),
        _misread(text, ranked),
    )
    return next((date for date in found if date is not None), None)


def interpretations(text: str) -> dict[DateOrder, datetime.date]:
    """The possible values of the first date in ``text``, by the order that gives each.

    Empty where it leaves nothing open (a month's name, a year of four digits in front) or
    there is no date of numbers between marks.
    """
    text = _cleaned(text)
    if any(date is not None for date in chain(_named(text), _year_first(text))):
        return {}
    for match in chain(_NUMERIC.finditer(text), _SEPARATED_ONCE.finditer(text)):
        if not is_part_of_number(text, match) and (found := _by_order(match)):
            return found
    return {}


def numeric_dates(text: str) -> Iterator[NumericDate]:
    """Every date of numbers between two equal marks."""
    text = _cleaned(text)
    for match in _NUMERIC.finditer(text):
        mark = match[2].strip()
        if not mark or mark != match[4].strip() or is_part_of_number(text, match):
            continue
        if found := _by_order(match):
            weekday = weekday_beside(text[: match.start()], text[match.end() :])
            yield NumericDate(match[0], weekday, mark == ".", len(match[5]) == 2, found)


def clear_dates(text: str) -> list[datetime.date]:
    """The unambiguous dates: with a month name, or a four-digit year first."""
    text = _cleaned(text)
    return [date for date in chain(_named(text), _year_first(text)) if date is not None]


def is_part_of_number(text: str, match: re.Match[str]) -> bool:
    """Whether a date's own mark joins it to more digits: `1-01-4-18-011129`."""
    mark = next((re.escape(character) for character in match[0] if character in "-/."), None)
    if mark is None:
        return False
    before = re.search(rf"\d{mark}$", text[: match.start()])
    return bool(before or re.match(rf"{mark}\d+(?![\d:])", text[match.end() :]))


def _cleaned(text: str) -> str:
    text = plain_capitals(text).replace("’", "'")
    text = re.sub(r"(?<![A-Z])O+(?=[0-9])|(?<=[0-9])O+(?![A-Z])", lambda m: "0" * len(m[0]), text)
    return re.sub(r"(?<![A-Z])[IL|](?=[0-9])|(?<=[0-9])[IL|](?![A-Z])", "1", text)


def _named(text: str) -> Iterable[datetime.date | None]:
    for pattern in (_DAY_NAME_YEAR, _NAME_DAY_YEAR, _YEAR_NAME_DAY):
        yield from _with_name(pattern, text)
    for match in _MONTH_NUMBER.finditer(text):  # Vietnamese months have no names
        yield _date(match[3], match[2], match[1])


def _with_name(pattern: re.Pattern[str], text: str) -> Iterator[datetime.date | None]:
    """Where the word is no month, a date may begin within the match: 5 PAX 12 MAY 2018."""
    at = 0
    while match := pattern.search(text, at):
        month = month_of(match["month"], match["year"])
        if month is not None:
            yield _date(match["year"], month, match["day"])
        at = match.end() if month is not None else match.start() + 1


def _year_first(text: str) -> Iterable[datetime.date | None]:
    for match in _YEAR_FIRST.finditer(text):
        yield _date(match[1], match[2], match[3])


def _numeric(text: str, orders: Iterable[DateOrder]) -> Iterable[datetime.date | None]:
    for match in _NUMERIC.finditer(text):
        if not is_part_of_number(text, match):
            found = _by_order(match)
            yield next((found[order] for order in orders if order in found), None)


def _by_order(match: re.Match[str]) -> dict[DateOrder, datetime.date]:
    """The orders in which the numbers are a valid date, as far as they are plausible."""
    first, second, year = match[1], match[3], match[match.re.groups]
    found = {
        DateOrder.DAY_FIRST: _date(year, second, first),
        DateOrder.MONTH_FIRST: _date(year, first, second),
        DateOrder.YEAR_FIRST: _date(first, second, year) if len(year) == 2 else None,
    }
    possible = {order: date for order, date in found.items() if date is not None}
    if "." in (match[2] or "") and DateOrder.DAY_FIRST in possible:
        possible.pop(DateOrder.MONTH_FIRST, None)  # who writes dots writes the day first
    if len(year) == 2:  # 23/08/04 is of 2023, as no receipt is of 2004
        recent = {order: date for order, date in possible.items() if date.year % 100 >= _OLDEST}
        return recent or possible
    return possible


def _compact(text: str) -> Iterable[datetime.date | None]:
    for match in _COMPACT.finditer(text):
        yield _date(match[1], match[2], match[3])
    for match in _COMPACT_DAY.finditer(text):
        yield _date(match[3], match[2], match[1])


def _misread(text: str, orders: Iterable[DateOrder]) -> Iterable[datetime.date | None]:
    """Dates that lost a separator, or a letter of the month name."""
    for match in _SEPARATED_ONCE.finditer(text):
        found = _by_order(match)
        yield next((found[order] for order in orders if order in found), None)
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
