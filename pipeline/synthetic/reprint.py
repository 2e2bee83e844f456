"""Print the text of a real receipt anew: its words and labels on drawn paper."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.synthetic.drawn import DrawnReceipt
from pipeline.synthetic.layout.placing import place_rows
from pipeline.synthetic.layout.text_rows import text_rows
from pipeline.synthetic.picture.degrade import RECIPES, degrade
from pipeline.synthetic.picture.fonts import TYPEFACES, missing_glyphs, typeface_for
from pipeline.synthetic.picture.render import RenderedReceipt, render

_RECIPES = ("scan", "scan", "worn_scan", "photo", "photo", "crumpled_photo")
_STRENGTHS = (0.1, 0.8)
_QUALITY = 84  # of JPEG


def reprint(page: AnnotatedPage, seed: int) -> RenderedReceipt:
    """A picture of the page's words, and the page with their places in it.

    Words, tags, truth and order stay; lines too long for the paper are wrapped. Words without a
    label that have a character which no typeface has are left out.

    Args:
        page: whose text lines and gaps tell the columns; its picture plays no part.
        seed: chooses layout, typeface, printer and damage, together with the page's id.
    """
    rng = random.Random(f"{seed}/{page.source}/{page.id}")
    page = _printable(page)
    font_size = rng.uniform(14, 30)
    width, height, tokens = place_rows(rng, text_rows(rng, page), font_size)
    drawn = DrawnReceipt(
        id=page.id,
        kind="",
        locale="",
        font_size=font_size,
        width=width,
        height=height,
        tokens=tuple(replace(token, tag=tag) for token, tag in zip(tokens, page.tags, strict=True)),
        fields=page.fields,
        items=page.items,
        labels=page.annotated,
    )
    typeface = typeface_for("".join(sorted(_characters(page))), rng)
    clean = render(drawn, rng.randrange(2**32), typeface)
    recipe, strength = RECIPES[rng.choice(_RECIPES)], rng.uniform(*_STRENGTHS)
    printed = degrade(clean, rng.randrange(2**32), strength, recipe)
    return replace(printed, page=replace(page, page=printed.page.page, image=None))


def save_reprint(page: AnnotatedPage, seed: int, path: Path) -> AnnotatedPage:
    """Write the picture of ``reprint`` and return its page, which names it."""
    printed = reprint(page, seed)
    printed.image.save(path, quality=_QUALITY)
    return replace(printed.page, image=path)


def _printable(page: AnnotatedPage) -> AnnotatedPage:
    """The page without unlabelled words that no typeface can print."""
    text = "".join(sorted(_characters(page)))
    missing = set.intersection(*(set(missing_glyphs(face, text)) for face, _ in TYPEFACES))
    kept = [
        (token, tag)
        for token, tag in zip(page.page.tokens, page.tags, strict=True)
        if tag != "O" or not missing.intersection(token.text)
    ]
    tokens = tuple(token for token, _ in kept)
    return replace(page, page=replace(page.page, tokens=tokens), tags=tuple(tag for _, tag in kept))


def _characters(page: AnnotatedPage) -> set[str]:
    return {letter for token in page.page.tokens for letter in token.text}
