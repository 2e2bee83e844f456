"""Find fields that the tagger missed: the only date, time or tax number of a page, the likeliest
name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from statistics import fmean

from pipeline.assembly.fields.buyer import words_of_buyer
from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.fields.choose import announces_other_day
from pipeline.assembly.fields.printed_numbers import tax_numbers_on
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.codes import parse_tax_id
from pipeline.assembly.values.dates import is_part_of_number, parse_date
from pipeline.assembly.values.parse import Value
from pipeline.assembly.values.times import parse_time
from pipeline.text_lines import patterns
from pipeline.text_lines.header_lines import NAME_LINES, may_be_name
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

_NAME = "merchant_name"
_TAX_ID = "merchant_tax_id"
_YEARS = range(1990, 2050)
_TO = r"\s?(?:[-–]|a|à|to|bis|tot|au|al|until)\s?"
_RANGE_BEFORE = re.compile(
    rf"(?:(?<![\d.])\d{{1,2}}[:.h]\d\d|\d\s?[hap]m?|(?<![\d/.-])\d{{1,2}}){_TO}$", re.IGNORECASE
)
_RANGE_BEHIND = re.compile(rf"{_TO}\d{{1,2}}(?:[:.h]|\s?[ap]m)", re.IGNORECASE)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+")


def likeliest_name(tagged: TaggedPage) -> Candidate | None:
    """Of the first lines, above all that is tagged, the one that is the likeliest name."""
    lines = takewhile(lambda line: _is_untagged(line, tagged), tagged.lines[:NAME_LINES])
    able = [line for line in lines if may_be_name(line)]
    likelihood = {line: tagged.tags.score(_NAME, line.tokens) for line in able}
    likeliest = max(able, key=lambda line: likelihood[line], default=None)
    if likeliest is None or likelihood[likeliest] < tagged.thresholds.name_line:
        return None
    span = tagged.span(_NAME, likeliest.tokens)
    return Candidate(span, span.text)


def _is_untagged(line: Line, tagged: TaggedPage) -> bool:
    return all(tagged.label_at(token) is None for token in line.tokens)


def only_date(tagged: TaggedPage) -> Candidate | None:
    """The only date on the page that can be the date of purchase."""
    found: dict[object, Candidate] = {}
    for line, match in _matches(tagged, patterns.DATE):
        value = parse_date(match[0], *tagged.conventions.date_orders.ranked)
        if (
            value is not None
            and value.year in _YEARS
            and not is_part_of_number(line.text, match)
            and not announces_other_day(line.text[: match.start()])
        ):
            found.setdefault(value, _candidate("date", value, line, match, tagged))
    return next(iter(found.values())) if len(found) == 1 else None


def only_time(tagged: TaggedPage) -> Candidate | None:
    """The only time of day on the page, to the minute, else the only one on a line with a date;
    opening hours, durations and times of other things, such as a departure, are excluded."""
    found: dict[str, Candidate] = {}
    beside_date: dict[str, Candidate] = {}
    for line, match in _matches(tagged, patterns.TIME):
        value = parse_time(match[0])
        if value is None or _is_part_of_range(line.text, match) or _is_other_time(line, match):
            continue
        candidate = _candidate("time", value, line, match, tagged)
        found.setdefault(value[:5], candidate)
        if patterns.DATE.search(line.text):
            beside_date.setdefault(value[:5], candidate)
    likeliest = found if len(found) == 1 else beside_date
    return next(iter(likeliest.values())) if len(likeliest) == 1 else None


def only_tax_id(tagged: TaggedPage) -> Candidate | None:
    """The only number on the page that the country's form and check digits show to be a tax
    number, besides the buyer's."""
    buyers = words_of_buyer(tagged)
    found: dict[str, Candidate] = {}
    for number, words in tax_numbers_on(tagged):
        value = parse_tax_id(number)
        free = all(tagged.label_at(word) is None for word in words)
        if value and free and not buyers & set(words):
            found.setdefault(value, Candidate(tagged.span(_TAX_ID, words), value))
    return next(iter(found.values())) if len(found) == 1 else None


def _matches(tagged: TaggedPage, pattern: re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
    """The pattern's matches in untagged words or joined to those of a date, except in technical
    time stamps such as `2012-09-14T12:10:00.000Z`."""
    for line in tagged.lines:
        stamps = [stamp.span() for stamp in _STAMP.finditer(line.text)]
        for match in pattern.finditer(line.text):
            inside = any(start <= match.start() < end for start, end in stamps)
            words = line.within(*match.span())
            if not inside and all(_is_free(word, line, match, tagged) for word in words):
                yield line, match


def _is_free(word: int, line: Line, match: re.Match[str], tagged: TaggedPage) -> bool:
    """Whether nobody tagged the word, or the match is but glued to a date: 10-Jun-202209:58."""
    label = tagged.label_at(word)
    begins = line.starts[line.tokens.index(word)]
    return label is None or (label == "date" and begins < match.start())


def _is_part_of_range(text: str, match: re.Match[str]) -> bool:
    """`Mo-Sa 17:00-24:00`, `de 9h30 à 19h00`."""
    before, after = text[: match.start()], text[match.end() :]
    return bool(_RANGE_BEFORE.search(before) or _RANGE_BEHIND.match(after))


def _is_other_time(line: Line, match: re.Match[str]) -> bool:
    """`Parkdauer: 01:41`, `Valid until 11:31`."""
    before = line.text[: match.start()]
    return key_words().other_time.search(before) is not None or announces_other_day(before)


def _candidate(
    label: str, value: Value, line: Line, match: re.Match[str], tagged: TaggedPage
) -> Candidate:
    return Candidate(tagged.span(label, line.within(*match.span())), value)


def with_doubt(candidate: Candidate, tagged: TaggedPage) -> Candidate:
    """The candidate with the tagger's probability of its label, which is not the one it chose."""
    span = candidate.span
    likely = tagged.tags.score(span.label, span.tokens)
    read = fmean(tagged.tokens[token].confidence for token in span.tokens)
    confidence = min(1.0, max(0.0, likely * read))
    return replace(candidate, span=replace(span, probability=likely, confidence=confidence))
