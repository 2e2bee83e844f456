"""Equations of taxes with the rate and the base printed beside them, for the repair of amounts.

`VAT 20 % 3.54`, or a row of the table of taxes: `19,00 %  26,52  5,04  31,56`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.options import DISCOUNT, SUBTOTAL, TAX, TOTAL
from pipeline.assembly.summary.repair_equations import Term, Values
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import ZERO
from pipeline.assembly.values.percentages import only_rate

_BASES = (SUBTOTAL, TOTAL, DISCOUNT)


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax equals its rate times a base, which includes the tax or not.

    Attributes:
        number: of the tax line.
        rate: 0.2 for 20 %.
        beside: the other amounts of the line, any of which may be the base.
        whole: whether it is the receipt's only tax line; then the base may also be the
            subtotal or the total, with what was taken off or without.
    """

    number: int
    rate: Decimal
    beside: tuple[Decimal, ...]
    whole: bool
    summary: frozenset[Term]
    binding: bool = True

    @property
    def terms(self) -> frozenset[Term]:
        return frozenset({(TAX, self.number)}) | self.summary

    def holds(self, values: Values) -> bool:
        tax = values[TAX, self.number]
        unit = Decimal(1).scaleb(int(tax.as_tuple().exponent))
        return any(abs(tax - due) <= unit for due in self._due(values))

    def solutions(self, term: Term, values: Values) -> Iterator[Decimal]:
        if term == (TAX, self.number):
            yield from (due.quantize(values[term]) for due in self._due(values))

    def _due(self, values: Values) -> Iterator[Decimal]:
        for base in self._bases(values):
            yield base * self.rate
            yield base * self.rate / (1 + self.rate)

    def _bases(self, values: Values) -> Iterator[Decimal]:
        yield from self.beside
        off = sum((values[term] for term in self.summary if term[0] == DISCOUNT), ZERO)
        for term in self.summary:
            if self.whole and term[0] != DISCOUNT:
                yield values[term]
                yield values[term] - off


def tax_rates(
    taxes: Sequence[AmountCandidate],
    candidates: Sequence[AmountCandidate],
    tagged: TaggedPage,
    values: Values,
) -> list[Rate]:
    """One equation per tax line with a single rate.

    Args:
        taxes: the candidates that make up the tax.
        candidates: all of the page's.
    """
    summary = frozenset(term for term in values if term[0] in _BASES)
    return [
        Rate(number, rate, _beside(candidate, candidates), len(taxes) == 1, summary)
        for number, candidate in enumerate(taxes)
        if (rate := _rate(candidate, tagged))
    ]


def _beside(
    candidate: AmountCandidate, candidates: Sequence[AmountCandidate]
) -> tuple[Decimal, ...]:
    lines = set(candidate.span.lines)
    return tuple(
        other.value
        for other in candidates
        if other.number != candidate.number and lines & set(other.span.lines)
    )


def _rate(candidate: AmountCandidate, tagged: TaggedPage) -> Decimal | None:
    lines = set(candidate.span.lines)
    return only_rate(" ".join(token.text for token in tagged.tokens if token.line in lines))
