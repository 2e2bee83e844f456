"""Choose a label's best candidate among what is tagged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.assembly.fields.buyer import MERCHANTS, words_of_buyer
from pipeline.assembly.fields.candidates import Candidate, candidates
from pipeline.assembly.fields.printed_numbers import receipt_numbers
from pipeline.assembly.spans import Span
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Label, ValueType
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import key_words

_DATE = "date"  # of the purchase
_NUMBER = "receipt_number"
# 1000-154 LISBOA, F-75010 Paris
_TOWN = re.compile(r"^\W*(?:[A-Z]{1,2}-)?\d{4,5}(?:[ -]\d{3,4})?\b.*[^\W\d_]{3}")
_POSTCODE = re.compile(r"(?<!\d)\d{4,5}(?!\d)")
_LINES_BETWEEN = 2  # at most, of a street and its town: a phone's, a tax number's


def choose(label: Label, tagged: TaggedPage) -> Candidate | None:
    """The label's best candidate: texts by how much of the page supports them, others by
    probability; on a tie the earlier one. A date that the page announces as another day's, such as
    `Valid until`, is the last choice for that of the purchase. What is the buyer's is left out."""
    spans = tagged.spans_of(label.name)
    if spans and label.name in MERCHANTS:
        buyers = words_of_buyer(tagged)
        spans = [span for span in spans if not buyers & set(span.tokens)]
    is_text = label.type is ValueType.TEXT
    if is_text:
        spans = _joined_neighbours(spans, tagged)

    def rank(one: Candidate) -> tuple[bool, float]:
        is_other = label.name == _DATE and _is_other_day(one.span, tagged)
        return not is_other, one.span.probability * (len(one.span.tokens) if is_text else 1)

    found = candidates(spans, label.type, tagged.conventions)
    if label.name == _NUMBER:
        found = receipt_numbers(found, tagged)
    return max(found, key=rank, default=None)


def announces_other_day(before: str) -> bool:
    """Whether the text in front of a date says that nothing was bought on it; what is in front of
    another date there says nothing of this one."""
    start = max((match.end() for match in patterns.DATE.finditer(before)), default=0)
    return bool(key_words().other_date.search(before, start))


def _is_other_day(span: Span, tagged: TaggedPage) -> bool:
    first = span.tokens[0]
    line = next(line for line in tagged.lines if first in line.tokens)
    return announces_other_day(line.text[: line.starts[line.tokens.index(first)]])


def _joined_neighbours(spans: Sequence[Span], tagged: TaggedPage) -> list[Span]:
    """Join spans of one label that follow each other on the same or the next line; a town with its
    postcode also to the street a little above."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and _goes_on(groups[-1], span):
            groups[-1].append(span)
        else:
            groups.append([span])
    return [tagged.joined(group) for group in groups]


def _goes_on(before: Sequence[Span], span: Span) -> bool:
    between = span.lines[0] - before[-1].lines[-1] - 1
    return between <= (_LINES_BETWEEN if is_missing_town(before, span) else 0)


def is_missing_town(before: Sequence[Span], span: Span) -> bool:
    """Whether the span begins with a postcode and the parts before it have none."""
    lacks_town = not any(_POSTCODE.search(one.text) for one in before)
    return lacks_town and _TOWN.match(span.text) is not None
