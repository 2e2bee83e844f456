"""Trim a tagged text to the part that is the value.

OCR glues words together and taggers reach too far: `DATE:11/03/18`, `... MALAYSIA TEL`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile

from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.fields.choose import is_missing_town
from pipeline.assembly.spans import Span
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.conventions import CURRENCY_MARK, Conventions
from pipeline.assembly.values.parse import parse
from pipeline.labels import OUTSIDE, Label, Role, ValueType

# What belongs to a value and does not change it, before it and behind: cents that are zero
# and the currency, the bracket of an area code, the half of the day.
_GOES_WITH = {
    ValueType.AMOUNT: (
        re.compile(rf"(?:(?<![^\W\d_]){CURRENCY_MARK}\.?\s*)?(?:(?<![^\W_])\d[\d.,'OoIl|]*)?$"),
        re.compile(rf"[\d.,'OoIl|]*(?<=[\dOoIl|])(?:\s*{CURRENCY_MARK}(?![^\W\d_]))?"),
    ),
    ValueType.DATE: (re.compile(r"$"), re.compile("")),
    ValueType.TIME: (re.compile(r"$"), re.compile(r"\s?[AP]\.?\s?M\.?(?!\w)", re.IGNORECASE)),
    ValueType.PHONE: (re.compile(r"[+(\s]*(?<=[+(])$"), re.compile(r"[\d\s()-]*(?<=\d)")),
}
# Where a value can begin and end: between digits, words and marks. A letter that stands for
# a digit goes with the digits.
_PIECE = re.compile(r"[\dOoIl|]*\d[\dOoIl|]*(?![A-Za-z])|\d+|[^\W\d_]+|\s+|.", re.DOTALL)
_MOST_PIECES = 40

_SPACE_BEFORE_COMMA = re.compile(r"\s+(?=,)")
_DANGLING_BEFORE = re.compile(r"^(?:[^\W\d_]{3,}:\s|[\s,;:.&*~_=|-]+)(?=\w|.*\w)")  # Sede:
_DANGLING_BEHIND = re.compile(r"(?<=\S)[\s;:&*~_=|/-]+$")
# TEI and TE1 are TEL, misread; HP and PH are words of other things as well.
_PHONE_BEHIND = re.compile(
    r"(?:^|(?<=[\s,.;]))(?:(?:TE[LI1|]P?|FAX|(?:TELE)?PHONE)\b|(?:H/?P|PH)\s*[.:])"
    r"[\s.:;&/()+\d-]*$",
    re.IGNORECASE,
)
# (CO. NO. 123456-X) (GST 001234567890), or without brackets 123456-X with a branch's (KJ1); but
# S(531209) is a postcode of Singapore.
_REGISTRATION_BEHIND = re.compile(
    r"(?<=\S)(?<!\bS)\s*[(\[]\s*(?:(?:CO|ROC|REG|NO)\b[\s.:]*)*\d{4,}[\s-]*[A-Z]?"
    r"(?:\s*[(\[]?\s*\d{4,}[\s-]*[A-Z]\s*[)\]]?)?\s*[)\]]?$"
    r"|(?<=\S)\s+\d{4,}-[A-Z](?:\s*\([A-Z\d]{1,6}\))?$",
    re.IGNORECASE,
)

_NAME = "merchant_name"
_MOST_KEYS, _SHORT, _LONG = 4, 3, 5  # words, letters of a word within a number, its digits
_KEY_BEHIND = re.compile(r"^\W*(?:CO|COMPANY|ROC|REG|GST)\W*$", re.IGNORECASE)
_NUMBER_KEY = re.compile(r"^\W*(?:NO|REG(?:N|ISTRATION)?|NUMBER)\b", re.IGNORECASE)


def with_value_text(candidate: Candidate, label: Label, tagged: TaggedPage) -> Candidate:
    """The candidate reduced to the text, tokens and boxes of its value.

    Dates, times, phones and amounts keep their value, amounts their sign and currency too;
    names and addresses lose doubtful lines, and at their end phone and fax key words,
    registration numbers and dangling marks. The value of a text does not end with a comma.
    """
    span = candidate.span
    if label.type in _GOES_WITH:
        start, end = value_range(span.text, label.type, tagged.conventions)
        return replace(candidate, span=_cut(span, start, end, tagged))
    if label.type is ValueType.TEXT and label.role is Role.HEADER:
        span = _without_doubted_lines(span, tagged)
        span = _with_likely_ends(span, tagged)
        span = _without_key_of_number(span, tagged)
        span = _cut(span, *name_range(span.text), tagged)
        value = _SPACE_BEFORE_COMMA.sub("", span.text).rstrip(" ,")
        return replace(candidate, span=span, value=value or span.text)
    return candidate


def value_range(text: str, kind: ValueType, conventions: Conventions) -> tuple[int, int]:
    """The range of ``text`` that is the value: cutting more changes the parsed value, except for
    parts that belong to it anyway.

    If the value is there twice, the last one counts; all of ``text`` if it holds none.
    """
    value = parse(text, kind, conventions)
    pieces = [match.span() for match in _PIECE.finditer(text)]
    if value is None or len(pieces) > _MOST_PIECES:
        return 0, len(text)
    start = next(
        (at for at, _ in reversed(pieces) if parse(text[at:], kind, conventions) == value), 0
    )
    ends = (at for _, at in pieces if at > start)
    end = next((at for at in ends if parse(text[start:at], kind, conventions) == value), len(text))
    before, after = _GOES_WITH[kind]
    left, right = before.search(text[:start]), after.match(text[end:])
    wide = left.start() if left else start, end + right.end() if right else end
    return wide if parse(text[slice(*wide)], kind, conventions) == value else (start, end)


def name_range(text: str) -> tuple[int, int]:
    """The range of ``text`` that is the name or address; all of it if nothing would be left."""
    start = match.end() if (match := _DANGLING_BEFORE.match(text)) else 0
    end = len(text)
    while match := next(_behind(text[start:end]), None):
        end = start + match.start()
    return (start, end) if text[start:end].strip() else (0, len(text))


def _behind(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_DANGLING_BEHIND, _PHONE_BEHIND, _REGISTRATION_BEHIND):
        if match := pattern.search(text):
            yield match


def _without_doubted_lines(span: Span, tagged: TaggedPage) -> Span:
    """Keep the lines around the likeliest one that are nearly as likely, without the shop's slogan,
    what it sells, a heading.

    A line of which the tagger chose one word is doubtful: its other words count too. A postcode
    that the lines above lack is not.
    """
    lines = tagged.split_at_lines(span)
    likely = [_likelihood(line, tagged) for line in lines]
    surest = max(range(len(lines)), key=lambda number: likely[number])
    least = tagged.thresholds.text_line * likely[surest]
    doubted = [number for number, its in enumerate(likely) if its < least]
    if town := next((n for n in doubted if n and is_missing_town(lines[:n], lines[n])), None):
        doubted.remove(town)
    first = max((number + 1 for number in doubted if number < surest), default=0)
    behind = min((number for number in doubted if number > surest), default=len(lines))
    return tagged.joined(lines[first:behind])


def _likelihood(part: Span, tagged: TaggedPage) -> float:
    """The mean probability that the words of the part's line have its label; without a key in front
    (`Sede:`), and only up to what is tagged as something else or its key (`Tel.`, `NIF`)."""
    words = tagged.line_of(part.tokens[0]).tokens
    first, last = words.index(part.tokens[0]), words.index(part.tokens[-1])
    start = max((at + 1 for at in range(first) if _is_key(words[at], tagged)), default=0)
    behind = (at for at in range(last + 1, len(words)) if _is_other(words[at:], part.label, tagged))
    own = words[start : next(behind, len(words))]
    return tagged.tags.score(part.label, own)


def _is_key(token: int, tagged: TaggedPage) -> bool:
    return tagged.tokens[token].text.endswith(":")


def _is_other(words: Sequence[int], label: str, tagged: TaggedPage) -> bool:
    """Whether the first of the words, or the one behind it, is tagged as something else, or the
    first announces what follows, or all are a number behind a name."""
    if any(tagged.label_at(word) not in (None, label) for word in words[:2]):
        return True
    texts = [tagged.tokens[word].text for word in words]
    if label == _NAME and _is_number_with_key(texts):
        return True
    is_phone_key = _PHONE_BEHIND.search(tagged.tokens[words[0]].text)
    return _is_key(words[0], tagged) or is_phone_key is not None


def _is_number_with_key(texts: Sequence[str]) -> bool:
    """Whether the words are a long number, with at most four words in front that say of what:
    `(543483-B)`, `Reg No. 362404`, `NZBN 9429062650533`."""
    number = list(dropwhile(lambda text: not _digits(text), texts))
    is_named = len(texts) - len(number) <= _MOST_KEYS
    ends = all(_digits(text) or sum(map(str.isalpha, text)) <= _SHORT for text in number)
    return is_named and ends and sum(map(_digits, number)) >= _LONG


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _with_likely_ends(span: Span, tagged: TaggedPage) -> Span:
    """Add the untagged words beside it on its lines that the tagger finds likely."""

    def belongs(index: int) -> bool:
        return (
            tagged.tags.labels[index] == OUTSIDE
            and not _is_key(index, tagged)
            and tagged.tags.score(span.label, [index]) >= tagged.thresholds.text_word
        )

    return tagged.extended(span, belongs)


def _without_key_of_number(span: Span, tagged: TaggedPage) -> Span:
    """Without the end that belongs to a registration number behind it: `SDN BHD CO.` `NO: 98-G`."""
    last, behind = span.tokens[-1], span.tokens[-1] + 1
    if len(span.tokens) == 1 or behind == len(tagged.tokens):
        return span
    is_key = _KEY_BEHIND.match(tagged.tokens[last].text) and _NUMBER_KEY.match(
        tagged.tokens[behind].text
    )
    if not is_key or tagged.tokens[behind].line != tagged.tokens[last].line:
        return span
    return tagged.span(span.label, span.tokens[:-1])


def _cut(span: Span, start: int, end: int, tagged: TaggedPage) -> Span:
    """The part of the span whose text is ``span.text[start:end]``."""
    if (start, end) == (0, len(span.text)):
        return span
    kept, at = [], 0
    for index in span.tokens:
        width = len(tagged.tokens[index].text)
        if at < end and at + width > start:
            kept.append(index)
        at += width + 1
    return replace(tagged.span(span.label, kept), text=span.text[start:end].strip())
