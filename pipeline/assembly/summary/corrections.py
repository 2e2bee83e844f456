"""Choose corrections of misread amounts: what the recogniser held possible and the sums ask for.

For each sum that fails, the options are to leave it or to change one of its amounts to another
value that was held possible and makes it hold. A log-linear model gives their probabilities; its
weights (`repair_weights.json`) are fitted by `scripts/fit_repair`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipeline.assembly.summary.options import CASH, CHANGE, SUBTOTAL, TAX, TOTAL
from pipeline.assembly.summary.repair_equations import Equation, Term, Values

WEIGHTS = Path(__file__).with_name("repair_weights.json")
_MOST_REPAIRS = 5
_REPEATED = frozenset({TOTAL, SUBTOTAL, TAX})  # what tills print more than once
_LEAST_RATIO = 1e-6

FEATURES = ("change", "reading", "others", "more")
"""What speaks for a change.

``change``: 1, as against leaving the sum as it is. ``reading``: log of the probability that the
    recogniser gave the new value over that of the old one. ``others``: log of the least probability
    that it gave another amount of the sum, as read. ``more``: how many other sums hold with
    the new value and do not with the old one; one more if it is printed elsewhere too, as
    tills repeat totals.
"""


@dataclass(frozen=True, slots=True)
class ReadAmounts:
    """The amounts of a receipt that take part in sums.

    Attributes:
        values: as read.
        possible: of the amounts that may be changed, the probability of each value that the
            recogniser held possible, the one read among them.
        sums: what should hold.
        printed: amounts of the page that are none of the values.
    """

    values: Values
    possible: Mapping[Term, Mapping[Decimal, float]]
    sums: Sequence[Equation]
    printed: frozenset[Decimal] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """A value that would make a failing sum hold; ``features`` as ``FEATURES``."""

    term: Term
    value: Decimal
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected value and the probability that it is right."""

    value: Decimal
    probability: float


def corrections(amounts: ReadAmounts) -> dict[Term, Correction]:
    """The corrected values: the surest change first, as long as one is sure enough."""
    current, found = dict(amounts.values), dict[Term, Correction]()
    for _ in range(_MOST_REPAIRS):
        ranked = [
            best
            for number in failing_sums(amounts, current)
            if (best := _surest(possible_changes(amounts, current, number)))
            and best[0].term not in found
        ]
        change, probability = max(ranked, key=lambda pair: pair[1], default=(None, 0.0))
        if change is None or probability < _fitted().least:
            break
        found[change.term] = Correction(change.value, probability)
        current[change.term] = change.value
    return found


def failing_sums(amounts: ReadAmounts, current: Values) -> list[int]:
    """The numbers of the sums that should hold and do not."""
    return [n for n, one in enumerate(amounts.sums) if one.binding and not one.holds(current)]


def possible_changes(amounts: ReadAmounts, current: Values, number: int) -> list[Change]:
    """The changes of one amount that make a failing sum hold, and no other fail.

    Args:
        current: the values, as read or corrected already.
        number: of the failing sum.
    """
    sums = amounts.sums
    held = [one.holds(current) for one in sums]
    changes = []
    for term in sorted(sums[number].terms & amounts.possible.keys()):
        due = set(sums[number].solutions(term, current))
        for value in amounts.possible[term]:
            if (
                value == current[term]
                or value not in due
                or not _is_plausible(term, value, current)
            ):
                continue
            now = [one.holds({**current, term: value}) for one in sums]
            pairs = list(zip(sums, held, now, strict=True))
            if not any(one.binding and before and not after for one, before, after in pairs):
                more = sum(after - before for _, before, after in pairs) - 1
                others = sums[number].terms - {term}
                features = _features(amounts, current, term, value, others, more)
                changes.append(Change(term, value, features))
    return changes


def probabilities(changes: Sequence[Change], weights: Sequence[float]) -> list[float]:
    """The probability that each change is right; what is missing to 1 is that of none."""
    scores = [
        sum(weight * feature for weight, feature in zip(weights, change.features, strict=True))
        for change in changes
    ]
    most = max(0.0, *scores)
    odds = [math.exp(score - most) for score in scores]
    total = math.exp(-most) + sum(odds)
    return [one / total for one in odds]


def _surest(changes: Sequence[Change]) -> tuple[Change, float] | None:
    if not changes:
        return None
    found = probabilities(changes, _fitted().weights)
    return max(zip(changes, found, strict=True), key=lambda pair: pair[1])


def _features(
    amounts: ReadAmounts,
    current: Values,
    term: Term,
    value: Decimal,
    others: Set[Term],
    more: int,
) -> tuple[float, ...]:
    possible = amounts.possible
    ratio = possible[term][value] / max(possible[term].get(current[term], 0.0), _LEAST_RATIO)
    least = min(
        (possible[other].get(current[other], 0.0) for other in others & possible.keys()),
        default=1.0,
    )
    again = term[0] in _REPEATED and value in amounts.printed
    logs = (math.log(max(one, _LEAST_RATIO)) for one in (ratio, least))
    return 1.0, *logs, float(more + again)


def _is_plausible(term: Term, changed: Decimal, values: Values) -> bool:
    """Whether a correction is plausible: zero is neither corrected nor the result, except for
    change; and cash does not become a less round sum."""
    if not values[term] or (not changed and term[0] != CHANGE):
        return False
    return term[0] != CASH or _zeros(changed) >= _zeros(values[term])


def _zeros(value: Decimal) -> int:
    """The number of trailing zeros of a number."""
    digits = "".join(map(str, value.as_tuple().digits))
    return len(digits) - len(digits.rstrip("0"))


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The model: a weight per feature, and the least probability of a change that is made."""

    weights: tuple[float, ...]
    least: float


@cache
def _fitted() -> _Fitted:
    raw = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return _Fitted(tuple(raw["weights"][name] for name in FEATURES), raw["least_probability"])
