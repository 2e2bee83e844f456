"""Hand-built pages: lines of (word, label) pairs on a grid of 30 pixel lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.document import Box, Page, Token
from pipeline.labels import LabelSet, load_label_set
from pipeline.tagging.types import Tags

LABELS: LabelSet = load_label_set(
    Path(__file__).parents[2] / "configs" / "labels" / "receipts.yaml"
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
