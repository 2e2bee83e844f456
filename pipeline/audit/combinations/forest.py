"""An isolation forest: how few random cuts set a receipt apart from all others.

Scikit-learn fits it; a receipt at a time is scored here, which takes a fraction of the time.

Source: F. T. Liu, K. M. Ting and Z.-H. Zhou, "Isolation Forest", ICDM 2008.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.install import needs

_TREES, _RECEIPTS = 200, 256  # receipts that each tree is fitted to
_LEAF = -1


@dataclass(frozen=True, slots=True)
class Forest:
    """A fitted forest: at node n of a tree go left if the column is at most the threshold.

    Attributes:
        columns: trees x nodes; -1 at leaves. The other arrays of nodes likewise.
        depths: of the leaves, with what the receipts in them would need further.
        filled: the usual value of each column, for missing ones.
        usual: the median score of the receipts that it is fitted to; ``high`` is passed by one
            in ten of them.
    """

    columns: NDArray[np.intp]
    thresholds: NDArray[np.float64]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    depths: NDArray[np.float64]
    filled: NDArray[np.float64]
    usual: float = 0.0
    high: float = 1.0

    def score(self, row: NDArray[np.float64]) -> float:
        """0 to 1, higher for rows that are sooner set apart; ``nan`` is filled."""
        # Single precision, as scikit-learn compares.
        values = np.where(np.isfinite(row), row, self.filled).astype(np.float32)
        trees = np.arange(len(self.columns))
        at = np.zeros(len(trees), dtype=np.intp)
        while (column := self.columns[trees, at]).max() != _LEAF:
            goes_left = values[np.maximum(column, 0)] <= self.thresholds[trees, at]
            further = np.where(goes_left, self.left[trees, at], self.right[trees, at])
            at = np.where(column == _LEAF, at, further)
        return float(2 ** (-self.depths[trees, at].mean() / _usual_depth(_RECEIPTS)))

    def distance(self, row: NDArray[np.float64]) -> float:
        """How far the score is above the median, in distances from there to the highest tenth."""
        return (self.score(row) - self.usual) / max(self.high - self.usual, 1e-6)


def fitted_forest(rows: NDArray[np.float64]) -> Forest:
    """The forest of a sample: receipts x columns, ``nan`` where a value is missing.

    Raises:
        ConfigError: scikit-learn is not installed.
    """
    with needs("unusual combinations", "anomalies"):
        from sklearn.ensemble import IsolationForest

    known = np.isfinite(rows)
    filled = np.array(
        [
            np.median(rows[known[:, at], at]) if known[:, at].any() else 0.0
            for at in range(rows.shape[1])
        ]
    )
    complete = np.where(known, rows, filled)
    fitted = IsolationForest(n_estimators=_TREES, max_samples=_RECEIPTS, random_state=0)
    trees = [one.tree_ for one in fitted.fit(complete).estimators_]
    most = max(tree.node_count for tree in trees)
    forest = Forest(
        np.stack([_padded(np.where(t.children_left < 0, _LEAF, t.feature), most) for t in trees]),
        np.stack([_padded(tree.threshold, most) for tree in trees]),
        np.stack([_padded(tree.children_left, most) for tree in trees]),
        np.stack([_padded(tree.children_right, most) for tree in trees]),
        np.stack([_padded(_depths(tree), most) for tree in trees]),
        filled,
    )
    scores = [forest.score(row) for row in complete]
    usual, high = np.percentile(scores, (50, 90))
    return replace(forest, usual=float(usual), high=float(high))


def _depths(tree: Any) -> NDArray[np.float64]:
    """Of each node: the cuts before it, and the usual number that its receipts would need."""
    found = np.zeros(tree.node_count)
    for node in range(tree.node_count):  # parents come before their children
        for child in (tree.children_left[node], tree.children_right[node]):
            if child > 0:
                found[child] = found[node] + 1
    further = [_usual_depth(int(count)) for count in tree.n_node_samples]
    depths: NDArray[np.float64] = found + np.array(further)
    return depths


def _usual_depth(count: int) -> float:
    """The usual number of cuts that set one of so many apart, as of a search tree."""
    if count <= 2:
        return float(max(count - 1, 0))
    return 2 * (float(np.log(count - 1)) + float(np.euler_gamma)) - 2 * (count - 1) / count


def _padded(values: NDArray[Any], length: int) -> NDArray[Any]:
    return np.pad(values, (0, length - len(values)), constant_values=_LEAF)
