"""Fit the model of which amount is which (`assembly.summary.judgement`) on annotated receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.as_read import amounts_of
from pipeline.assembly.retagging.retag import retagged
from pipeline.assembly.summary.assignments import JUDGED, Assignments, Weights, probabilities
from pipeline.assembly.summary.find_assignments import Amounts, find_assignments
from pipeline.assembly.summary.judgement import JudgementWeights, judge
from pipeline.assembly.summary.options import NOTHING, Option
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.evaluation.cases import Reading
from pipeline.evaluation.fields import as_text, field_labels, same
from pipeline.labels import LabelSet, ValueType, label_of
from pipeline.tagging.types import Tags
from pipeline.training.judgement_likelihood import Trial, fit_trials

MOST_TRIED, MOST_RIGHT = 200, 20
"""How many of a receipt's assignments take part in a fit: the likeliest, and the likeliest of those
that may be right."""

Truth = Mapping[str, tuple[ValueType, str | None]]


@dataclass(frozen=True, slots=True)
class JudgedReceipt:
    """A receipt whose true values are known.

    Attributes:
        truth: of each label whose truth is known its type and value, ``None`` where the receipt
            has none.
        places: of each of these the tokens that hold its amounts, where that is known.
        weight: how often it counts.
    """

    amounts: Amounts
    truth: Truth
    places: Mapping[str, Set[int]]
    weight: float = 1.0


def judged_receipt(
    reading: Reading, tags: Tags, label_set: LabelSet, weight: float = 1.0
) -> JudgedReceipt:
    """A receipt as the fit needs it."""
    truth = reading.truth
    known = {
        label.name: (label.type, truth.fields.get(label.name) or None)
        for label in field_labels(truth, label_set)
        if label.name in JUDGED
    }
    tagged = retagged(TaggedPage.of(reading.page, tags, label_set))
    same_tokens = len(tagged.tokens) == len(reading.gold or ())  # none of them were joined
    gold = [label_of(tag) for tag in reading.gold or ()] if same_tokens else []
    places = {
        name: {n for n, label in enumerate(gold) if label in label_set.parts_of(name)}
        for name in known
    }
    return JudgedReceipt(amounts_of(tagged), known, places, weight)


def fit(
    receipts: Sequence[JudgedReceipt],
    prior: JudgementWeights,
    start: JudgementWeights,
    strength: float = 1.0,
    rounds: int = 2,
) -> tuple[JudgementWeights, int]:
    """The weights, by maximum conditional likelihood with a ridge, and how many receipts took part:
    of the others no assignment that was tried is right.

    The likelihood is that of all assignments that may be right by the labels whose truth is known.

    Args:
        prior: where the ridge pulls to.
        start: weights that choose the first assignments.
        strength: how many times stronger than usual the ridge is.
        rounds: how often the likeliest assignments are chosen, by the weights fitted so far.

    Raises:
        ConfigError: SciPy is not installed.
    """
    found, used = start, 0
    for _ in range(rounds):
        trials = [trial(receipt, found.arrays()) for receipt in receipts]
        told = [one for one in trials if one is not None]
        if not told:
            return prior, 0
        found, used = fit_trials(told, prior, found, strength), len(told)
    return found, used


def trial(receipt: JudgedReceipt, weights: Weights) -> Trial | None:
    """The assignments of a receipt that take part in a fit; ``None`` if none of them is right."""
    tried = find_assignments(receipt.amounts, weights)
    scores = tried.scores(weights).ravel()
    possible = _possible(tried, receipt).ravel()
    if not possible.any():
        return None
    order = np.argsort(-scores)
    open_ = order[np.isfinite(scores[order])]
    likeliest = open_[:MOST_TRIED]
    right = open_[possible[open_]][:MOST_RIGHT]
    numbers = np.unique(np.concatenate((likeliest, right)))
    return Trial(
        [tried.options[label].features for label in JUDGED],
        tried.places(numbers),
        tried.sum_features(numbers).astype(np.float32),
        possible[numbers],
        receipt.weight,
    )


def _possible(tried: Assignments, receipt: JudgedReceipt) -> NDArray[np.bool_]:
    """The assignments that may be right: shape (totals, bases, payments)."""
    right = {
        label: _right_options(label, own.options, receipt) for label, own in tried.options.items()
    }
    numbers = np.arange(np.prod(tried.shape))
    places = tried.places(numbers)
    every = np.all([right[label][places[:, n]] for n, label in enumerate(JUDGED)], axis=0)
    found: NDArray[np.bool_] = every.reshape(tried.shape) & tried.open
    return found


def _right_options(
    label: str, options: Sequence[Option], receipt: JudgedReceipt
) -> NDArray[np.bool_]:
    """The options that may be right: those with the true value, where it is printed as this field
    if that is known. If none has it, the amount is misread: then those that stand there."""
    if label not in receipt.truth:
        return np.ones(len(options), bool)
    right = np.array([is_right(one.value, *receipt.truth[label]) for one in options])
    tokens = receipt.places.get(label, set())
    there = np.array(
        [
            len(one.candidates) if all(tokens & set(c.span.tokens) for c in one.candidates) else 0
            for one in options
        ]
    )
    if not right.any() and tokens:
        fullest: NDArray[np.bool_] = there == max(1, there.max())
        return fullest
    in_place = right & (there > 0)
    return in_place if in_place.any() else right


def is_right(value: Decimal | None, kind: ValueType, truth: str | None) -> bool:
    """Whether a value is the published one, or rightly absent."""
    if value is None or truth is None:
        return value is None and truth is None
    return same(as_text(value), truth, kind)


def surprise(receipt: JudgedReceipt, weights: JudgementWeights) -> float:
    """The negative log of the probability of what may be right; infinite if nothing is."""
    numbers = weights.arrays()
    tried = find_assignments(receipt.amounts, numbers)
    share = probabilities(tried.scores(numbers))[_possible(tried, receipt)].sum()
    return float(-np.log(share)) if share else float("inf")


def right_values(receipt: JudgedReceipt, weights: JudgementWeights) -> dict[str, bool]:
    """Of each label whose truth is known, whether the value that the weights choose is right."""
    numbers = weights.arrays()
    chosen = judge(find_assignments(receipt.amounts, numbers), numbers).chosen
    return {
        label: is_right(chosen.get(label, NOTHING).value, *truth)
        for label, truth in receipt.truth.items()
    }
