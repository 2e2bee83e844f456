"""A log-linear model of the category: words that speak for or against each, and the brand.

``category_weights.tsv`` holds a row for each piece of evidence with a weight for each category, and
is written by ``scripts/fit_merchant``. Its words are those of the receipt printer's lists, hence in
general use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from pipeline.accents import plain_capitals
from pipeline.categories import Category

WEIGHTS_FILE = Path(__file__).with_name("category_weights.tsv")
OFFSET = "offset"
OF_BRAND = "brand: "
"""Before a category that the merchant's brand is of."""
OF_NAME = "name: "
"""Before a word of the merchant's name."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_ELSEWHERE = 0.3  # of a word that is neither in the name nor in an item

Weights = Mapping[str, tuple[float, ...]]


def words_of(texts: Iterable[str]) -> set[str]:
    """The words in capitals without accents, of at least three letters."""
    return {word for text in texts for word in _WORD.findall(plain_capitals(text))}


def category_evidence(
    page: Iterable[str],
    name: Iterable[str],
    items: Iterable[str],
    brand: Mapping[Category, float],
    known: Collection[str],
) -> dict[str, float]:
    """What speaks for a category, with its strength.

    Args:
        page: all texts of the page.
        name: those of the merchant's name.
        items: those that describe what was bought.
        brand: probabilities of the categories that the merchant's brand has.
        known: words that have weights; others are left out.

    A page with many words gives each less strength.
    """
    own = words_of(name)
    telling = own | words_of(items)
    everywhere = sorted(words_of(page) | telling)  # in an order that does not change between runs
    words = {word: 1.0 if word in telling else _ELSEWHERE for word in everywhere}
    words = {word: strength for word, strength in words.items() if word in known}
    length = math.sqrt(sum(strength * strength for strength in words.values())) or 1.0
    named = [word for word in sorted(own) if word in known]
    return {
        **{word: strength / math.sqrt(length) for word, strength in words.items()},
        **{OF_NAME + word: 1 / math.sqrt(len(named)) for word in named},
        **{OF_BRAND + category: probability for category, probability in brand.items()},
    }


def probabilities(evidence: Mapping[str, float]) -> dict[Category, float]:
    """The probability of each category; they sum to 1."""
    weights = category_weights()
    sums = list(weights[OFFSET])
    for name, strength in evidence.items():
        for place, weight in enumerate(weights.get(name, ())):
            sums[place] += weight * strength
    highest = max(sums)
    shares = [math.exp(one - highest) for one in sums]
    return {category: share / sum(shares) for category, share in zip(Category, shares, strict=True)}


def support(evidence: Mapping[str, float], category: Category) -> dict[str, float]:
    """How much each piece of evidence speaks for the category, against the mean of all."""
    weights = category_weights()
    place = list(Category).index(category)
    return {
        name: strength * (weights[name][place] - sum(weights[name]) / len(weights[name]))
        for name, strength in evidence.items()
        if name in weights
    }


@cache
def category_weights() -> Weights:
    """The weights of each piece of evidence, in the order of ``Category``."""
    rows = WEIGHTS_FILE.read_text(encoding="utf-8").splitlines()
    order = [rows[0].split("\t").index(category) for category in Category]
    cells = (row.split("\t") for row in rows[1:])
    return {row[0]: tuple(float(row[place] or 0) for place in order) for row in cells}


@cache
def known_words() -> frozenset[str]:
    """The words that have weights, on the page or in the name."""
    return frozenset(name.removeprefix(OF_NAME) for name in category_weights())
