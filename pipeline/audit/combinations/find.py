"""The rule that reports unusual combinations of values, learnt from the receipts of the state."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.audit.combinations.forest import Forest, fitted_forest
from pipeline.audit.combinations.habits import COLUMNS, PAIRS, Habits, group_of, habits_of
from pipeline.audit.combinations.values import Values, values_of
from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context, Rule
from pipeline.audit.state.entered import receipt_numbered

UNUSUAL = "combination-unusual"
FEWEST = 500
"""Receipts before one is called unusual."""
FARTHEST = 2.0
"""Distances of the highest tenth above the median (``Forest.distance``). Set on drawn companies, so
that fewer than ten usual receipts in 1,000 are reported (`scripts/bench_audit combinations` with
``--seed 1`` and ``2``)."""
_SAMPLE = 4000  # receipts of a state that are learnt from
_MOST = 3  # reasons
_SHARE = 0.15  # of the distance that a value must explain to be a reason
_FIELDS = {
    "hours": "time",
    "day": "date",
    "category": "merchant_name",
    "currency": "total",
    "total": "total",
    "share of tax": "tax",
    "share of tip": "tip",
}


@dataclass(frozen=True, slots=True)
class Company:
    """What is usual in the receipts of a state."""

    habits: Habits
    forest: Forest

    def distance(self, values: Values) -> float:
        return self.forest.distance(self.habits.rarities(values))

    def causes(self, values: Values) -> list[int]:
        """The columns without whose values the receipt would be less unusual, most first."""
        row = self.habits.rarities(values)
        whole = self.forest.distance(row)
        gains = []
        for column in np.flatnonzero(np.isfinite(row[:-1])):
            usual = row.copy()
            usual[column] = self.forest.filled[column]
            usual[-1] += usual[column] - row[column]
            gains.append((whole - self.forest.distance(usual), int(column)))
        kept = [one for one in gains if one[0] >= _SHARE * whole]
        return [column for _, column in sorted(kept, key=lambda one: (-one[0], one[1]))][:_MOST]


def company_of(sample: Sequence[Values]) -> Company | None:
    """What is usual in a sample of receipts; ``None`` if they are too few.

    Raises:
        ConfigError: scikit-learn is not installed.
    """
    if len(sample) < FEWEST:
        return None
    habits = habits_of(sample)
    return Company(habits, fitted_forest(np.array([habits.rarities(one) for one in sample])))


def sample_of(database: sqlite3.Connection) -> list[Values]:
    """Receipts of a state at even distances, so that its size does not matter."""
    (last,) = database.execute("SELECT max(number) FROM receipts").fetchone()
    step = max(1, math.ceil((last or 0) / _SAMPLE))
    numbers = [
        number
        for number in range(1, (last or 0) + 1, step)
        if database.execute("SELECT 1 FROM receipts WHERE number = ?", [number]).fetchone()
    ]
    return [values_of(receipt_numbered(database, number)) for number in numbers]


def combinations_of(company: Company) -> Rule:
    """The rule `combination-unusual`. The score ranks: it is 0.5 at the least distance that is
    reported. Labels make it a probability."""

    def unusual_combinations(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
        values = values_of(receipt)
        distance = company.distance(values)
        causes = company.causes(values) if distance >= FARTHEST else []
        if causes:
            reasons = "; ".join(_reason(company.habits, values, column) for column in causes)
            names = [_FIELDS.get(COLUMNS[column][0], "") for column in causes]
            yield receipt.finding(
                UNUSUAL,
                Severity.LOW,
                distance / (distance + FARTHEST),
                f"These values are unusual together: {reasons}.",
                "Ask what it was for.",
                fields=tuple(dict.fromkeys(name for name in names if name)),
                amount=receipt.value("total"),
            )

    return unusual_combinations


def _reason(habits: Habits, values: Values, column: int) -> str:
    name, group = COLUMNS[column]
    if (name, group) in PAIRS:
        found, count = habits.share(name, group, values)
        others = max(0, count - 1)
        what = (
            f"{name} {values.kinds[name]}"
            if name in ("category", "currency")
            else (values.kinds[name])
        )
        return (
            f"{what} (so {_times(max(0, found - 1))} of {others} other receipts of {group} "
            f"{values.kinds[group]})"
        )
    usual = habits.amounts[name, group_of(name, values) or ""]
    return (
        f"{name} {_shown(name, values.amounts[name])} (the median of {usual.count} receipts of "
        f"{group} {values.kinds[group]} is {_shown(name, usual.median)})"
    )


def _times(count: int) -> str:
    return "are none" if not count else "is 1" if count == 1 else f"are {count}"


def _shown(name: str, amount: float) -> str:
    if name == "total":
        return f"{math.exp(amount):,.2f}"
    return f"{math.exp(amount):.0f}" if name == "number of items" else f"{amount:.0%}"
