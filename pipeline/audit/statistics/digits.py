"""First digits and round amounts of groups. They say something about many receipts of a person,
nothing about one receipt.

First digits of amounts that span several powers of ten follow Benford's law: a 1 leads in 30 % of
them. Invented amounts tend not to, and tend to be round.

Source: M. Nigrini, "Benford's Law: Applications for Forensic Accounting", 2012.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

FEWEST = 100
"""Amounts of a group before its digits are looked at."""
_SPAN = 10.0  # the largest over the smallest amount, without the outer 5 %, to test first digits
_ROUND_TO = 5
SIGNIFICANT = 0.01
BENFORD = tuple(math.log10(1 + 1 / digit) for digit in range(1, 10))
"""The expected shares of the first digits 1 to 9."""


@dataclass(frozen=True, slots=True)
class GroupDigits:
    """The digits of one person's amounts in one currency.

    Attributes:
        digits: how often 1 to 9 lead.
        digits_p: probability of so large a deviation from Benford's law by chance; ``None`` where
            the amounts do not span a factor of ten. Corrected for the number of groups.
        round_share: of amounts that are multiples of 5; ``others_round`` of all other people.
        round_p: probability of so large an excess by chance, corrected likewise.
    """

    person: str
    currency: str
    count: int
    digits: tuple[int, ...]
    digits_p: float | None
    round_share: float
    others_round: float
    round_p: float

    @property
    def stands_out(self) -> bool:
        return min(self.round_p, 1.0 if self.digits_p is None else self.digits_p) < SIGNIFICANT


def group_digits(database: sqlite3.Connection) -> list[GroupDigits]:
    """All people with enough amounts of a currency, those that stand out most first."""
    totals = {
        currency: (count, rounds)
        for currency, count, rounds in database.execute(
            "SELECT currency, count(*), sum(amount = round(amount / ?) * ?) FROM expenses"
            " WHERE amount > 0 AND person IS NOT NULL AND currency IS NOT NULL GROUP BY currency",
            [_ROUND_TO, _ROUND_TO],
        )
    }
    groups = [
        _group(person, currency, amounts, totals[currency])
        for person, currency, amounts in _amounts(database)
    ]
    by_digits = _corrected([1.0 if one.digits_p is None else one.digits_p for one in groups])
    by_round = _corrected([one.round_p for one in groups])
    corrected = [
        replace(one, digits_p=None if one.digits_p is None else digits, round_p=rounds)
        for one, digits, rounds in zip(groups, by_digits, by_round, strict=True)
    ]
    return sorted(
        corrected, key=lambda one: (min(one.round_p, one.digits_p or 1.0), one.person, one.currency)
    )


def _amounts(database: sqlite3.Connection) -> Iterator[tuple[str, str, list[float]]]:
    groups = database.execute(
        "SELECT person, currency FROM expenses WHERE amount > 0 AND person IS NOT NULL"
        " AND currency IS NOT NULL GROUP BY person, currency HAVING count(*) >= ?",
        [FEWEST],
    ).fetchall()
    for person, currency in groups:
        rows = database.execute(
            "SELECT amount FROM expenses WHERE person = ? AND currency = ? AND amount > 0"
            " ORDER BY amount",
            [person, currency],
        )
        yield person, currency, [amount for (amount,) in rows]


def _group(
    person: str, currency: str, amounts: Sequence[float], total: tuple[int, int]
) -> GroupDigits:
    leading = Counter(int(f"{amount:e}"[0]) for amount in amounts)
    digits = tuple(leading[digit] for digit in range(1, 10))
    edge = len(amounts) // 20
    is_wide = amounts[-1 - edge] / amounts[edge] >= _SPAN
    rounds = sum(math.isclose(amount % _ROUND_TO, 0) for amount in amounts)
    others, others_round = total[0] - len(amounts), total[1] - rounds
    return GroupDigits(
        person=person,
        currency=currency,
        count=len(amounts),
        digits=digits,
        digits_p=_deviation(digits) if is_wide else None,
        round_share=rounds / len(amounts),
        others_round=others_round / others if others else 0.0,
        round_p=_excess(rounds, len(amounts), others_round, others),
    )


def _deviation(digits: Sequence[int]) -> float:
    """The p-value of a chi-squared test with eight degrees of freedom against Benford's law."""
    count = sum(digits)
    half = (
        sum(
            (found - count * share) ** 2 / (count * share)
            for found, share in zip(digits, BENFORD, strict=True)
        )
        / 2
    )
    return math.exp(-half) * sum(half**power / math.factorial(power) for power in range(4))


def _excess(rounds: int, count: int, others_round: int, others: int) -> float:
    """The one-sided p-value of a test of two shares; 1 without others to compare with."""
    if not others:
        return 1.0
    pooled = (rounds + others_round) / (count + others)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / count + 1 / others))
    if not spread:
        return 1.0
    return math.erfc((rounds / count - others_round / others) / spread / math.sqrt(2)) / 2


def _corrected(values: Sequence[float]) -> list[float]:
    """P-values corrected for their number (Benjamini and Hochberg)."""
    order = sorted(range(len(values)), key=lambda at: -values[at])
    found, least = [1.0] * len(values), 1.0
    for rank, at in zip(range(len(values), 0, -1), order, strict=True):
        least = min(least, values[at] * len(values) / rank)
        found[at] = least
    return found
