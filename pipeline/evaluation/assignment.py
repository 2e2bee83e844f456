"""Maximum one-to-one matching."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.install import needs


def most_pairs(matches: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """A one-to-one matching of rows and columns with as many matching pairs as possible.

    Args:
        matches: shape (rows, columns); which may be paired.

    Raises:
        ConfigError: SciPy is not installed.
    """
    return best_pairs(matches.astype(float))


def best_pairs(likeness: NDArray[np.float64]) -> list[tuple[int, int]]:
    """A one-to-one matching of rows and columns with the largest total similarity.

    Args:
        likeness: shape (rows, columns), 0 or more; those that are not alike at all (0) are
            not paired.

    Raises:
        ConfigError: SciPy is not installed.
    """
    with needs("matching line items and boxes needs SciPy", "evaluate"):
        from scipy.optimize import linear_sum_assignment
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in pairs if likeness[row, column]]
