"""Automatic approval: the lowest confidence threshold that reaches a requested precision."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from pipeline.errors import ConfigError
from pipeline.receipt import KEY_FIELDS, Contents

CERTAINTY = 0.95
"""Confidence level at which approved receipts are right as often as requested."""


class JudgedReceipt(BaseModel):
    """Confidences of one calibration receipt, and whether it is right; without its contents.

    Attributes:
        sums: no check fails.
        fields: each of the receipt's own fields that came out to its confidence and whether
            it is right.
        missed: fields that the receipt has and that did not come out.
        unknown: fields whose truth is not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sums: bool
    fields: dict[str, tuple[float, bool]]
    missed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """The conditions under which a receipt is approved without review.

    Attributes:
        required: the fields that must be there and right.
        threshold: the least probability that all of them are.
        passed, wrong: how many calibration receipts would have passed, and of these were not
            right.
    """

    required: tuple[str, ...]
    threshold: float
    passed: int
    wrong: int

    def approves(self, contents: Contents) -> bool:
        """Whether the receipt is approved: all required fields are present, no check fails, and the
        probability that all required fields are right reaches the threshold."""
        fields = {name: getattr(contents, name) for name in self.required}
        if not all(check.ok for check in contents.checks):
            return False
        if any(field is None for field in fields.values()):
            return False
        return all_right({name: field.confidence for name, field in fields.items()}) >= (
            self.threshold
        )


def all_right(confidences: Mapping[str, float]) -> float:
    """The probability that all fields are right, assuming independence. They are not quite
    independent; but the threshold is chosen on this very number, so only its order matters."""
    return math.prod(confidences.values())


def choose_approval(
    receipts: Iterable[JudgedReceipt], precision: float, required: Sequence[str] = KEY_FIELDS
) -> Approval:
    """The lowest threshold at which the calibration receipts support a precision.

    They do if the one-sided 95 % Clopper-Pearson bound of the share that is right among the
    approved ones is at least the precision.

    Raises:
        ConfigError: no threshold reaches the precision; the message says what is reached.
    """
    if not 0 < precision < 1:
        raise ConfigError(f"a precision lies between 0 and 1, such as 0.98, not {precision:g}")
    ranked = _ranked(receipts, required)
    best: Approval | None = None
    highest, wrong = 0.0, 0
    for passed, (score, right) in enumerate(ranked, 1):
        wrong += not right
        if passed < len(ranked) and ranked[passed][0] == score:
            continue  # equal ones pass together or not at all
        bound = least_share(passed - wrong, passed)
        highest = max(highest, bound)
        if bound >= precision:
            best = Approval(tuple(required), score, passed, wrong)
    if best is None:
        raise ConfigError(_too_few(precision, highest, ranked, required))
    return best


def _ranked(receipts: Iterable[JudgedReceipt], required: Sequence[str]) -> list[tuple[float, bool]]:
    """The receipts that could be approved, most confident first: the confidence, and whether it is
    right."""
    found = []
    for receipt in receipts:
        if not receipt.sums or not receipt.fields.keys() >= set(required):
            continue
        if set(required) & set(receipt.unknown):
            continue
        own = {name: receipt.fields[name] for name in required}
        score = all_right({name: confidence for name, (confidence, _) in own.items()})
        found.append((score, all(right for _, right in own.values())))
    return sorted(found, key=lambda entry: -entry[0])


def _too_few(
    precision: float, highest: float, ranked: Sequence[object], required: Sequence[str]
) -> str:
    names = ", ".join(required)
    return (
        f"the model's calibration does not support a precision of {precision:g}: {len(ranked)} of "
        f"its receipts have {names} and sums that hold, which supports at most "
        f"{math.floor(highest * 1000) / 1000:g} with 95 % confidence. At least "
        f"{receipts_needed(precision)} receipts without an error are needed: annotate receipts "
        "of your own and run receipts calibrate, or ask for a lower precision"
    )


def receipts_needed(precision: float) -> int:
    """The number of receipts, all right, that supports a precision."""
    return math.ceil(math.log(1 - CERTAINTY) / math.log(precision))


def least_share(right: int, of: int) -> float:
    """The lower bound of the one-sided Clopper-Pearson interval of a share, 0 to 1."""
    if right == 0:
        return 0.0
    low, high = 0.0, right / of
    for _ in range(50):  # bisection down to the precision of a double
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _at_least(right, of, middle) < 1 - CERTAINTY else (low, middle)
        )
    return low


def _at_least(right: int, of: int, share: float) -> float:
    """The probability of at least this many successes, each with probability ``share``."""
    if share <= 0:
        return 0.0
    logs = (
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        + k * math.log(share) + (of - k) * math.log1p(-share)
        for k in range(right, of + 1)
    )  # fmt: skip
    return math.fsum(math.exp(log) for log in logs)
