"""Simulate OCR errors on annotated pages, with random strength."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Token
from pipeline.labels import OUTSIDE, label_of

# What is printed, and what engines read in its place.
_CONFUSIONS = dict(
    entry.split()
    for entry in (
        "0 OoD;O 0Q;1 lI7;l 1I;I 1l;5 S;S 5;8 B;B 8;6 G;2 Z;Z 2;. ,;, .;e c;a o;M N;H N;ä a;ö o;"
        "ü u;Ä A;Ö O;Ü U;ß B;é e;£ E;€ E6;$ S5;x ×;: ：.;* 水*冰;( （;) ）;G C;U V"
    ).split(";")
)
_GLUES_AFTER = ",:;#(/"  # marks after which engines see no space
_GARBAGE = ("冰", "*", ".", "-", "|", "~", "V", "i", "'", "米", "l", '"', "_", "Mon", "ia")

Tagged = tuple[Token, str]


def add_ocr_noise(page: AnnotatedPage, rng: random.Random) -> AnnotatedPage:
    """The page as an imperfect engine would read it; tags stay aligned and valid IOB2.

    A third of the pages stay as they are. Numbers of lines never decrease, but lines that
    stand close may be read as one, their words in order from left to right.
    """
    if rng.random() < 1 / 3 or not page.page.tokens:
        return page
    strength = rng.uniform(0.0, 1.0)
    words = list(zip(page.page.tokens, page.tags, strict=True))
    words = _merge_lines(words, 0.02 * strength, rng)
    words = _glue(words, 0.06 * strength, rng)
    words = [word for word in words if rng.random() > 0.025 * strength]
    words = list(_split(words, 0.02 * strength, rng))
    words = [
        (
            replace(
                token,
                text=_misread(token.text, 0.035 * strength, rng),
                box=_jitter(token.box, strength, rng),
                readings=(),
            ),
            tag,
        )
        for token, tag in words
    ]
    words = _with_garbage(words, page.page.width, 0.01 * strength, rng)
    tokens = tuple(token for token, _ in words)
    return replace(page, page=replace(page.page, tokens=tokens), tags=tuple(_repaired(words)))


def _merge_lines(words: list[Tagged], share: float, rng: random.Random) -> list[Tagged]:
    """Merge some lines with the next, as engines do on skewed photos."""
    lines = [list(group) for _, group in groupby(words, key=lambda word: word[0].line)]
    merged: list[list[Tagged]] = []
    for line in lines:
        if merged and rng.random() < share:
            number = merged[-1][0][0].line
            both = merged[-1] + [(replace(token, line=number), tag) for token, tag in line]
            merged[-1] = sorted(both, key=lambda word: word[0].box.x0)
        else:
            merged.append(line)
    return [word for line in merged for word in line]


def _glue(words: list[Tagged], share: float, rng: random.Random) -> list[Tagged]:
    """Join neighbours of one line, as engines lose spaces; a label wins over ``O``."""
    glued: list[Tagged] = []
    whole_line: dict[int, bool] = {}
    for token, tag in words:
        lost = whole_line.setdefault(token.line, rng.random() < share / 2)
        likely = lost or rng.random() < share
        if glued and glued[-1][0].line == token.line:
            before, before_tag = glued[-1]
            likely = likely or (before.text[-1] in _GLUES_AFTER and rng.random() < 4 * share)
            near = 0 <= token.box.x0 - before.box.x1 <= token.box.height
            compatible = OUTSIDE in (tag, before_tag) or tag == f"I-{label_of(before_tag)}"
            compatible = compatible or (label_of(before_tag), label_of(tag)) == ("date", "time")
            if likely and near and compatible:
                joined = replace(
                    before,
                    text=before.text + token.text,
                    box=Box.union((before.box, token.box)),
                    readings=(),
                )
                glued[-1] = (joined, before_tag if before_tag != OUTSIDE else tag)
                continue
        glued.append((token, tag))
    return glued


def _split(words: Iterable[Tagged], share: float, rng: random.Random) -> Iterable[Tagged]:
    """Cut some words in two (``12. 50``), at a mark where there is one."""
    for token, tag in words:
        length = len(token.text)
        if length < 4 or rng.random() >= share:
            yield token, tag
            continue
        marks = [at + 1 for at, c in enumerate(token.text[1:-1], start=1) if not c.isalnum()]
        at = rng.choice(marks or range(1, length))
        middle = token.box.x0 + token.box.width * at / length
        first = Box(token.box.x0, token.box.y0, middle, token.box.y1)
        second = Box(middle, token.box.y0, token.box.x1, token.box.y1)
        label = label_of(tag)
        yield replace(token, text=token.text[:at], box=first, readings=()), tag
        yield (
            replace(token, text=token.text[at:], box=second, readings=()),
            tag if label is None else f"I-{label}",
        )


def _misread(text: str, share: float, rng: random.Random) -> str:
    if len(text) > 8 and set(text) == {"*"} and rng.random() < 10 * share:
        return "".join(rng.choices("本水永*中冰", k=len(text)))
    if rng.random() < share / 2:
        text = text.swapcase() if rng.random() < 0.3 else text.replace(".", "", 1) or text
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


def _with_garbage(
    words: list[Tagged], width: float, share: float, rng: random.Random
) -> list[Tagged]:
    """Add characters that engines read in logos, stains and edges, at the ends of lines."""
    dirty: list[Tagged] = []
    for place, (token, tag) in enumerate(words):
        dirty.append((token, tag))
        ends = place + 1 == len(words) or words[place + 1][0].line != token.line
        if ends and rng.random() < 3 * share:
            box, side = token.box, token.box.height
            start = min(box.x1 + side, width)
            beside = Box(start, box.y0, min(start + side, width), box.y1)
            garbage = replace(token, text=rng.choice(_GARBAGE), box=beside, readings=())
            dirty.append((garbage, OUTSIDE))
    return dirty


def _repaired(words: list[Tagged]) -> list[str]:
    """Tags in which a span that lost its first token begins at the next one."""
    tags: list[str] = []
    previous: str | None = None
    for _, tag in words:
        label = label_of(tag)
        tags.append(
            f"B-{label}" if label is not None and tag[0] == "I" and label != previous else tag
        )
        previous = label
    return tags
