"""Hand-built pages: lines of (word, label) pairs on a grid of 30 pixel lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.document import Box, Page, Reading, Token
from pipeline.labels import LabelSet, load_label_set
from pipeline.tagging.types import Tags

LABELS: LabelSet = load_label_set(
    Path(__file__).parents[1] / "configs" / "labels" / "receipts.yaml"
)

Word = tuple[str, str] | tuple[str, str, float]
LINE_HEIGHT, WORD_WIDTH = 30, 100


def page_of(lines: Sequence[Sequence[Word]], slope: float = 0.0) -> tuple[Page, Tags]:
    """A page and its tags; a word is (text, label or "", probability 0.95 unless given).

    Neighbours on a line with one label form a span; a label written `+label` goes on with
    the span of the line before. `slope`: pixels down a pixel to the right.
    """
    tokens, tags, probabilities = [], [], []
    for line, words in enumerate(lines):
        before = ""
        for column, (text, label, *probability) in enumerate(words):
            left = column * WORD_WIDTH
            top = line * LINE_HEIGHT + slope * left
            box = Box(left, top, left + 80, top + 20)
            tokens.append(Token(text, box, 1.0, line))
            goes_on = label.startswith("+") or label == before
            before = label.lstrip("+")
            tags.append(f"{'I' if goes_on else 'B'}-{before}" if label else "O")
            probabilities.append(probability[0] if probability else 0.95)
    return Page(1000, 2000, tuple(tokens)), Tags(tuple(tags), tuple(probabilities))


def held_possible(page: Page, others: Mapping[str, Mapping[str, float]]) -> Page:
    """The page with readings: for a word the other texts that were held possible for it, with
    their probabilities."""
    tokens = []
    for token in page.tokens:
        possible = dict(others.get(token.text, {}))
        if possible:
            possible[token.text] = 1 - sum(possible.values())
        ranked = sorted(possible.items(), key=lambda pair: -pair[1])
        tokens.append(replace(token, readings=tuple(Reading(*pair) for pair in ranked)))
    return replace(page, tokens=tuple(tokens))


_SHORT = {
    "d": "item_description",
    "q": "item_quantity",
    "u": "item_unit_price",
    "t": "item_total",
}
_TYPED = re.compile(r"(?P<text>[^\s{}]+)(?:\{(?P<new>\|?)(?P<label>\w+)\})?")
_LETTER, _ROW = 10, 20  # pixels


def typed_page(lines: Sequence[str], probability: float = 0.95) -> tuple[Page, Tags]:
    """A page in letters of one width, and its tags.

    `Total 5{total}` tags a word; the marks take no room. Neighbours of one label form a span,
    unless it is written `{|total}`. d, q, u and t are an item's columns.
    """
    tokens, tags, probabilities = [], [], []
    for number, line in enumerate(lines):
        before, dropped = "", 0
        for match in _TYPED.finditer(line):
            label = match["label"] or ""
            label = _SHORT.get(label, label)
            left = (match.start() - dropped) * _LETTER
            right = left + len(match["text"]) * _LETTER
            dropped += len(match[0]) - len(match["text"])
            box = Box(left, number * _ROW, right, number * _ROW + 0.8 * _ROW)
            tokens.append(Token(match["text"], box, 1.0, number))
            begins = bool(match["new"]) or label != before
            tags.append(f"{'B' if begins else 'I'}-{label}" if label else "O")
            probabilities.append(probability)
            before = label
    width, height = 40 * _LETTER, max(1, len(lines)) * _ROW
    return Page(width, height, tuple(tokens)), Tags(tuple(tags), tuple(probabilities))
