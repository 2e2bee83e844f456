"""Files of several pages, made of receipts' words: a receipt that goes on over pages, with page
numbers, with its header on each page, and the terms of a shop on a page of their own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.document import Box, Page, Token

FEWEST = 6  # printed lines on a page
_TERMS = (
    "Terms and conditions",
    "1. Goods may be returned within 14 days if they are unused and",
    "in their original packaging. Please bring this receipt with you.",
    "2. Reduced goods, food and gift cards cannot be exchanged.",
    "3. The warranty covers faults of material and manufacture. It",
    "does not cover wear, wrong use or repairs by others.",
    "4. We are not liable for delays that are beyond our control.",
    "5. Your data are kept as long as the law asks for it. You may",
    "ask at any time what we store about you.",
    "6. The law of the country in which the shop is applies.",
    "Allgemeine Geschäftsbedingungen",
    "Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.",
    "Umtausch nur mit Kassenbon und in der Originalverpackung.",
    "Mängel sind unverzüglich anzuzeigen. Es gilt die gesetzliche",
    "Gewährleistung. Mündliche Abreden bestehen nicht.",
    "Conditions générales de vente",
    "Les articles soldés ne sont ni repris ni échangés.",
    "La garantie ne couvre pas l'usure normale du produit.",
    "Condiciones de venta",
    "No se admiten cambios sin el ticket de compra original.",
    "La empresa no se hace responsable de los objetos olvidados.",
)
_COUNTS = ("Page {} of {}", "Page {}/{}", "{}/{}", "Seite {} von {}", "Página {} de {}", "{} / {}")


def in_parts(page: Page, count: int, rng: random.Random) -> list[Page]:
    """The lines of a receipt on ``count`` pages, cut between two lines; empty if too short."""
    lines = sorted({token.line for token in page.tokens})
    spare = len(lines) - count * FEWEST
    if spare < 0:
        return []
    places = sorted(rng.randint(0, spare) for _ in range(count - 1))
    cuts = [0, *(place + FEWEST * (n + 1) for n, place in enumerate(places)), len(lines)]
    return [on_own_page(page, rng, set(lines[start:end])) for start, end in pairwise(cuts)]


def on_own_page(page: Page, rng: random.Random, lines: set[int] | None = None) -> Page:
    """The lines of a page on one of their own, with other margins above and below."""
    tokens = [token for token in page.tokens if lines is None or token.line in lines]
    top, bottom = min(t.box.y0 for t in tokens), max(t.box.y1 for t in tokens)
    above, below = (rng.uniform(0.01, 0.1) * page.height for _ in range(2))
    moved = tuple(replace(token, box=token.box.moved(0, above - top)) for token in tokens)
    return Page(page.width, round(bottom - top + above + below), moved)


def scaled_to(page: Page, width: int) -> Page:
    """The page as wide as another, as pages of one file mostly are."""
    scale = width / page.width
    tokens = tuple(replace(t, box=t.box.scaled(scale, scale)) for t in page.tokens)
    return Page(width, round(page.height * scale), tokens)


def with_header(header: Page, page: Page, count: int) -> Page:
    """A page with the first lines of another above its own, as invoices repeat them."""
    kept = sorted({token.line for token in header.tokens})[:count]
    above = [token for token in header.tokens if token.line in kept]
    depth = max(token.box.y1 for token in above)
    return _above(above, depth, page)


def numbered(pages: Sequence[Page], rng: random.Random) -> list[Page]:
    """The pages with "Page 1 of 2" and so on, all on top or all at the bottom."""
    pattern, on_top = rng.choice(_COUNTS), rng.random() < 0.5
    result = []
    for number, page in enumerate(pages, 1):
        height = _line_height(page)
        line = _words(pattern.format(number, len(pages)), 0.4 * page.width, 0, height)
        if on_top:
            result.append(_above(line, 1.5 * height, page))
        else:
            last = 1 + max(token.line for token in page.tokens)
            below = [
                replace(token, box=token.box.moved(0, page.height), line=last) for token in line
            ]
            result.append(
                Page(page.width, round(page.height + 1.5 * height), (*page.tokens, *below))
            )
    return result


def terms_page(like: Page, rng: random.Random) -> Page:
    """A page of terms and conditions, in letters a little smaller than those of a receipt."""
    height = _line_height(like) * rng.uniform(0.7, 1)
    start = rng.randrange(len(_TERMS))
    lines = (_TERMS[start:] + _TERMS[:start])[: rng.randint(5, len(_TERMS))]
    tokens = [
        token
        for number, text in enumerate(lines)
        for token in _words(text, 0.06 * like.width, (number + 2) * 1.4 * height, height, number)
    ]
    return Page(like.width, round((len(lines) + 4) * 1.4 * height), tuple(tokens))


def _above(tokens: Sequence[Token], depth: float, page: Page) -> Page:
    """A page with further lines above its own, which are moved down by ``depth`` pixels."""
    first = 1 + max(token.line for token in tokens)
    moved = (
        replace(token, box=token.box.moved(0, depth), line=token.line + first)
        for token in page.tokens
    )
    return Page(page.width, round(page.height + depth), (*tokens, *moved))


def _words(text: str, left: float, top: float, height: float, line: int = 0) -> list[Token]:
    tokens, x = [], left
    for word in text.split():
        width = 0.55 * height * len(word)
        tokens.append(Token(word, Box(x, top, x + width, top + height), line=line))
        x += width + 0.55 * height
    return tokens


def _line_height(page: Page) -> float:
    heights = sorted(token.box.height for token in page.tokens)
    return heights[len(heights) // 2]
