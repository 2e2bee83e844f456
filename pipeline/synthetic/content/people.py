"""Names of people by country, from Faker's word lists or our own where it has none."""

from __future__ import annotations

import random
from functools import cache

from faker import Faker
from faker.config import AVAILABLE_LOCALES

from pipeline.synthetic.content.printing_locales import read_yaml
from pipeline.world.files import choices

_OWN = read_yaml("people.yaml")
_NAMES = 150  # of each kind, drawn once


def surname(rng: random.Random, locale: str) -> str:
    """A family name of this country."""
    return rng.choice(_surnames(locale))


def given_name(rng: random.Random, locale: str) -> str:
    """A given name of this country, or what its tills print instead."""
    return rng.choice(_given_names(locale))


@cache
def _surnames(locale: str) -> tuple[str, ...]:
    if own := choices(_OWN["surnames"].get(locale, "")):
        return own
    generator = _generator(locale)
    return tuple(generator.last_name() for _ in range(_NAMES))


@cache
def _given_names(locale: str) -> tuple[str, ...]:
    if own := choices(_OWN["given"].get(locale, "")):
        return own
    generator = _generator(locale)
    return tuple(generator.first_name() for _ in range(_NAMES))


def _generator(locale: str) -> Faker:
    # Loading all of Faker's providers takes a tenth of a second a locale.
    known = locale if locale in AVAILABLE_LOCALES else "en_US"
    generator = Faker(known, providers=["faker.providers.person"])
    generator.seed_instance(0)
    return generator
