"""How likely two receipts that are compared are the same purchase: fitted weights.

`scripts/fit_duplicates` fits them on piles of drawn receipts and writes `weights.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FILE = "weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model.

    Attributes:
        weights: by feature.
        threshold: the least probability at which a pair is reported.
    """

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, evidence: Mapping[str, float]) -> float:
        score = self.bias + sum(
            self.weights.get(name, 0.0) * value for name, value in evidence.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def fitted_weights() -> Weights:
    """The packaged weights."""
    text = files("pipeline.audit.duplicates").joinpath(FILE).read_text(encoding="utf-8")
    plain = json.loads(text)
    return Weights(plain["bias"], plain["weights"], plain["threshold"])
