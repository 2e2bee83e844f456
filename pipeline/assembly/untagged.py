"""Find an untagged date or time, if the page has exactly one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.assembly.dates import is_part_of_number, parse_date
from pipeline.assembly.fields import Candidate, Value
from pipeline.assembly.locale import Locale
from pipeline.assembly.spans import span_of
from pipeline.assembly.times import parse_time
from pipeline.document import Page
from pipeline.labels import OUTSIDE
from pipeline.tagging.rules import keywords
from pipeline.tagging.rules.lines import Line, read_lines
from pipeline.tagging.types import Tags

_UNTAGGED = 0.5  # of the confidence that a tag would have given
_YEARS = range(1990, 2050)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+")


def only_date(page: Page, tags: Tags, locale: Locale) -> Candidate | None:
    """The only date on the page that can be the date of purchase."""
    found: dict[object, Candidate] = {}
    for line, match in _matches(page, tags, keywords.DATE):
        value = parse_date(match[0], *locale.orders.ranked)
        if (
            value is not None
            and value.year in _YEARS
            and not is_part_of_number(line.text, match)
            and not keywords.OTHER_DATE.search(line.text[: match.start()])
        ):
            found.setdefault(value, _candidate("date", value, line, match, page, tags))
    return next(iter(found.values())) if len(found) == 1 else None


def only_time(page: Page, tags: Tags) -> Candidate | None:
    """The only time of day on the page, to the minute; opening hours are excluded."""
    found: dict[str, Candidate] = {}
    for line, match in _matches(page, tags, keywords.TIME):
        value = parse_time(match[0])
        if value is not None and not _is_part_of_range(line.text, match):
            found.setdefault(value[:5], _candidate("time", value, line, match, page, tags))
    return next(iter(found.values())) if len(found) == 1 else None


def _matches(
    page: Page, tags: Tags, pattern: re.Pattern[str]
) -> Iterator[tuple[Line, re.Match[str]]]:
    """The pattern's matches in untagged words, except in technical time stamps such as
    `2012-09-14T12:10:00.000Z`."""
    for line in read_lines(page):
        stamps = [stamp.span() for stamp in _STAMP.finditer(line.text)]
        for match in pattern.finditer(line.text):
            inside = any(start <= match.start() < end for start, end in stamps)
            words = line.within(*match.span())
            if not inside and all(tags.labels[word] == OUTSIDE for word in words):
                yield line, match


def _is_part_of_range(text: str, match: re.Match[str]) -> bool:
    """`Mo-Sa 17:00-24:00`."""
    before, after = text[: match.start()], text[match.end() :]
    return bool(re.search(r"\d\s?[-–]\s?$", before) or re.match(r"\s?[-–]\s?\d", after))


def _candidate(
    label: str, value: Value, line: Line, match: re.Match[str], page: Page, tags: Tags
) -> Candidate:
    span = span_of(page, tags, label, line.within(*match.span()))
    return Candidate(replace(span, confidence=span.confidence * _UNTAGGED), value)
