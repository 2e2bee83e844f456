"""Names of people by country, from Faker's word lists."""

from __future__ import annotations

import random
from functools import cache

from faker.config import AVAILABLE_LOCALES
from faker.factory import Factory

# Countries whose people Faker does not know, or writes in another script.
_NEIGHBOURS = {"en_MY": "en_PH", "en_SG": "en_IN", "ja_JP": "en_US", "nl_BE": "nl_NL"}
_NAMES = 150


def surname(rng: random.Random, locale: str) -> str:
    return rng.choice(_surnames(locale))


def given_name(rng: random.Random, locale: str) -> str:
    return rng.choice(_given_names(locale))


@cache
def _surnames(locale: str) -> tuple[str, ...]:
    generator = _generator(locale)
    return tuple(generator.last_name() for _ in range(_NAMES))


@cache
def _given_names(locale: str) -> tuple[str, ...]:
    generator = _generator(locale)
    return tuple(generator.first_name() for _ in range(_NAMES))


def _generator(locale: str):  # type: ignore[no-untyped-def]
    known = _NEIGHBOURS.get(locale, locale)
    generator = Factory.create(known if known in AVAILABLE_LOCALES else "en_US")
    generator.seed_instance(0)
    return generator
