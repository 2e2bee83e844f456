"""OCR-like noise on annotated pages: what engines get wrong, at a random strength."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Token
from pipeline.labels import OUTSIDE, label_of

# What is printed, and what engines read in its place.
_CONFUSIONS = dict(
    entry.split()
    for entry in (
        *("0 OoD", "O 0Q", "1 lI7", "l 1I", "I 1l", "5 S", "S 5", "8 B", "B 8", "6 G"),
        *("2 Z", "Z 2", ". ,", ", .", "e c", "a o", "M N", "H N"),
    )
)

Tagged = tuple[Token, str]


def add_ocr_noise(page: AnnotatedPage, rng: random.Random) -> AnnotatedPage:
    """The page as an imperfect engine reads it; tags stay aligned and valid IOB2.

    A third of the pages stay as they are. Lines never mix and keep their order.
    """
    if rng.random() < 1 / 3:
        return page
    strength = rng.uniform(0.0, 1.0)
    words = list(zip(page.page.tokens, page.tags, strict=True))
    words = _glue(words, 0.05 * strength, rng)
    words = [word for word in words if rng.random() > 0.03 * strength]
    words = [
        (
            replace(
                token,
                text=_misread(token.text, 0.04 * strength, rng),
                box=_jitter(token.box, strength, rng),
            ),
            tag,
        )
        for token, tag in words
    ]
    tokens = tuple(token for token, _ in words)
    return replace(page, page=replace(page.page, tokens=tokens), tags=tuple(_repaired(words)))


def _glue(words: list[Tagged], share: float, rng: random.Random) -> list[Tagged]:
    """Join neighbours of one line, as engines lose spaces; a label wins over ``O``."""
    glued: list[Tagged] = []
    for token, tag in words:
        if glued and glued[-1][0].line == token.line and rng.random() < share:
            before, before_tag = glued[-1]
            near = 0 <= token.box.x0 - before.box.x1 <= token.box.height
            compatible = OUTSIDE in (tag, before_tag) or tag == f"I-{label_of(before_tag)}"
            if near and compatible:
                joined = replace(
                    before, text=before.text + token.text, box=Box.union((before.box, token.box))
                )
                glued[-1] = (joined, before_tag if before_tag != OUTSIDE else tag)
                continue
        glued.append((token, tag))
    return glued


def _misread(text: str, share: float, rng: random.Random) -> str:
    read = []
    for character in text:
        if rng.random() >= share:
            read.append(character)
        elif rng.random() < 0.8 and character in _CONFUSIONS:
            read.append(rng.choice(_CONFUSIONS[character]))
    return "".join(read) or text


def _jitter(box: Box, strength: float, rng: random.Random) -> Box:
    slack = 0.08 * strength * box.height
    x0, y0 = box.x0 + rng.gauss(0, slack), box.y0 + rng.gauss(0, slack)
    return Box(x0, y0, max(x0, box.x1 + rng.gauss(0, slack)), max(y0, box.y1 + rng.gauss(0, slack)))


def _repaired(words: list[Tagged]) -> list[str]:
    """Tags in which a span that lost its first token begins at the next."""
    tags: list[str] = []
    previous: str | None = None
    for _, tag in words:
        label = label_of(tag)
        tags.append(
            f"B-{label}" if label is not None and tag[0] == "I" and label != previous else tag
        )
        previous = label
    return tags
