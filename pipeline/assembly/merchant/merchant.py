"""Brand and category of the merchant, as fields of the record."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.items.cells import DESCRIPTION
from pipeline.assembly.merchant.brand import MerchantBrand, brand_weights, find_brand
from pipeline.assembly.merchant.category_model import (
    OF_BRAND,
    OF_NAME,
    category_evidence,
    known_words,
    probabilities,
    support,
    words_of,
)
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.categories import Category
from pipeline.document import Box, Page
from pipeline.receipt import Field

_TELLING = 3  # words that the category's text names


@dataclass(frozen=True, slots=True)
class MerchantFields:
    """What was derived, ``None`` where there is nothing to derive it from."""

    brand: Field[str] | None
    category: Field[Category] | None


def merchant_fields(tagged: TaggedPage, name: Candidate | None) -> MerchantFields:
    """Brand and category of the merchant with this name, or of one whose name was not found.

    Returns:
        The brand's text is what names it on the page. The category's is the words that speak most
        for it, or the brand's name; it has no boxes, since it is derived.
    """
    labels = {label for column, label in tagged.columns().items() if column == DESCRIPTION}
    items = [token for span in tagged.spans if span.label in labels for token in span.tokens]
    tokens = () if name is None else name.span.tokens
    return derive(tagged.page, tokens, items, tagged.conventions.country)


def derive(
    page: Page, name: Sequence[int], items: Sequence[int], country: str | None
) -> MerchantFields:
    """As ``merchant_fields``, from the tokens of the name and of the items' descriptions.

    Args:
        name: ascending; none if it was not found.
        country: of the page, if known.
    """
    texts = [token.text for token in page.tokens]
    own, bought = [texts[token] for token in name], [texts[token] for token in items]
    words = category_evidence(texts, own, bought, {}, known_words())
    brand = find_brand(page, name, country, probabilities(words), brand_weights())
    shares = {} if brand is None else brand.shares()
    evidence = category_evidence(texts, own, bought, shares, known_words())
    return MerchantFields(_brand_field(brand, page), _category_field(evidence, brand, page))


def _brand_field(brand: MerchantBrand | None, page: Page) -> Field[str] | None:
    if brand is None:
        return None
    return Field[str](
        value=brand.name,
        text=" ".join(page.tokens[token].text for token in brand.tokens),
        confidence=brand.probability,
        boxes=[box.as_tuple() for box in _boxes(brand.tokens, page)],
    )


def _boxes(tokens: Sequence[int], page: Page) -> list[Box]:
    """One a text line, around its tokens."""
    by_line: dict[int, list[Box]] = {}
    for token in tokens:
        by_line.setdefault(page.tokens[token].line, []).append(page.tokens[token].box)
    return [Box.union(boxes) for boxes in by_line.values()]


def _category_field(
    evidence: Mapping[str, float], brand: MerchantBrand | None, page: Page
) -> Field[Category] | None:
    if not evidence:
        return None
    found = probabilities(evidence)
    category = max(found, key=lambda one: found[one])
    return Field[Category](
        value=category,
        text=_telling(support(evidence, category), brand, page),
        confidence=found[category],
        boxes=[],
    )


def _telling(supports: Mapping[str, float], brand: MerchantBrand | None, page: Page) -> str:
    """The words on the page that speak most for the category, in their order there."""
    strongest = heapq.nlargest(_TELLING, supports, key=lambda name: supports[name])
    words = {name.removeprefix(OF_NAME) for name in strongest if supports[name] > 0}
    of_brand = brand.tokens if brand and any(name.startswith(OF_BRAND) for name in words) else ()
    shown = dict.fromkeys(
        token.text
        for number, token in enumerate(page.tokens)
        if number in of_brand or words & words_of([token.text])
    )
    return " ".join(shown)
