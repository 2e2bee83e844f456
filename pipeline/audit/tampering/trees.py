"""Boosted trees with fitted weights, from JSON: the probability that a digit was changed.

`scripts/fit_tampering` fits them and writes `trees.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.tampering.evidence import FEATURES

FILE = "trees.json"
_LEAF = -1


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of decisions: at node n go left if the feature is at most the threshold.

    Attributes:
        features: the column of each node's feature; -1 at leaves.
        values: of the leaves, in log-odds.
    """

    features: NDArray[np.intp]
    thresholds: NDArray[np.float64]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    values: NDArray[np.float64]

    def predicted(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The value of the leaf that each row comes to."""
        at = np.zeros(len(rows), dtype=np.intp)
        while (moving := self.features[at] != _LEAF).any():
            here = at[moving]
            goes_left = rows[moving, self.features[here]] <= self.thresholds[here]
            at[moving] = np.where(goes_left, self.left[here], self.right[here])
        return self.values[at]


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted model.

    Attributes:
        bias: in log-odds.
        threshold: the least score of a receipt's highest digit at which it is reported.
        slope, offset: from that score to the log-odds that the digit was changed, at the share
            of changed receipts in use.
    """

    trees: tuple[Tree, ...]
    bias: float
    threshold: float
    slope: float
    offset: float

    def scores(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The score of each digit, in log-odds of the receipts that it was fitted to."""
        return self.bias + sum(
            (tree.predicted(features) for tree in self.trees), np.zeros(len(features))
        )

    def probability(self, score: float) -> float:
        """That the digit with the receipt's highest score was changed."""
        odds = self.slope * score + self.offset
        return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


@cache
def fitted_model() -> Model:
    """The packaged model."""
    text = files("pipeline.audit.tampering").joinpath(FILE).read_text(encoding="utf-8")
    return model_of(json.loads(text))


def model_of(plain: dict[str, Any]) -> Model:
    """The model of its JSON form: features by name, so that their order is free."""
    columns = [FEATURES.index(name) for name in plain["features"]]
    return Model(
        tuple(_tree(one, columns) for one in plain["trees"]),
        plain["bias"],
        plain["threshold"],
        plain["slope"],
        plain["offset"],
    )


def _tree(plain: dict[str, Any], columns: Sequence[int]) -> Tree:
    return Tree(
        np.array([_LEAF if one == _LEAF else columns[one] for one in plain["feature"]]),
        np.array(plain["threshold"], dtype=np.float64),
        np.array(plain["left"]),
        np.array(plain["right"]),
        np.array(plain["value"], dtype=np.float64),
    )
