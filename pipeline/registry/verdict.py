"""Whether a candidate is worse than the served model: one decision on paired differences.

Kept free of heavy imports: it is stored in the history, which the light install reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

ALL_FIELDS = "fields.micro"
GUARDED = (ALL_FIELDS, "fields.merchant_name", "fields.date", "fields.total", "items.lenient")
"""The figures that decide; chosen beforehand, because of twenty figures one differs by chance."""
MARGIN = 0.005
LEVEL = 0.05


class GuardedFigure(BaseModel):
    """A figure of both models on the same receipts.

    Attributes:
        served, candidate: F1.
        low, high: the 95 % interval of ``candidate - served``.
        p: of the paired test.
    """

    model_config = ConfigDict(frozen=True)

    served: float
    candidate: float
    low: float
    high: float
    p: float


class Verdict(BaseModel):
    """A comparison.

    Attributes:
        served: the model that was compared with.
        receipts, merchants: on which.
        source: what they were: the file, and whether it is of shadow records.
        worse: why the candidate must not take the served model's place; empty if it may.
    """

    model_config = ConfigDict(frozen=True)

    served: str
    candidate: str
    receipts: int
    merchants: int
    source: str
    figures: Mapping[str, GuardedFigure]
    worse: tuple[str, ...] = ()


def why_worse(figures: Mapping[str, GuardedFigure], margin: float = MARGIN) -> list[str]:
    """Reasons to refuse a candidate, in words.

    It is worse if F1 over all fields is lower by more than the margin, or if one of the figures is
    significantly lower (paired test at 5 %, Holm's correction over the figures).

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", 1979.
    """
    reasons = []
    overall = figures.get(ALL_FIELDS)
    if overall is not None and overall.candidate < overall.served - margin:
        reasons.append(
            f"{ALL_FIELDS} is {overall.candidate:.3f}, more than {margin:g} below "
            f"{overall.served:.3f}"
        )
    for name in _significant(figures):
        one = figures[name]
        if one.candidate < one.served:
            reasons.append(
                f"{name} is significantly lower: {one.candidate:.3f} against {one.served:.3f} "
                f"(p = {one.p:.4f})"
            )
    return reasons


def _significant(figures: Mapping[str, GuardedFigure]) -> Sequence[str]:
    """Figures that differ, by Holm's procedure."""
    ordered = sorted(figures, key=lambda name: figures[name].p)
    for place, name in enumerate(ordered):
        if figures[name].p > LEVEL / (len(ordered) - place):
            return ordered[:place]
    return ordered
