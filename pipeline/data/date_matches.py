"""Find a known date among tokens by its value, however it is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from pipeline.document import Page

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan", "feb", "mar mrt mär", "apr", "may mai mei", "jun", "jul", "aug ogos",
            "sep", "oct okt", "nov", "dec dez des",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_SEPARATOR = r"\s*[-/.,'’\s:]\s*"
_NUMERIC = re.compile(
    rf"(?<!\d)(\d{{1,4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{2,4}})(?!\d{{3}})"
)
_SOLID = re.compile(r"(?<!\d)(\d{8}|\d{6})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-/.,'’\s]*([a-zä]{3,9})[-/.,'’\s]*(\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"([a-zä]{3,9})[-/.,'’\s]*(\d{1,2})(?:st|nd|rd|th)?[-/.,'’\s]+(\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_YEAR_MONTH_DAY = re.compile(
    r"(?<!\d)(\d{4})[-/.,'’\s]*([a-zä]{3,9})[-/.,'’\s]*(\d{1,2})(?!\d)", re.IGNORECASE
)


def find_dates(page: Page, truth: str) -> list[tuple[int, ...]]:
    """The tokens of every occurrence of the date that ``truth`` spells.

    A truth that could be read two ways (04/03/2018) matches a text that shares a reading
    and has its digits in the same order, or names the month.
    """
    wanted = {date for _, _, date in _dates(truth)}
    if not wanted:
        return []
    found = []
    for indices in page.lines():
        text = ""
        starts = []
        for index in indices:
            starts.append(len(text))
            text += page.tokens[index].text + " "
        spans: list[tuple[int, int]] = []
        for start, end, date in _dates(text):
            apart = all(end <= s or e <= start for s, e in spans)
            if date in wanted and apart:
                spans.append((start, end))
        for start, end in sorted(spans):
            found.append(
                tuple(
                    index
                    for index, at in zip(indices, starts, strict=True)
                    if at < end and at + len(page.tokens[index].text) > start
                )
            )
    return found


def _dates(text: str) -> Iterator[tuple[int, int, datetime.date]]:
    """Every date that a text could spell: start, end and the date, likely readings first."""
    for match in _NUMERIC.finditer(text):
        first, second, third = match.groups()
        if len(first) == 4:
            orders = [(first, second, third)]
        elif len(first) <= 2:
            orders = [(third, second, first), (third, first, second)]
            if len(third) == 2:
                orders.append((first, second, third))
        else:
            continue
        yield from _valid(match, orders)
    for match in _DAY_MONTH.finditer(text):
        day, month, year = match.groups()
        yield from _valid(match, [(year, month, day)])
    for match in _MONTH_DAY.finditer(text):
        month, day, year = match.groups()
        yield from _valid(match, [(year, month, day)])
    for match in _YEAR_MONTH_DAY.finditer(text):
        year, month, day = match.groups()
        yield from _valid(match, [(year, month, day)])
    for match in _SOLID.finditer(text):
        digits = match.group(1)
        if len(digits) == 8:
            orders = [(digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])]
        else:
            orders = [(digits[4:], digits[2:4], digits[:2]), (digits[:2], digits[2:4], digits[4:])]
        yield from _valid(match, orders)


def _valid(
    match: re.Match[str], orders: list[tuple[str, str, str]]
) -> Iterator[tuple[int, int, datetime.date]]:
    for year, month, day in orders:
        number = _MONTHS.get(month[:3].lower()) if not month.isdigit() else int(month)
        if number is None or len(year) == 3 or len(day) > 2:
            continue
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        try:
            date = datetime.date(full_year, number, int(day))
        except ValueError:
            continue
        if 1990 <= date.year <= 2050:
            yield match.start(), match.end(), date
