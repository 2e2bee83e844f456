"""Logistic regression with sign constraints, with weights partly shared between fields."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.confidence.calibration import Weights
from pipeline.assembly.confidence.evidence import FEATURES
from pipeline.install import needs

Floats = NDArray[np.float64]

COMMON_RIDGE = 10.0
"""Ridge penalty on the weights that all fields share, for features scaled to unit spread; chosen
by cross-validation over the development receipts."""
OWN_RIDGE = 30.0
"""Ridge penalty on the distance of a field's own weights from the shared ones, likewise."""
OFFSET_RIDGE = 0.5
_CONSTANT = 1e-9  # a spread below this is rounding


def fit_weights(
    keys: Sequence[str], features: Floats, right: NDArray[np.bool_]
) -> tuple[Weights, dict[str, Weights]]:
    """The shared weights, and each field's own weights.

    Args:
        keys: of each value.
        features: shape (values, features), in the order of ``FEATURES``.
        right: of each value.

    Raises:
        ConfigError: SciPy is not installed.
    """
    spread = features.std(axis=0)
    scale = np.where(spread > _CONSTANT, spread, 1.0)
    scaled = features / scale
    # The ridge is on how far a scaled weight is from where it is held.
    common = _fit(scaled, right, np.zeros(len(scale) + 1), COMMON_RIDGE, 0.0)
    own = {}
    of_key = np.array(keys)
    for key in sorted(set(keys)):
        inside = of_key == key
        fitted = _fit(scaled[inside], right[inside], common, OWN_RIDGE, OFFSET_RIDGE)
        own[key] = _weights(fitted, scale)
    return _weights(common, scale), own


def _fit(
    scaled: Floats, right: NDArray[np.bool_], held: Floats, ridge: float, offset_ridge: float
) -> Floats:
    """Offset and weights, each weight with its feature's sign or zero."""
    with needs("calibration needs SciPy", "evaluate"):
        from scipy.optimize import minimize
    signs = np.where(right, 1.0, -1.0)
    held_by = np.array([offset_ridge, *[ridge] * scaled.shape[1]])

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = signs * (weights[0] + scaled @ weights[1:])
        pulls = -signs / (1 + np.exp(np.clip(margins, -500, 500)))
        gradient = np.array([pulls.sum(), *(scaled.T @ pulls)])
        away = weights - held
        value = np.logaddexp(0, -margins).sum() + 0.5 * float(held_by @ away**2)
        return float(value), gradient + held_by * away

    bounds = [(None, None), *(_side(sign) for sign in FEATURES.values())]
    found = minimize(loss, held, jac=True, bounds=bounds, method="L-BFGS-B")
    result: Floats = found.x
    return result


def _side(sign: int) -> tuple[float | None, float | None]:
    return (0.0 if sign > 0 else None, 0.0 if sign < 0 else None)


def _weights(fitted: Floats, scale: Floats) -> Weights:
    raw = fitted[1:] / scale
    return Weights(
        offset=round(float(fitted[0]), 4),
        of={
            name: round(float(weight), 4)
            for name, weight in zip(FEATURES, raw, strict=True)
            if abs(weight) >= 1e-4
        },
    )
