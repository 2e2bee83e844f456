"""Find all amount candidates on a page, tagged or not, with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.spans import Span
from pipeline.assembly.summary.taxed_lines import taxes_and_bases
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import parse_amount
from pipeline.assembly.values.percentages import only_rate
from pipeline.labels import Role, Table, ValueType
from pipeline.text_lines.key_words import find_key_words, key_words
from pipeline.text_lines.labelled_amounts import LabelledAmount
from pipeline.text_lines.lines import Line

# Amounts added to the total; tags or key words show which they are.
SERVICE_CHARGE, OTHER_FEE, ROUNDED = "service charge", "fee", "rounding"

_CASH = "cash"
_METHOD = "method"
_SERVICE = "service_charge"
_TAGGED = {_SERVICE: SERVICE_CHARGE, "rounding": ROUNDED}


@dataclass(frozen=True, slots=True)
class AmountCandidate:
    """One amount on the page, which may be any of the summary's.

    Attributes:
        number: its place among the page's candidates.
        span: its tokens; the span's label is the tagged one, empty if untagged.
        value: as the page's number format reads it.
        tagged: for each summary label the tagger's probability, 0 to 1.
        key: what a key word says that the amount is, ``None`` without one.
        surcharge: ``SERVICE_CHARGE``, ``OTHER_FEE`` or ``ROUNDED`` where a key word says so, else
            ``None``.
        is_tax: whether the rate on its line makes it of another amount.
        is_base: whether it is an amount that a tax is on.
        rate: the one percentage on its line, 0.2 for 20 %; ``None`` without one, or with several.
        in_row: whether it is tagged as a cell of a table's row, such as an item's price, and no key
            word says otherwise.
    """

    number: int
    span: Span
    value: Decimal
    tagged: Mapping[str, float]
    key: LabelledAmount | None = None
    surcharge: str | None = None
    is_tax: bool = False
    is_base: bool = False
    rate: Decimal | None = None
    in_row: bool = False

    @property
    def may_be_paid(self) -> bool:
        """Whether it is above zero, and no key word says that it is no field, such as a count."""
        return self.value > 0 and (self.key is None or self.key.label is not None)


def find_amount_candidates(tagged: TaggedPage) -> list[AmountCandidate]:
    """The amounts of a page in reading order of their first tokens.

    Tagged spans of amounts come as tagged; of the other tokens those that look like money.
    """
    tables = [label for label in tagged.label_set.with_role(Role.TABLE) if not label.adds_to]
    columns = {label.name for label in tables}
    of_items = {label.name for label in tables if label.table is Table.ITEMS}
    cards = _lines_of_cards(tagged)
    labelled = tagged.labelled_by_token()
    surcharges = _surcharge_of_line(tagged.lines)
    taxes, bases = taxes_and_bases(tagged)
    rates = _rates(tagged.lines)
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
        if key is not None and key.label == _CASH and cards & set(span.lines):
            key = None  # `Mastercard Tendered`
        is_keyed = key is not None and span.label in of_items
        if surcharge == SERVICE_CHARGE and span.label in tagged.labels_with(Role.SUMMARY):
            key = None  # what the tagger takes it for
            if _SERVICE not in tagged.label_set.names:
                surcharge = None  # a label set without service charges may call them tips
        found.append(
            AmountCandidate(
                number=len(found),
                span=span,
                value=value,
                tagged=_tag_probabilities(span, tagged),
                key=key,
                surcharge=surcharge,
                is_tax=bool(taxes & set(span.tokens)),
                is_base=bool(bases & set(span.tokens)),
                rate=rates.get(span.tokens[0]),
                in_row=span.label in columns and not is_keyed,
            )
        )
    return found


def _lines_of_cards(tagged: TaggedPage) -> set[int]:
    """The text lines on which a means of payment other than cash is tagged."""
    methods = {
        one.name for one in tagged.label_set.of_table(Table.PAYMENTS) if one.column == _METHOD
    }
    spans = [span for span in tagged.spans if span.label in methods]
    return {line for span in spans if not _is_cash(span.text) for line in span.lines}


def _is_cash(text: str) -> bool:
    """Whether the first word names cash: `CASH TENDERED`, but not `Mastercard Tendered`."""
    first = text.split()[0]
    return any(key.label == _CASH for _, key in find_key_words(first))


def of_no_row(candidates: Sequence[AmountCandidate]) -> list[AmountCandidate]:
    """The candidates without items' prices and other cells of rows."""
    return [candidate for candidate in candidates if not candidate.in_row]


def _digits(span: Span, tagged: TaggedPage) -> Sequence[int]:
    """The tokens that hold the digits; a currency sign says little about its amount."""
    digits = [t for t in span.tokens if any(c.isdigit() for c in tagged.tokens[t].text)]
    return digits or span.tokens


def _rates(lines: Sequence[Line]) -> dict[int, Decimal]:
    """The rate of each token's line, where it has one and no other."""
    of_lines = [(line, only_rate(line.text)) for line in lines]
    return {token: rate for line, rate in of_lines if rate is not None for token in line.tokens}


def _tag_probabilities(span: Span, tagged: TaggedPage) -> dict[str, float]:
    """For each summary label the tagger's probability that the span is its amount, or a part."""
    digits = _digits(span, tagged)
    return {
        label.name: sum(
            tagged.tags.score(name, digits) for name in tagged.label_set.parts_of(label.name)
        )
        for label in tagged.label_set.with_role(Role.SUMMARY)
    }


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
