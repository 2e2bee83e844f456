"""Counts, which add up over receipts, and the figures computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of correct, predicted and true values.

    A value that is wrong counts against both precision and recall.
    """

    correct: int = 0
    predicted: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.correct / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        both = self.predicted + self.true
        return 2 * self.correct / both if both else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.correct + other.correct, self.predicted + other.predicted, self.true + other.true
        )

    def as_dict(self) -> dict[str, float]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "correct": self.correct,
            "predicted": self.predicted,
            "true": self.true,
        }


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: right receipts of all receipts, wrong characters of all characters."""

    part: float = 0.0
    whole: float = 0.0

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    def as_dict(self) -> dict[str, float]:
        return {"value": round(self.value, 4), "part": round(self.part, 4), "whole": self.whole}


Count = Score | Share
Counts = Mapping[str, Count]
"""Of one receipt: figure name, such as ``fields.total``, to what it is made of."""


def total(scores: Iterable[Score]) -> Score:
    """Micro-average: the counts added up."""
    return sum(scores, Score())


def add_up(receipts: Iterable[Counts]) -> dict[str, Count]:
    """The counts of every figure over all receipts, in the order of first appearance."""
    sums: dict[str, Count] = {}
    for counts in receipts:
        for name, count in counts.items():
            before = sums.get(name)
            sums[name] = count if before is None else before + count  # type: ignore[operator]
    return sums
