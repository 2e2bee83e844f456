"""Products and shop names by trade and language, read from YAML."""

from __future__ import annotations

import random
from functools import cache

from pipeline.synthetic.content.printing_locales import read_yaml
from pipeline.world.files import choices

_NAMES = read_yaml("names.yaml")
KINDS: tuple[str, ...] = tuple(_NAMES["second"])
# How often each trade is drawn: people photograph meals and groceries most.
SHARES = {"restaurant": 7, "cafe": 3, "supermarket": 6, "fuel": 1.5, "hardware": 2}
SHARES |= {"flight": 0.4, "telecom": 0.6, "cinema": 0.7}


def draw_kind(rng: random.Random) -> str:
    """A trade, the common ones more often."""
    return rng.choices(KINDS, weights=[SHARES.get(kind, 1) for kind in KINDS])[0]


@cache
def goods(kind: str, language: str) -> tuple[str, ...]:
    """The products of this trade in this language, or in English if there are none."""
    own = _lists_of("goods", language).get(kind)
    return own or _lists_of("goods", "en")[kind]


@cache
def lines(key: str, language: str) -> tuple[str, ...]:
    """Lines or key words that only some receipts have, in this language or else in English."""
    own = _lists_of("lines", language).get(key)
    return own or _lists_of("lines", "en")[key]


@cache
def _lists_of(folder: str, language: str) -> dict[str, tuple[str, ...]]:
    try:
        return {key: choices(text) for key, text in read_yaml(f"{folder}/{language}.yaml").items()}
    except FileNotFoundError:
        return {}


@cache
def first_names(language: str) -> tuple[str, ...]:
    """The first words of merchant names in this language, its own as often as all others."""
    return _own_as_often(_NAMES["first"], language)


@cache
def second_names(kind: str, language: str) -> tuple[str, ...]:
    """The second words of names of this trade's merchants in this language."""
    return _own_as_often({**_NAMES["second"], **_NAMES["second_of_tickets"]}[kind], language)


@cache
def branches(language: str) -> tuple[str, ...]:
    """Patterns of a line that names a branch: ``{n}`` is its number, ``{city}`` a place."""
    return _own_as_often(_NAMES["branch"], language)


@cache
def runners(language: str) -> tuple[str, ...]:
    """Patterns of a line that names the ``{firm}`` behind a brand."""
    return _own_as_often(_NAMES["run_by"], language)


@cache
def firm_names(language: str) -> tuple[str, ...]:
    """Patterns of a firm's name: ``{name}`` is the trading name, ``{legal}`` the legal form."""
    return _own_as_often(_NAMES["firm"], language)


@cache
def activities(language: str) -> tuple[str, ...]:
    """What firms of any trade do, as their names say it."""
    return _own_as_often(_NAMES["activity"], language)


def _own_as_often(by_language: dict[str, str], language: str) -> tuple[str, ...]:
    own, common = choices(by_language.get(language, "")), choices(by_language["any"])
    return own * max(1, 2 * len(common) // len(own)) + common if own else common
