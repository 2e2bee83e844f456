"""Adapt the judgement of amounts to a user's receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.assembly.summary.judgement import JudgementWeights, packaged, packaged_weights
from pipeline.training.judgement_fit import JudgedReceipt, trial
from pipeline.training.judgement_likelihood import Trial, fit_trials

LEAST_RECEIPTS = 30
REFIT_RIDGE = 10.0
"""How many times stronger than in the first fit the ridge pulls; to the packaged weights, which
were fitted on more receipts than most users have."""


@dataclass(frozen=True, slots=True)
class Refit:
    """Weights that were fitted to receipts.

    Attributes:
        weights: from all receipts; ``None`` if they are too few, or none of them tells an amount of
            the summary.
        outside: for each receipt those from the receipts of other folds.
    """

    weights: JudgementWeights | None
    outside: Sequence[JudgementWeights]


def refit(receipts: Sequence[JudgedReceipt], folds: Sequence[int]) -> Refit:
    """Fit the weights anew, near the packaged ones.

    Args:
        folds: of each receipt; receipts of one merchant are in one fold.

    Raises:
        ConfigError: SciPy is not installed.
    """
    if len(receipts) < LEAST_RECEIPTS or not any(receipt.truth for receipt in receipts):
        return Refit(None, [packaged()] * len(receipts))
    trials = [trial(one, packaged_weights()) for one in receipts]
    of_fold = {
        fold: _fitted([one for one, its in zip(trials, folds, strict=True) if its != fold])
        for fold in sorted(set(folds))
    }
    return Refit(_fitted(trials), [of_fold[fold] for fold in folds])


def _fitted(trials: Sequence[Trial | None]) -> JudgementWeights:
    told = [one for one in trials if one is not None]
    return fit_trials(told, packaged(), packaged(), REFIT_RIDGE) if told else packaged()
