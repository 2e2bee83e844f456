"""Find all amount candidates on a page, tagged or not, with a score for each label."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.spans import Span, span_of
from pipeline.assembly.summary.taxed_lines import taxes_and_bases
from pipeline.assembly.values.amounts import parse_amount
from pipeline.assembly.values.conventions import Conventions
from pipeline.document import Page
from pipeline.labels import LabelSet, Role, ValueType
from pipeline.tagging.types import Tags
from pipeline.text_lines.labelled_amounts import find_labelled_amounts
from pipeline.text_lines.lines import Line, read_lines
from pipeline.world.keywords import key_words

# Adders that no label names; their key words give them away.
SERVICE_CHARGE, OTHER_FEE, ROUNDED = "service charge", "fee", "rounding"

_MISSED = 0.05  # what every tagger may have missed
_UNANNOUNCED = 0.2  # no key word in front: neither for nor against
_OTHERWISE_ANNOUNCED = 0.1
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
        adder: ``SERVICE_CHARGE``, ``OTHER_FEE`` or ``ROUNDED`` where a key word says so, else
            ``None``.
    """

    number: int
    span: Span
    value: Decimal
    weights: Mapping[str, float]
    adder: str | None = None


def find_amount_candidates(
    page: Page,
    tags: Tags,
    spans: Sequence[Span],
    label_set: LabelSet,
    conventions: Conventions,
    left_out: Set[int] = frozenset(),
) -> list[AmountCandidate]:
    """The amounts of a page in reading order of their first tokens.

    Tagged spans of amounts come as tagged; of the other tokens those that look like money.

    Args:
        left_out: tokens whose amounts are none of the receipt's sums.
    """
    labels = [label.name for label in label_set.with_role(Role.SUMMARY)]
    columns = {label.name for label in label_set.with_role(Role.ITEM)}
    lines = read_lines(page)
    keys = _announced_labels(lines)
    adders = _adder_of_line(lines)
    taxes, bases = taxes_and_bases(lines, tags, conventions.number_format)
    of_no_base = _never_of_base(bases, page)
    candidates: list[AmountCandidate] = []
    for span in _amount_spans(page, tags, spans, label_set, lines):
        value = parse_amount(span.text, conventions.number_format)
        if left_out & set(span.tokens) or value is None or conventions.is_in_thousandths(value):
            continue
        key = next((keys[token] for token in reversed(span.tokens) if token in keys), None)
        adder = next((adders[t] for t in span.tokens if t in adders), None)
        if key is not None and key[0] is not None:
            adder = None
        elif adder == ROUNDED:
            key = None  # "Rounding 22.90" may be the total after rounding
        if span.label in columns and span.probability >= _SURELY_ITEM and key is None:
            continue  # an item's price: the sums must not take it for one of themselves
        digits = _digits(span, page)
        if adder == SERVICE_CHARGE and span.label in labels:
            key = None  # what the tagger takes it for
        weights = {
            label: _weight(tags.score(label, digits), _keyed(key, label)) for label in labels
        }
        if taxes & set(span.tokens):
            weights["tax"] = _PROVEN
        if bases & set(span.tokens):
            weights = {name: w for name, w in weights.items() if name not in of_no_base}
        candidates.append(AmountCandidate(len(candidates), span, value, weights, adder))
    return candidates


def _never_of_base(bases: Set[int], page: Page) -> tuple[str, ...]:
    """The fields that a taxed amount cannot be; if several lines have one, each is only a part
    of the sums."""
    lines = {page.tokens[token].line for token in bases}
    return ("tax",) if len(lines) == 1 else ("tax", "subtotal", "total", "discount", "tip")


def _amount_spans(
    page: Page, tags: Tags, spans: Sequence[Span], label_set: LabelSet, lines: Sequence[Line]
) -> Iterator[Span]:
    amounts = {label.name for label in label_set.labels if label.type is ValueType.AMOUNT}
    found = [span for span in spans if span.label in amounts]
    taken = {token for span in found for token in span.tokens}
    for line in lines:
        for place in line.amounts:
            tokens = [token for token in line.money(place) if token not in taken]
            if line.tokens[place] in tokens:
                found.append(span_of(page, tags, "", tokens))
    return iter(sorted(found, key=lambda span: span.tokens))


def _announced_labels(lines: Sequence[Line]) -> dict[int, tuple[str | None, float]]:
    """For each amount token after a key word, the key word's label and strength."""
    found: dict[int, tuple[str | None, float]] = {}
    for amount in find_labelled_amounts(lines):
        token = lines[amount.number].tokens[amount.place]
        if token not in found or found[token][1] < amount.strength:
            found[token] = (amount.label, amount.strength)
    return found


def _adder_of_line(lines: Sequence[Line]) -> dict[int, str]:
    """The last amount of each line with a key word for service charge, fee or rounding."""
    words = key_words()
    adders = ((ROUNDED, words.rounding), (OTHER_FEE, words.fee), (SERVICE_CHARGE, words.service))
    found: dict[int, str] = {}
    for line in lines:
        if line.amounts:
            for name, pattern in adders:
                if pattern.search(line.text):
                    found[line.tokens[line.amounts[-1]]] = name
    return found


def _digits(span: Span, page: Page) -> Sequence[int]:
    """The tokens that hold the digits; a currency sign says little about its amount."""
    digits = [t for t in span.tokens if any(c.isdigit() for c in page.tokens[t].text)]
    return digits or span.tokens


def _keyed(key: tuple[str | None, float] | None, label: str) -> float:
    if key is None:
        return _UNANNOUNCED
    return key[1] if key[0] == label else _OTHERWISE_ANNOUNCED


def _weight(tagged: float, keyed: float) -> float:
    return math.log(tagged + _MISSED) + _KEY_WEIGHT * math.log(keyed)
