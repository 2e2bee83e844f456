"""Fitted weights that turn evidence into probabilities; ``scripts/fit_separation`` fits them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

Weights = Mapping[str, float]
"""Weight of each kind of evidence, by name; ``offset`` is added."""

ACROSS: Final = "cut across the text"
ALONG: Final = "cut along the text"
CONTINUATION: Final = "continuation"
WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@cache
def weights_of(model: str) -> Weights:
    """The weights of one of the models."""
    read: Weights = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))[model]
    return read


def probability(model: str, evidence: Mapping[str, float]) -> float:
    """What the weights make of the evidence, 0 to 1; evidence that is absent counts nothing."""
    weights = weights_of(model)
    total = weights["offset"] + sum(
        value * weights.get(name, 0.0) for name, value in evidence.items()
    )
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, total))))
