"""Find names of brands at the top of a page, with the evidence that they are the merchant's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.merchant.category_model import known_words, words_of
from pipeline.assembly.merchant.near_names import LOOKS_ALIKE, near_names
from pipeline.assembly.readings import joined_readings
from pipeline.document import Page, Token
from pipeline.text_lines.key_words import key_words
from pipeline.world.brands import Brand, brands_by_key, name_key

_LONGEST = 6  # words of a brand's name
_WITHOUT_NAME = 3  # lines from the top that are searched if the page has no merchant's name
_BELOW = 2  # lines below the name that may name the brand: "Licensee of McDonald's"
_EXACT_BELOW = 4  # letters: a shorter name must be all that is there, and read as it is


@dataclass(frozen=True, slots=True)
class BrandMatch:
    """A name of brands on the page.

    Attributes:
        brands: called so, as far as they are in the page's country.
        tokens: those that hold the name.
        read_as: the probability of the reading that the name is; 1 if the tokens have only one.
        evidence: for its being the merchant's, by name.
    """

    brands: tuple[Brand, ...]
    tokens: tuple[int, ...]
    read_as: float
    evidence: Mapping[str, float]


def brand_matches(page: Page, name: Sequence[int], country: str | None) -> list[BrandMatch]:
    """The names of brands in the merchant's name and in the lines around it.

    Args:
        name: the tokens of the merchant's name, ascending; none if it was not found.
        country: of the page, if known: brands that are not there are left out.
    """
    return [
        match
        for part in _parts(page, name)
        for match in _matches(part, page.tokens, set(part) <= set(name), country)
    ]


def _parts(page: Page, name: Sequence[int]) -> Sequence[Sequence[int]]:
    """The name, and each line from the top to a few below it, as indices of tokens."""
    lines = page.lines()
    if not name:
        return lines[:_WITHOUT_NAME]
    own = set(name)
    last = max(number for number, line in enumerate(lines) if own & set(line))
    others = [[token for token in line if token not in own] for line in lines[: last + 1 + _BELOW]]
    return [name, *filter(None, others)]


def _matches(
    part: Sequence[int], tokens: Sequence[Token], is_name: bool, country: str | None
) -> Iterator[BrandMatch]:
    letters = sum(_letters(tokens[token].text) for token in part)
    for start in range(len(part)):
        for end in range(start + 1, min(start + _LONGEST, len(part)) + 1):
            run = part[start:end]
            own = sum(_letters(tokens[token].text) for token in run)
            covered = min(1.0, own / letters) if letters else 1.0
            words = [tokens[token] for token in run]
            for key, edits, probability in _names(words, may_differ=is_name and start == 0):
                if len(key) < _EXACT_BELOW and (covered < 1 or edits or probability < 1):
                    continue
                if brands := _of_country(brands_by_key()[key], country):
                    evidence = {
                        "letters": math.log2(len(key)),
                        "edits": edits / len(key),
                        "others": 1 - covered,
                        "after others": float(start > 0),
                        "beside the name": float(not is_name),
                        "of the country": float(any(country in one.countries for one in brands)),
                        "another name": float(not any(_is_own(key, one) for one in brands)),
                        "common words": float(_are_common(words)),
                    }
                    yield BrandMatch(brands, tuple(run), probability, evidence)


def _names(words: Sequence[Token], may_differ: bool) -> Iterator[tuple[str, float, float]]:
    """Keys of names that the words may be: with the number of edits, and the probability of what
    they were read as. Names that differ from what was read only if none is what was read; their
    probability is that of a misreading, of which look-alikes need no other sign."""
    read = " ".join(word.text for word in words)
    possible = {one.text: one.probability for one in joined_readings(words)} or {read: 1.0}
    known = {
        key: probability
        for text, probability in possible.items()
        if (key := name_key(text)) in brands_by_key()
    }
    yield from ((key, 0.0, probability) for key, probability in known.items())
    if may_differ and not known:
        as_read = possible.get(read, 1.0) * _confidence(words)
        for key, edits in near_names(name_key(read)):
            yield key, edits, 1.0 if edits == LOOKS_ALIKE else 1 - as_read


def _confidence(words: Sequence[Token]) -> float:
    """That of the words for which the recogniser held nothing else possible."""
    return math.prod(word.confidence for word in words if not word.readings)


def _of_country(brands: Sequence[Brand], country: str | None) -> tuple[Brand, ...]:
    return tuple(brand for brand in brands if country is None or brand.is_in(country))


def _is_own(key: str, brand: Brand) -> bool:
    return any(name_key(name) == key for name in brand.names)


def _are_common(words: Sequence[Token]) -> bool:
    """Whether they are words for goods and trades, such as CASA or HOME: others are called so."""
    return words_of(word.text for word in words) <= known_words()


def _letters(word: str) -> int:
    """How many letters speak for another name: none of numbers and legal forms."""
    if any(character.isdigit() for character in word) or key_words().legal_form.fullmatch(word):
        return 0
    return sum(character.isalpha() for character in word)
