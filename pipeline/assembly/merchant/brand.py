"""The brand that the merchant belongs to."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.assembly.merchant.brand_matches import BrandMatch, brand_matches
from pipeline.assembly.merchant.category_model import probabilities
from pipeline.categories import Category
from pipeline.document import Page
from pipeline.world.brands import Brand
from pipeline.world.trades import trades

WEIGHTS_FILE = Path(__file__).with_name("brand_weights.json")
_MOST = 20.0  # that words count for or against a brand
_LEAST = 0.5  # probability of a brand that is reported


@dataclass(frozen=True, slots=True)
class MerchantBrand:
    """The brand of a merchant.

    Attributes:
        name: as the brand writes itself.
        probability: that the merchant is of the brand, 0 to 1.
        tokens: those that show it.
        categories: what it sells in the page's country, as far as known.
    """

    name: str
    probability: float
    tokens: tuple[int, ...]
    categories: frozenset[Category]

    def shares(self) -> dict[Category, float]:
        """The probability of each of its categories, of which nothing says which it is."""
        return dict.fromkeys(sorted(self.categories), self.probability / len(self.categories))


def find_brand(
    page: Page,
    name: Sequence[int],
    country: str | None,
    by_words: Mapping[Category, float],
    weights: Mapping[str, float],
) -> MerchantBrand | None:
    """The likeliest brand that is likelier than not, ``None`` if there is none.

    Args:
        name: the tokens of the merchant's name, ascending; none if it was not found.
        country: ISO 3166 code of the page's country, ``None`` if it is not known.
        by_words: probabilities of the categories by the page's words alone.
        weights: of the evidence.
    """
    found = [
        (match, _probability(match, by_words, weights))
        for match in brand_matches(page, name, country)
    ]
    match, likely = max(found, key=lambda one: one[1], default=(None, 0.0))
    if match is None or likely < _LEAST:
        return None
    own = [one for one in match.brands if one.name == _name(match, country)]
    return MerchantBrand(own[0].name, likely, match.tokens, categories_of(own))


def categories_of(brands: Sequence[Brand]) -> frozenset[Category]:
    """The categories of brands."""
    return frozenset(trades()[brand.trade].category for brand in brands)


def full_evidence(match: BrandMatch, by_words: Mapping[Category, float]) -> dict[str, float]:
    """The match's evidence, and how much likelier the page's words make what the brand sells."""
    without_words = probabilities({})
    categories = sorted(categories_of(match.brands))
    ratio = sum(by_words[one] for one in categories) / sum(without_words[one] for one in categories)
    return {**match.evidence, "words agree": math.log(min(max(ratio, 1 / _MOST), _MOST))}


def _probability(
    match: BrandMatch, by_words: Mapping[Category, float], weights: Mapping[str, float]
) -> float:
    """The probability that the merchant is of the brand.

    The name's being another reading than the likeliest counts as that reading's probability does.
    """
    odds = weights["offset"] + sum(
        weights[name] * value for name, value in full_evidence(match, by_words).items()
    )
    return match.read_as / (match.read_as + math.exp(-odds))


def _name(match: BrandMatch, country: str | None) -> str:
    """Of several brands of one name, the one that names the country."""
    return min(match.brands, key=lambda one: country not in one.countries).name


@cache
def brand_weights() -> Mapping[str, float]:
    """The fitted weights of the evidence."""
    read: Mapping[str, float] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return read
