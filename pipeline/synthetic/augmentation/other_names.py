"""Another merchant's name on an annotated page.

A few hundred real receipts name a few hundred merchants, and their words are soon known by heart.
With whole names of other receipts and of brands, anew in each epoch, the model learns where names
stand and what surrounds them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Token
from pipeline.labels import label_of
from pipeline.synthetic.augmentation.augment import Tagged
from pipeline.world.brands import brands

NAME = "merchant_name"
_LONGEST = 32  # characters of a brand's name; longer ones are mostly descriptions
_BRAND = 0.5  # of the new names; the others are those of annotated receipts


def names_of(pages: Iterable[AnnotatedPage]) -> tuple[str, ...]:
    """The different texts of the lines of the pages' merchant names."""
    found: dict[str, None] = {}
    for page in pages:
        for run in _runs(list(zip(page.page.tokens, page.tags, strict=True))):
            if _is_name(run):
                found[" ".join(token.text for token, _ in run)] = None
    return tuple(found)


def with_another_name(
    page: AnnotatedPage, names: Sequence[str], rng: random.Random
) -> AnnotatedPage:
    """The page with another name on each line of the merchant's name.

    The new words share the place of the old ones, wider or narrower by their letters, and are in
    capitals where the old ones were.

    Args:
        names: names of other receipts, from ``names_of``.
    """
    changed: list[Tagged] = []
    for run in _runs(list(zip(page.page.tokens, page.tags, strict=True))):
        changed += _renamed(run, _another(names, rng)) if _is_name(run) else run
    if not changed:
        return page
    tokens, tags = zip(*changed, strict=True)
    return replace(page, page=replace(page.page, tokens=tokens), tags=tags)


def _runs(tagged: Sequence[Tagged]) -> Iterable[list[Tagged]]:
    """Neighbouring tokens of one line and label; a tag ``B-`` begins a run of its own."""
    begun = 0

    def key(one: Tagged) -> tuple[int, str | None, int]:
        nonlocal begun
        token, tag = one
        begun += tag.startswith("B-")
        return token.line, label_of(tag), begun

    for _, run in groupby(tagged, key):
        yield list(run)


def _is_name(run: Sequence[Tagged]) -> bool:
    return label_of(run[0][1]) == NAME


def _another(names: Sequence[str], rng: random.Random) -> str:
    return rng.choice(_brand_names() if not names or rng.random() < _BRAND else names)


@cache
def _brand_names() -> tuple[str, ...]:
    names = (name for brand in brands() for name in brand.names)
    return tuple(dict.fromkeys(n for n in names if n.isascii() and len(n) <= _LONGEST))


def _renamed(run: Sequence[Tagged], name: str) -> list[Tagged]:
    old = [token for token, _ in run]
    if all(token.text.upper() == token.text for token in old):
        name = name.upper()
    words = name.split()
    places = _places(Box.union(token.box for token in old), old, words)
    tags = [run[0][1], *[f"I-{NAME}"] * (len(words) - 1)]
    return [
        (replace(old[0], text=word, box=place, readings=()), tag)
        for word, place, tag in zip(words, places, tags, strict=True)
    ]


def _places(around: Box, old: Sequence[Token], words: Sequence[str]) -> list[Box]:
    """A box for each word inside ``around``: as wide a letter as before if they fit, centred."""
    letters = len(" ".join(words))
    before = len(" ".join(token.text for token in old))
    step = around.width / max(letters, before)
    left = around.x0 + (around.width - step * letters) / 2
    places = []
    for word in words:
        right = left + step * len(word)
        places.append(Box(left, around.y0, right, around.y1))
        left = right + step
    return places
