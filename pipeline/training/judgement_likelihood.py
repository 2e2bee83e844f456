"""The likelihood of what may be right among a receipt's assignments, and its maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.summary.amount_features import Floats
from pipeline.assembly.summary.assignments import JUDGED, Weights
from pipeline.assembly.summary.judgement import JudgementWeights
from pipeline.assembly.summary.options import OPTION_FEATURES
from pipeline.assembly.summary.sum_features import SUM_FEATURES
from pipeline.install import needs

SHARED_RIDGE, OWN_RIDGE, SUM_RIDGE = 1.0, 8.0, 0.3
"""Ridge penalties: on the weights that labels share, on what a label's own are above them, and on
those of the sums; half of it times the squared distance from the prior is taken off the log
likelihood. Chosen by cross-validation over merchants."""
MOST_STEPS = 120

_OPTIONS, _SUMS = len(OPTION_FEATURES), len(SUM_FEATURES)
_RIDGE = np.concatenate(
    (
        np.full(_OPTIONS, SHARED_RIDGE),
        np.full(_OPTIONS * len(JUDGED), OWN_RIDGE),
        np.full(_SUMS, SUM_RIDGE),
    )
)


@dataclass(frozen=True, slots=True)
class Trial:
    """The likeliest assignments of a receipt.

    Attributes:
        options: of each label of ``JUDGED`` the features of its options.
        places: the place of each assignment's options among these: shape (assignments, labels).
        sums: shape (assignments, ``SUM_FEATURES``).
        right: whether they may be right.
    """

    options: Sequence[Floats]
    places: NDArray[np.intp]
    sums: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: float


@dataclass(frozen=True, slots=True)
class _Batch:
    """The trials of many receipts, one after the other.

    Attributes:
        options: of each label the features of all its options.
        places: the options of each assignment among these.
        starts: the first assignment of each receipt.
        receipt: the number of each assignment's receipt.
    """

    options: Sequence[Floats]
    places: NDArray[np.intp]
    sums: NDArray[np.float32]
    right: NDArray[np.bool_]
    weights: Floats
    starts: NDArray[np.intp]
    receipt: NDArray[np.intp]

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> _Batch:
        sizes = np.array([len(one.right) for one in trials])
        counts = np.array([[len(rows) for rows in one.options] for one in trials])
        first = np.cumsum(counts, axis=0) - counts
        return cls(
            options=[
                np.concatenate([one.options[n] for one in trials]) for n in range(len(JUDGED))
            ],
            places=np.concatenate(
                [one.places + own for one, own in zip(trials, first, strict=True)]
            ),
            sums=np.concatenate([one.sums for one in trials]),
            right=np.concatenate([one.right for one in trials]),
            weights=np.array([one.weight for one in trials]),
            starts=np.cumsum(sizes) - sizes,
            receipt=np.repeat(np.arange(len(trials)), sizes),
        )

    def surprise(self, weights: Weights) -> tuple[float, Floats]:
        """The negative log likelihood and its gradient, in the order of ``_vector``."""
        by_label = [
            rows @ weights.options[label] for label, rows in zip(JUDGED, self.options, strict=True)
        ]
        scores = self.sums @ weights.sums
        for number, own in enumerate(by_label):
            scores = scores + own[self.places[:, number]]
        every, log_every = self._softmax(scores)
        right, log_right = self._softmax(np.where(self.right, scores, -np.inf))
        given = (every - right) * self.weights[self.receipt]
        slopes = [
            np.bincount(self.places[:, n], given, len(rows)) @ rows
            for n, rows in enumerate(self.options)
        ]
        slope = np.concatenate((np.sum(slopes, axis=0), *slopes, given @ self.sums))
        return float(self.weights @ (log_every - log_right)), slope

    def _softmax(self, scores: Floats) -> tuple[Floats, Floats]:
        """Of each assignment its share within its receipt, and of each receipt the log of the sum
        of its odds."""
        most = np.maximum.reduceat(scores, self.starts)
        odds = np.exp(scores - most[self.receipt])
        whole = np.add.reduceat(odds, self.starts)
        return odds / whole[self.receipt], np.log(whole) + most


def fit_trials(
    told: Sequence[Trial], prior: JudgementWeights, start: JudgementWeights, strength: float = 1.0
) -> JudgementWeights:
    """The weights by which what may be right is likeliest among what was tried.

    Args:
        told: at least one.
        prior, strength: as ``fit``.

    Raises:
        ConfigError: SciPy is not installed.
    """
    with needs("the fit needs SciPy", "evaluate"):
        from scipy.optimize import minimize

    batch = _Batch.of(told)
    held, ridge = _vector(prior), strength * _RIDGE

    def loss(vector: Floats) -> tuple[float, Floats]:
        value, slope = batch.surprise(_weights(vector))
        away = vector - held
        return value + 0.5 * float(ridge @ away**2), slope + ridge * away

    found = minimize(
        loss, _vector(start), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}
    )
    shared, own, sums = _parts(found.x)
    return JudgementWeights.of_arrays(shared, dict(zip(JUDGED, own, strict=True)), sums)


def _parts(vector: Floats) -> tuple[Floats, Floats, Floats]:
    """Shared weights, each label's own, those of the sums."""
    shared, own, sums = np.split(vector, (_OPTIONS, _OPTIONS * (len(JUDGED) + 1)))
    return shared, own.reshape(len(JUDGED), _OPTIONS), sums


def _weights(vector: Floats) -> Weights:
    shared, own, sums = _parts(vector)
    return Weights(dict(zip(JUDGED, shared + own, strict=True)), sums)


def _vector(given: JudgementWeights) -> Floats:
    own = [
        [given.own.get(label, {}).get(name, 0.0) for name in OPTION_FEATURES] for label in JUDGED
    ]
    shared = [given.options.get(name, 0.0) for name in OPTION_FEATURES]
    sums = [given.sums.get(name, 0.0) for name in SUM_FEATURES]
    return np.concatenate((shared, *own, sums))
