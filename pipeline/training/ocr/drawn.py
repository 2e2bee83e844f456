"""Draw receipts whose lines train the recogniser: every typeface, printer and defect, real words,
and letters and currency signs that real receipts show too seldom."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pipeline.accents import without_accents
from pipeline.synthetic.drawn import DrawnReceipt, DrawnToken
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.picture.degrade import RECIPES, degrade
from pipeline.synthetic.picture.fonts import Typeface, typeface_for
from pipeline.synthetic.picture.render import RenderedReceipt, render

_RECIPES = ("scan", "worn_scan", "worn_scan", "photo", "crumpled_photo")
_STRENGTHS = (0.1, 0.9)


def draw(seed: int, rare: float, characters: Sequence[str]) -> RenderedReceipt:
    """A picture of one receipt and its words; the same arguments give the same one.

    Args:
        rare: the share of words, 0 to 1, in which a letter gets a random diacritic or a number a
            random currency sign.
        characters: those that the network knows.
    """
    rng = random.Random(f"{seed}/lines")
    drawn = with_rare_characters(draw_receipt(seed), rare, characters, rng)
    clean = render(drawn, seed, _typeface(drawn, characters, rng))
    return degrade(clean, seed, rng.uniform(*_STRENGTHS), RECIPES[rng.choice(_RECIPES)])


def with_rare_characters(
    drawn: DrawnReceipt, rare: float, characters: Sequence[str], rng: random.Random
) -> DrawnReceipt:
    """The receipt with other words at the same places; see ``draw``."""
    tokens = tuple(
        _with_rare(token, characters, rng) if rng.random() < rare else token
        for token in drawn.tokens
    )
    return replace(drawn, tokens=tokens)


def _typeface(drawn: DrawnReceipt, characters: Sequence[str], rng: random.Random) -> Typeface:
    """A typeface that has every printed character that the network knows, if there is one."""
    printed = {letter for token in drawn.tokens for letter in token.text} & set(characters)
    return typeface_for("".join(sorted(printed)), rng)


def _with_rare(token: DrawnToken, characters: Sequence[str], rng: random.Random) -> DrawnToken:
    text = token.text
    if any(letter.isdigit() for letter in text):
        signs = [sign for sign in characters if sign and unicodedata.category(sign[0]) == "Sc"]
        return replace(token, text=rng.choice(signs) + text.lstrip("".join(signs)))
    place = rng.randrange(len(text))
    others = [
        letter
        for letter in characters
        if letter.isalpha() and letter != text[place] and without_accents(letter) == text[place]
    ]
    if not others:
        return token
    return replace(token, text=text[:place] + rng.choice(others) + text[place + 1 :])
