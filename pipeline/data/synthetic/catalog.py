"""What is sold, by trade and language, and what shops are called, read from YAML."""

from __future__ import annotations

from functools import cache

from pipeline.data.synthetic.countries import choices, read_yaml

_NAMES = read_yaml("names.yaml")
FIRST = choices(_NAMES["first"])
SECOND = {kind: choices(text) for kind, text in _NAMES["second"].items()}
KINDS = tuple(SECOND)


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
