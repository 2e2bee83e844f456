"""The possible values of each summary field: absent, one amount, or a sum of several lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from pipeline.assembly.summary.amount_candidates import OTHER_FEE, AmountCandidate
from pipeline.assembly.values.amounts import ZERO

TOTAL, SUBTOTAL, TAX, TIP, DISCOUNT, CASH, CHANGE, SERVICE, ROUNDING = (
    *("total", "subtotal", "tax", "tip", "discount"),
    *("cash", "change", "service_charge", "rounding"),
)

# Log-weight below which a candidate is not taken for a field unless a sum asks for it. A
# receipt without a total is rarer than one without any other field, one with a tip rarer.
_EMPTY = {TOTAL: -2.7, TIP: -2.0}
_EMPTY_OTHER = -2.5
# How far below that an option may lie, for the sums to speak for it.
_REACH = {TOTAL: 2.0}
_REACH_OTHER = 1.2
_SINGLES = {TOTAL: 7, SUBTOTAL: 3}
_SINGLES_OTHER = 2
_PARTS = {TAX: 4, DISCOUNT: 12}  # lines that a field may be the sum of
_SUMS = {TAX: 6, DISCOUNT: 3}
_COUNTED_TWICE = -0.6  # equal amounts of one label are mostly one amount printed twice


@dataclass(frozen=True, slots=True)
class Option:
    """One possible value of a field.

    Attributes:
        candidates: what it is made of; none for an empty field.
        value: their sum; of a discount what was taken off, without a sign.
        gain: the candidates' log-weights over what the empty field weighs.
        repaired: the probability that the value, which is corrected, is right; ``None`` if it is
            as read.
    """

    candidates: tuple[AmountCandidate, ...]
    value: Decimal | None
    gain: float
    repaired: float | None = None

    @property
    def amount(self) -> Decimal:
        """The value, zero for an empty field."""
        return ZERO if self.value is None else self.value


NOTHING = Option((), None, 0.0)


def options_of(candidates: Sequence[AmountCandidate], label: str) -> list[Option]:
    """The label's best options, the empty field last."""
    empty = _EMPTY.get(label, _EMPTY_OTHER)
    lowest = empty - _REACH.get(label, _REACH_OTHER)
    ranked = sorted(
        (c for c in candidates if c.weights.get(label, lowest) > lowest and _may_be(c, label)),
        key=lambda c: (-c.weights[label], c.number),
    )
    singles = [
        Option((c,), signed(c.value, label), c.weights[label] - empty)
        for c in ranked[: _SINGLES.get(label, _SINGLES_OTHER)]
    ]
    if label not in _PARTS:
        return [*singles, NOTHING]
    likely = [c for c in ranked[: _PARTS[label]] if c.weights[label] > empty]
    return [*singles, *_sums(sorted(likely, key=lambda c: c.number), label), NOTHING]


def unassigned(
    candidates: Sequence[AmountCandidate], options: Mapping[str, Option]
) -> list[AmountCandidate]:
    """The candidates that none of the fields holds."""
    assigned = {candidate.number for option in options.values() for candidate in option.candidates}
    return [candidate for candidate in candidates if candidate.number not in assigned]


def _may_be(candidate: AmountCandidate, label: str) -> bool:
    """Whether a candidate may be the label: a service charge is a tip or a tax only if it is tagged
    so; a delivery or bag fee is never a tip."""
    if label not in (TAX, TIP) or candidate.surcharge is None:
        return True
    return candidate.span.label == label and (label, candidate.surcharge) != (TIP, OTHER_FEE)


def signed(value: Decimal, label: str) -> Decimal:
    """The value without sign for discounts and change, which tills print with either sign."""
    return abs(value) if label in (DISCOUNT, CHANGE) else value


def _sums(parts: Sequence[AmountCandidate], label: str) -> list[Option]:
    """Sums of several lines, the likeliest first.

    Of taxes any group: a table of rates repeats what stands above it. Discounts are many
    short lines: all of them, or all but one that repeats the others.
    """
    least = 2 if label == TAX else max(2, len(parts) - 1)
    groups = (g for size in range(least, len(parts) + 1) for g in combinations(parts, size))
    likeliest: dict[Decimal | None, Option] = {}
    for option in (option for group in groups if (option := _sum(group, label)) is not None):
        if option.value not in likeliest or likeliest[option.value].gain < option.gain:
            likeliest[option.value] = option
    return sorted(likeliest.values(), key=lambda option: -option.gain)[: _SUMS[label]]


def _sum(group: Sequence[AmountCandidate], label: str) -> Option | None:
    """The sum of the lines; ``None`` if one of them is itself a sum of others, or their signs
    differ."""
    values = [signed(candidate.value, label) for candidate in group]
    if min(values) < 0 < max(values) or _has_sum(values, of_any=label == TAX):
        return None
    gain = 0.0
    for number, candidate in enumerate(group):
        seen = values[number] in values[:number]
        gain += _COUNTED_TWICE if seen else candidate.weights[label] - _EMPTY_OTHER
    return Option(tuple(group), sum(values, ZERO), gain)


def _has_sum(values: Sequence[Decimal], of_any: bool) -> bool:
    """Whether the largest value is the sum of all others, or of any two or more: a tax that is
    printed several times, each time with its parts or as their sum."""
    if not of_any:
        return len(values) > 2 and 2 * max(values) == sum(values)
    most = max(values)
    others = list(values)
    others.remove(most)
    groups = (g for size in range(2, len(others) + 1) for g in combinations(others, size))
    return any(sum(group) == most for group in groups)
