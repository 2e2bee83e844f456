"""Find all amount candidates on a page, tagged or not, with a score for each label."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.spans import Span
from pipeline.assembly.summary.taxed_lines import taxes_and_bases
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import parse_amount
from pipeline.labels import Role, Table, ValueType
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.labelled_amounts import LabelledAmount
from pipeline.text_lines.lines import Line

# Amounts added to the total; tags or key words show which they are.
SERVICE_CHARGE, OTHER_FEE, ROUNDED = "service charge", "fee", "rounding"

_TAGGED = {"service_charge": SERVICE_CHARGE, "rounding": ROUNDED}

_MISSED = 0.05  # the probability that the tagger missed a label
_UNLABELLED = 0.2  # without a key word: neither for nor against a label
_OTHER_LABEL = 0.1
_SURELY_ITEM = 0.8
_PROVEN = math.log(0.9)  # of a tax that the rate on its line makes of another amount
_KEY_WEIGHT = 0.5  # key words are coarser than the tagger


@dataclass(frozen=True, slots=True)
class AmountCandidate:
    """One amount on the page, which may be any of the summary's.

    Attributes:
        number: its place among the page's candidates.
        span: its tokens; the span's label is the tagged one, empty if untagged.
        value: as the page's number format reads it.
        weights: for each summary label a log-weight that the candidate is that amount,
            from the tagger and the key words; comparable within a page.
        surcharge: ``SERVICE_CHARGE``, ``OTHER_FEE`` or ``ROUNDED`` where a key word says so, else
            ``None``.
    """

    number: int
    span: Span
    value: Decimal
    weights: Mapping[str, float]
    surcharge: str | None = None


def find_amount_candidates(tagged: TaggedPage) -> list[AmountCandidate]:
    """The amounts of a page in reading order of their first tokens.

    Tagged spans of amounts come as tagged; of the other tokens those that look like money.
    """
    tables = [label for label in tagged.label_set.with_role(Role.TABLE) if not label.adds_to]
    columns = {label.name for label in tables}
    of_items = {label.name for label in tables if label.table is Table.ITEMS}
    labelled = tagged.labelled_by_token()
    surcharges = _surcharge_of_line(tagged.lines)
    taxes, bases = taxes_and_bases(tagged)
    of_no_base = _never_of_base(bases, tagged)
    found: list[AmountCandidate] = []
    for span in _amount_spans(tagged):
        value = parse_amount(span.text, tagged.conventions.number_format)
        if value is None or tagged.excluded & set(span.tokens):
            continue
        if tagged.conventions.has_too_many_decimals(value):
            continue
        key = next((labelled[token] for token in reversed(span.tokens) if token in labelled), None)
        surcharge = next((surcharges[t] for t in span.tokens if t in surcharges), None)
        surcharge = _TAGGED.get(span.label, surcharge)
        if key is not None and key.label is not None and span.label not in _TAGGED:
            surcharge = None
        elif surcharge == ROUNDED:
            key = None  # "Rounding 22.90" may be the total after rounding
        is_keyed = key is not None and span.label in of_items
        if span.label in columns and span.probability >= _SURELY_ITEM and not is_keyed:
            continue  # an item's price, what a tax is on: no sum must take it for one of its own
        if surcharge == SERVICE_CHARGE and span.label in tagged.labels_with(Role.SUMMARY):
            key = None  # what the tagger takes it for
        weights = _weights(span, key, tagged)
        if taxes & set(span.tokens):
            weights["tax"] = _PROVEN
        if bases & set(span.tokens):
            weights = {name: w for name, w in weights.items() if name not in of_no_base}
        found.append(AmountCandidate(len(found), span, value, weights, surcharge))
    return found


def _weights(span: Span, key: LabelledAmount | None, tagged: TaggedPage) -> dict[str, float]:
    """For each summary label the log-weight that the span is that amount."""
    digits = _digits(span, tagged)
    return {
        label.name: _weight(_tag_score(label.name, digits, tagged), _keyed(key, label.name))
        for label in tagged.label_set.with_role(Role.SUMMARY)
    }


def _tag_score(label: str, digits: Sequence[int], tagged: TaggedPage) -> float:
    """The tagger's probability that the amount is the label's, or a part of it."""
    return sum(tagged.tags.score(name, digits) for name in tagged.label_set.parts_of(label))


def _never_of_base(bases: Set[int], tagged: TaggedPage) -> tuple[str, ...]:
    """The fields that a taxed amount cannot be; if several lines have one, each is only a part
    of the sums."""
    lines = {tagged.tokens[token].line for token in bases}
    return ("tax",) if len(lines) == 1 else ("tax", "subtotal", "total", "discount", "tip")


def _amount_spans(tagged: TaggedPage) -> Iterator[Span]:
    amounts = {one.name for one in tagged.label_set.labels if one.type is ValueType.AMOUNT}
    found = [span for span in tagged.spans if span.label in amounts]
    taken = {token for span in found for token in span.tokens}
    for line in tagged.lines:
        for place in line.amounts:
            tokens = [token for token in line.money(place) if token not in taken]
            if line.tokens[place] in tokens:
                found.append(tagged.span("", tokens))
    return iter(sorted(found, key=lambda span: span.tokens))


def _surcharge_of_line(lines: Sequence[Line]) -> dict[int, str]:
    """The last amount of each line with a key word for service charge, fee or rounding."""
    words = key_words()
    surcharges = (
        (ROUNDED, words.rounding),
        (OTHER_FEE, words.fee),
        (SERVICE_CHARGE, words.service),
    )
    found: dict[int, str] = {}
    for line in lines:
        if line.amounts:
            for name, pattern in surcharges:
                if pattern.search(line.text):
                    found[line.tokens[line.amounts[-1]]] = name
    return found


def _digits(span: Span, tagged: TaggedPage) -> Sequence[int]:
    """The tokens that hold the digits; a currency sign says little about its amount."""
    digits = [t for t in span.tokens if any(c.isdigit() for c in tagged.tokens[t].text)]
    return digits or span.tokens


def _keyed(key: LabelledAmount | None, label: str) -> float:
    if key is None:
        return _UNLABELLED
    return key.strength if key.label == label else _OTHER_LABEL


def _weight(tagged: float, keyed: float) -> float:
    return math.log(tagged + _MISSED) + _KEY_WEIGHT * math.log(keyed)
