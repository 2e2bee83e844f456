"""Align document-level truth with tokens: find which "9.00" on the page is the total.

Some sources publish strings without positions. Text is found by an approximate substring match
over the letters and digits of all tokens in reading order, so that a span may begin and
end in the middle of a line, run over several lines, and survive OCR errors and lost
spaces. Amounts and dates are found by value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from pipeline.data.fuzzy_spans import find_text, letters_and_digits
from pipeline.data.total_lines import find_total
from pipeline.document import Page
from pipeline.labels import OUTSIDE, ValueType, tag_of

MIN_SCORE = 75  # of 100; a text whose best match scores less is not found
MIN_UNBROKEN_SCORE = 92  # below it the text may be interrupted, and its parts are searched for
MAX_MISREAD_SHARE = 0.35  # of a text's characters that its parts may lack or misread


def align(
    page: Page, fields: Mapping[str, str], types: Mapping[str, ValueType]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Label the tokens that contain each field's text.

    Args:
        page: from annotated boxes or from OCR.
        fields: label to text, as published.
        types: label to value type: amounts and dates are found by value, text by letters.

    Returns:
        One IOB2 tag a token, and the labels whose text was not found.
    """
    tags = [OUTSIDE] * len(page.tokens)
    unaligned = []
    # Rare shapes first: an address may contain the name's words, a date is never a name.
    order = sorted(fields, key=lambda label: _ORDER.index(types.get(label, ValueType.TEXT)))
    for label in order:
        spans = _find(page, fields[label], types.get(label, ValueType.TEXT), label, tags)
        if not spans:
            unaligned.append(label)
        for span in spans:
            _mark(tags, span, label)
    return tuple(tags), tuple(unaligned)


_ORDER = (
    ValueType.DATE,
    ValueType.TIME,
    ValueType.AMOUNT,
    ValueType.PHONE,
    ValueType.TAX_ID,
    ValueType.CARD,
    ValueType.CODE,
    ValueType.RATE,
    ValueType.QUANTITY,
    ValueType.TEXT,
)


def _find(
    page: Page, text: str, value_type: ValueType, label: str, tags: Sequence[str]
) -> list[list[int]]:
    if value_type is ValueType.AMOUNT:
        return find_total(page, text)
    if value_type is ValueType.DATE:
        return find_date(page, text)
    free = {index: page.tokens[index].text for index, tag in enumerate(tags) if tag == OUTSIDE}
    return find_text_spans(free, text)


def _mark(tags: list[str], span: Sequence[int], label: str) -> None:
    inside = False
    for index in span:
        if tags[index] != OUTSIDE:
            inside = False
            continue
        tags[index] = tag_of(label, inside=inside)
        inside = True


# --- text ---------------------------------------------------------------------------


def find_text_spans(texts: Mapping[int, str], text: str) -> list[list[int]]:
    """The run of tokens most similar to the text by letters and digits, or to its parts.

    An address with a phone number in its middle is two spans: the number is no part of it.

    Args:
        texts: token index to text, in reading order; tokens left out cannot be used.
        text: what to find.
    """
    run = _find_run(texts, text)
    if likeness(texts, run, text) >= MIN_UNBROKEN_SCORE:
        return _unbroken(run, texts)
    parts = find_text(text, texts, MAX_MISREAD_SHARE)
    best = max(run, parts, key=lambda indices: likeness(texts, indices, text))
    return _unbroken(best, texts)


def _find_run(texts: Mapping[int, str], text: str) -> list[int]:
    wanted = letters_and_digits(text)
    owner = [index for index, token in texts.items() for _ in letters_and_digits(token)]
    letters = "".join(letters_and_digits(token) for token in texts.values())
    if not wanted or not letters:
        return []
    match = fuzz.partial_ratio_alignment(wanted, letters, score_cutoff=MIN_SCORE)
    if match is None or match.dest_end - match.dest_start < 0.5 * len(wanted):
        return []
    start, end = _trim(owner, letters, match.dest_start, match.dest_end, wanted)
    return [index for index in texts if owner[start] <= index <= owner[end - 1]]


def likeness(texts: Mapping[int, str], indices: Sequence[int], text: str) -> float:
    """The similarity of tokens and a text, 0 to 100."""
    found = "".join(letters_and_digits(texts[index]) for index in indices)
    return fuzz.ratio(letters_and_digits(text), found)


def _unbroken(indices: Sequence[int], texts: Mapping[int, str]) -> list[list[int]]:
    """Runs of tokens; punctuation does not break a run."""
    runs: list[list[int]] = []
    for index in indices:
        between = range(runs[-1][-1] + 1, index) if runs else range(0)
        if runs and all(i in texts and not letters_and_digits(texts[i]) for i in between):
            runs[-1] += [*between, index]
        else:
            runs.append([index])
    return runs


def _trim(owner: Sequence[int], letters: str, start: int, end: int, wanted: str) -> tuple[int, int]:
    """Move both ends to the token boundaries where the letters are most similar to the wanted text.

    The matcher's window is as long as the text; inserted or lost characters shift its ends.
    """
    starts = [i for i in range(len(owner)) if i == 0 or owner[i] != owner[i - 1]]
    ends = [*starts[1:], len(owner)]
    near_starts = sorted(starts, key=lambda i: abs(i - start))[:5]
    near_ends = sorted(ends, key=lambda i: abs(i - end))[:5]
    return max(
        ((s, e) for s in near_starts for e in near_ends if s < e),
        key=lambda pair: (
            fuzz.ratio(wanted, letters[pair[0] : pair[1]]),
            pair[0] - pair[1],
        ),
        default=(start, end),
    )


# --- dates --------------------------------------------------------------------------

# Looks ahead, so that matches may overlap: OCR joins text before (#19-18/01/2018)
# and after (18/01/201823:02) to a date.
_NUMERIC = re.compile(r"(?<!\d)(?=(\d{1,4})\s?[-/.:]\s?(\d{1,2})\s?[-/.:]\s?(\d{2,6}))")
_NAMED = re.compile(r"(\d{1,2})[\s\-/.,]*([a-z]{3})[a-z]*[\s\-/.,']*(\d{2,4})")
_NAMED_FIRST = re.compile(r"([a-z]{3})[a-z]*[\s\-/.]*(\d{1,2})[\s\-/.,']+(\d{2,4})")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_COMPACT_DAY_FIRST = re.compile(r"(?<!\d)(\d{2})(\d{2})(20\d{2})(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def find_date(page: Page, text: str) -> list[list[int]]:
    """The spans of a day: tokens, or runs of up to five on one line, that parse to the same day."""
    wanted = _dates(text)
    if not wanted:
        return find_text_spans(dict(enumerate(token.text for token in page.tokens)), text)
    found: list[list[int]] = []
    for line in page.lines():
        place = 0
        while place < len(line):
            length = _date_length(page, line, place, wanted)
            if length:
                found.append(line[place : place + length])
            place += max(1, length)
    return found


def _date_length(page: Page, line: Sequence[int], place: int, wanted: set[date]) -> int:
    """The number of tokens from ``place`` on that form one of the wanted dates; 0 if none do."""
    for length in range(1, min(5, len(line) - place) + 1):
        run = [page.tokens[index].text for index in line[place : place + length]]
        if _dates(" ".join(run)) & wanted:
            return length if _dates(" ".join(run[1:])) & wanted == set() else 0
    return 0


def _dates(text: str) -> set[date]:
    """All days that the text can mean, day first and month first."""
    text = text.lower()
    days: set[date] = set()
    for one, two, three in _NUMERIC.findall(text):
        year = three[:4] if three[:2] in ("19", "20") and len(three) >= 4 else three[:2]
        _add(days, year, two, one)
        _add(days, year, one, two)
        _add(days, one, two, three[:2])
    for day, month, year in _NAMED.findall(text):
        if month in _MONTHS:
            _add(days, year, _MONTHS.index(month) + 1, day)
    for month, day, year in _NAMED_FIRST.findall(text):
        if month in _MONTHS:
            _add(days, year, _MONTHS.index(month) + 1, day)
    for year, month, day in _COMPACT.findall(text):
        _add(days, year, month, day)
    for day, month, year in _COMPACT_DAY_FIRST.findall(text):
        _add(days, year, month, day)
    return days


def _add(days: set[date], year: str | int, month: str | int, day: str | int) -> None:
    full = int(year) + (2000 if int(year) < 100 else 0)
    try:
        candidate = date(full, int(month), int(day))
    except ValueError:
        return
    if 1990 <= candidate.year <= 2100:
        days.add(candidate)
