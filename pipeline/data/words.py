"""Split annotated text lines into word tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Box, Token


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its character offsets in the text of its line."""

    text: str
    start: int
    end: int


def split_words(text: str) -> list[Word]:
    """The white-space separated words of a line with their character offsets."""
    words = []
    position = 0
    for part in text.split():
        start = text.index(part, position)
        position = start + len(part)
        words.append(Word(part, start, position))
    return words


def word_tokens(words: Sequence[Word], length: int, box: Box, line: int) -> list[Token]:
    """One token per word, its box cut from the line's box in proportion to the characters.

    Args:
        words: offsets into a text of ``length`` characters that fills ``box`` from left to right.
        length: in characters.
        box: of the whole text, in pixels.
        line: the tokens' line number.
    """
    scale = box.width / max(length, 1)
    return [
        Token(
            word.text,
            Box(box.x0 + word.start * scale, box.y0, box.x0 + word.end * scale, box.y1),
            line=line,
        )
        for word in words
    ]
