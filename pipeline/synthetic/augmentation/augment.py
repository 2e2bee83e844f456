"""Augment an annotated page, so that the model cannot memorise it.

A few hundred receipts seen in ten epochs would be memorised word by word. With other digits,
names and spacing, or as a crop, anew in each epoch, they teach key words, shapes and positions.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from string import ascii_uppercase, digits

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Token
from pipeline.labels import OUTSIDE, label_of

_FEWEST_LINES = 8  # of a crop
_SMALLEST_CROP = 0.4  # of a page's lines
_SWAPPED = 0.5  # of the words of a name
_PIECES_OF_AXIS = 4
_LOOSEST, _TIGHTEST = 1.4, 0.6  # how far a piece of an axis is stretched
_DATE_LIKE = ("date", "time")  # other digits would make them invalid

Words = Mapping[tuple[str, int], Sequence[str]]
Tagged = tuple[Token, str]


def words_by_label(pages: Iterable[AnnotatedPage], labels: Iterable[str]) -> Words:
    """The words without digits that the pages have under each of ``labels``, by their length."""
    wanted = set(labels)
    found: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for page in pages:
        for token, tag in zip(page.page.tokens, page.tags, strict=True):
            label = label_of(tag)
            if label in wanted and not _has_digit(token.text):
                found[label, len(token.text)][token.text] = None
    return {key: tuple(texts) for key, texts in found.items()}


def augment(page: AnnotatedPage, words: Words, rng: random.Random) -> AnnotatedPage:
    """The page augmented in some of four ways; tags stay aligned and valid IOB2.

    - Each digit is replaced by another one, the same on the whole page, so that equal numbers
      stay equal; so does each letter of a code. Dates and times stay.
    - Words of names, addresses and descriptions are those of other receipts.
    - Columns and lines are closer together here, further apart there.
    - The page is cropped to a run of its lines.

    Args:
        words: replacements, from ``words_by_label``.
    """
    tagged = list(zip(page.page.tokens, page.tags, strict=True))
    if not tagged:
        return page
    if rng.random() < 0.7:
        tagged = _with_other_digits(tagged, rng)
    if rng.random() < 0.5:
        tagged = _with_other_words(tagged, words, rng)
    if rng.random() < 0.5:
        tagged = _respaced(tagged, rng)
    if rng.random() < 0.5:
        tagged = _cropped(tagged, rng)
    tokens, tags = zip(*tagged, strict=True)
    return replace(page, page=replace(page.page, tokens=tokens), tags=tags)


def _with_other_digits(tagged: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    figures = dict(zip(digits, rng.sample(digits, len(digits)), strict=True))
    if rng.random() < 0.5:  # round prices stay round
        figures[next(d for d in digits if figures[d] == "0")] = figures["0"]
        figures["0"] = "0"
    capitals = dict(
        zip(ascii_uppercase, rng.sample(ascii_uppercase, len(ascii_uppercase)), strict=True)
    )
    changed = []
    for token, tag in tagged:
        if label_of(tag) not in _DATE_LIKE and _has_digit(token.text):
            letters = capitals if _is_code(token.text) else {}
            table = str.maketrans({**figures, **letters})
            token = replace(token, text=token.text.translate(table), readings=())
        changed.append((token, tag))
    return changed


def _has_digit(text: str) -> bool:
    return any(character in digits for character in text)


def _is_code(text: str) -> bool:
    """Whether letters carry no more meaning than digits: ``KV-20117``, but not ``RM5.00``."""
    return sum(character in digits for character in text) > 3 and "." not in text


def _with_other_words(tagged: Sequence[Tagged], words: Words, rng: random.Random) -> list[Tagged]:
    changed = []
    for token, tag in tagged:
        others = words.get((label_of(tag) or OUTSIDE, len(token.text)))
        if others and not _has_digit(token.text) and rng.random() < _SWAPPED:
            token = replace(token, text=rng.choice(others), readings=())
        changed.append((token, tag))
    return changed


def _respaced(tagged: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    around = Box.union(token.box for token, _ in tagged)
    across, down = _warp(around.x0, around.x1, rng), _warp(around.y0, around.y1, rng)
    return [
        (
            replace(
                token,
                box=Box(
                    across(token.box.x0),
                    down(token.box.y0),
                    across(token.box.x1),
                    down(token.box.y1),
                ),
            ),
            tag,
        )
        for token, tag in tagged
    ]


def _warp(low: float, high: float, rng: random.Random) -> Callable[[float], float]:
    """An increasing, piecewise linear map of [low, high] to itself."""
    stretches = [rng.uniform(_TIGHTEST, _LOOSEST) for _ in range(_PIECES_OF_AXIS)]
    ends = [0.0, *accumulate(stretches)]
    size = (high - low) or 1.0

    def warped(value: float) -> float:
        place = _PIECES_OF_AXIS * (value - low) / size
        piece = min(_PIECES_OF_AXIS - 1, max(0, int(place)))
        reached = ends[piece] + (place - piece) * stretches[piece]
        return low + size * reached / ends[-1]

    return warped


def _cropped(tagged: Sequence[Tagged], rng: random.Random) -> list[Tagged]:
    """A run of whole lines; a value that lost its first words begins at the next one."""
    lines = sorted({token.line for token, _ in tagged})
    kept = max(_FEWEST_LINES, round(len(lines) * rng.uniform(_SMALLEST_CROP, 1)))
    if kept >= len(lines):
        return list(tagged)
    first = rng.randrange(len(lines) - kept + 1)
    inside = set(lines[first : first + kept])
    piece = [(token, tag) for token, tag in tagged if token.line in inside]
    token, tag = piece[0]
    if tag.startswith("I-"):
        piece[0] = (token, f"B-{label_of(tag)}")
    return piece
