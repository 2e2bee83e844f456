"""What is sold, by trade and language, and what shops are called, read from YAML."""

from __future__ import annotations

import random
from functools import cache

from pipeline.data.synthetic.countries import choices, read_yaml

_NAMES = read_yaml("names.yaml")
FIRST = choices(_NAMES["first"])
SECOND: dict[str, tuple[str, ...]] = {
    kind: choices(text) for kind, text in _NAMES["second"].items()
}
KINDS = tuple(SECOND)
# How often each trade is drawn: people photograph meals and groceries most.
SHARES = {"restaurant": 7, "cafe": 3, "supermarket": 6, "fuel": 1.5, "hardware": 2}


def draw_kind(rng: random.Random) -> str:
    """A trade, the common ones more often."""
    return rng.choices(KINDS, weights=[SHARES.get(kind, 1) for kind in KINDS])[0]


@cache
def goods(kind: str, language: str) -> tuple[str, ...]:
    """What this trade sells, in this language where there are goods in it, else in English."""
    own = _goods_of(language).get(kind)
    return own or _goods_of("en")[kind]


@cache
def _goods_of(language: str) -> dict[str, tuple[str, ...]]:
    try:
        return {kind: choices(text) for kind, text in read_yaml(f"goods/{language}.yaml").items()}
    except FileNotFoundError:
        return {}
