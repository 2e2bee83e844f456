"""Document-level truth to tokens: where on the page does "9.00" as the total stand?

Some sources give strings and no places. Text is found by an approximate substring match
over the letters and digits of all tokens in reading order, so that a span may begin and
end in the middle of a line, run over several lines, and survive OCR errors and lost
spaces. Amounts and dates are found by value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from pipeline.document import Page
from pipeline.labels import OUTSIDE, ValueType

# A text is found if its best match scores at least this (0 to 100).
FOUND = 75

_AMOUNT = re.compile(r"\d[\d,]*[.,]\s?\d{2}(?!\d)|\d+")
_CURRENCY = re.compile(r"(rm|myr|usd|sgd|rp|idr|eur|gbp|[$€£¥])[:.]?", re.IGNORECASE)
_NOT_FINAL = re.compile(
    r"sub\s*-?total|total\s*(qty|item|quantity|disc|saving|gst|tax|sst|excl|rounding)|excl|"
    r"total\s*\(?\s*exc|before|taxable|change|cash\b|tender|gst\s*summary|item\(s\)"
)
_FINAL = re.compile(r"total|amount\s*due|amt|payable|nett?\b|balance\s*due|jumlah|t0tal|tota1")
_ROUNDED = re.compile(r"round|grand|nett?\b|payable|due|after|incl")


def align(
    page: Page, fields: Mapping[str, str], types: Mapping[str, ValueType]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Label the tokens that hold each field's text.

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
    ValueType.QUANTITY,
    ValueType.TEXT,
)


def _find(
    page: Page, text: str, value_type: ValueType, label: str, tags: Sequence[str]
) -> list[list[int]]:
    if value_type is ValueType.AMOUNT:
        return _find_amount(page, text)
    if value_type is ValueType.DATE:
        return _find_date(page, text)
    return _find_text(page, text, tags)


def _mark(tags: list[str], span: Sequence[int], label: str) -> None:
    inside = False
    for index in span:
        if tags[index] != OUTSIDE:
            inside = False
            continue
        tags[index] = f"{'I' if inside else 'B'}-{label}"
        inside = True


# --- text ---------------------------------------------------------------------------


def _find_text(page: Page, text: str, tags: Sequence[str]) -> list[list[int]]:
    """The run of tokens whose letters and digits are most like the text's."""
    wanted = _letters(text)
    owner: list[int] = []
    letters: list[str] = []
    for index, token in enumerate(page.tokens):
        if tags[index] == OUTSIDE:
            for character in _letters(token.text):
                letters.append(character)
                owner.append(index)
    if not wanted or not letters:
        return []
    match = fuzz.partial_ratio_alignment(wanted, "".join(letters), score_cutoff=FOUND)
    if match is None or match.dest_end - match.dest_start < 0.5 * len(wanted):
        return []
    start, end = _trim(owner, letters, match.dest_start, match.dest_end, wanted)
    span = list(range(owner[start], owner[end - 1] + 1))
    return [[index for index in span if tags[index] == OUTSIDE]]


def _trim(
    owner: Sequence[int], letters: Sequence[str], start: int, end: int, wanted: str
) -> tuple[int, int]:
    """Move both ends to the token boundaries at which the letters are most like the wanted.

    The matcher's window is as long as the text; inserted or lost characters shift its ends.
    """
    starts = [i for i in range(len(owner)) if i == 0 or owner[i] != owner[i - 1]]
    ends = [*starts[1:], len(owner)]
    near_starts = sorted(starts, key=lambda i: abs(i - start))[:5]
    near_ends = sorted(ends, key=lambda i: abs(i - end))[:5]
    return max(
        ((s, e) for s in near_starts for e in near_ends if s < e),
        key=lambda pair: (
            fuzz.ratio(wanted, "".join(letters[pair[0] : pair[1]])),
            pair[0] - pair[1],
        ),
        default=(start, end),
    )


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


# --- amounts ------------------------------------------------------------------------


def _find_amount(page: Page, text: str) -> list[list[int]]:
    """Every token of that value on a line with a final-total key word; else the last one."""
    value = _amount(text)
    if value is None:
        return []
    lines = page.lines()
    keys = [_line_text(page, line) for line in lines]
    scored: list[tuple[int, list[int]]] = []
    for number, line in enumerate(lines):
        # The key word may stand on the line above, when OCR split the row or the type is large.
        above = keys[number - 1] if number and not _has_amount(keys[number - 1]) else ""
        score = max(_finality(keys[number]), _finality(above) - 1)
        for place, index in enumerate(line):
            if _amount(page.tokens[index].text) == value:
                before = line[place - 1] if place else None
                symbol = before is not None and _CURRENCY.fullmatch(page.tokens[before].text)
                scored.append(
                    (score, [before, index] if symbol and before is not None else [index])
                )
    if not scored:
        return []
    best = max(score for score, _ in scored)
    if best >= 2:
        return [span for score, span in scored if score >= 2]
    return [[span for score, span in scored if score == best][-1]]


def _finality(line: str) -> int:
    """How much a line's words say that its amount is the final one: 0, 2 or 3."""
    if not _FINAL.search(line) or (_NOT_FINAL.search(line) and not _ROUNDED.search(line)):
        return 0
    return 3 if _ROUNDED.search(line) else 2


def _line_text(page: Page, line: Sequence[int]) -> str:
    return " ".join(page.tokens[index].text for index in line).lower()


def _has_amount(text: str) -> bool:
    return re.search(r"\d[.,]\d{2}(?!\d)", text) is not None


def _amount(text: str) -> float | None:
    """The value of a text that is one amount, perhaps with a currency and a flag around it."""
    cleaned = re.sub(r"^[^\d]*", "", text.replace(" ", ""))
    found = _AMOUNT.match(cleaned)
    if found is None or len(re.sub(r"[^\d]", "", cleaned[found.end() :])) > 0:
        return None
    digits = found[0]
    if re.search(r"[.,]\d{2}$", digits):
        return float(re.sub(r"[.,]", "", digits)) / 100
    return float(re.sub(r"[.,]", "", digits))


# --- dates --------------------------------------------------------------------------

_NUMERIC = re.compile(r"(\d{1,4})\s?[-/.:]\s?(\d{1,2})\s?[-/.:]\s?(\d{2,4})")
_NAMED = re.compile(r"(\d{1,2})[\s\-/.,]*([a-z]{3})[a-z]*[\s\-/.,']*(\d{2,4})")
_NAMED_FIRST = re.compile(r"([a-z]{3})[a-z]*[\s\-/.]*(\d{1,2})[\s\-/.,']+(\d{2,4})")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def _find_date(page: Page, text: str) -> list[list[int]]:
    """All tokens, or runs of up to five on one line, that read as the same day."""
    wanted = _dates(text)
    if not wanted:
        return _find_text(page, text, [OUTSIDE] * len(page.tokens))
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
    """How many tokens from ``place`` on make up one of the wanted dates; 0 if none do."""
    for length in range(1, min(5, len(line) - place) + 1):
        run = [page.tokens[index].text for index in line[place : place + length]]
        if _dates(" ".join(run)) & wanted:
            return length if _dates(" ".join(run[1:])) & wanted == set() else 0
    return 0


def _dates(text: str) -> set[date]:
    """Every day that the text can mean, day first and month first."""
    text = text.lower()
    days: set[date] = set()
    for one, two, three in _NUMERIC.findall(text):
        for year, month, day in ((three, two, one), (three, one, two), (one, two, three)):
            _add(days, year, month, day)
    for day, month, year in _NAMED.findall(text):
        if month in _MONTHS:
            _add(days, year, _MONTHS.index(month) + 1, day)
    for month, day, year in _NAMED_FIRST.findall(text):
        if month in _MONTHS:
            _add(days, year, _MONTHS.index(month) + 1, day)
    for year, month, day in _COMPACT.findall(text):
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
