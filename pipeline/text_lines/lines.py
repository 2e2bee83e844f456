"""The page's text lines, with their words and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Page
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import KeyWord, find_key_words


@dataclass(frozen=True, slots=True)
class Line:
    """One text line.

    Attributes:
        tokens: indices into the page's tokens, in reading order.
        words: their texts.
        text: the words with single spaces.
        starts: where in ``text`` each word begins.
        amounts: places in ``tokens`` of what reads as money, in reading order.
        key_words: those in ``text``, as ``find_key_words`` finds them.
    """

    tokens: tuple[int, ...]
    words: tuple[str, ...]
    text: str
    starts: tuple[int, ...]
    amounts: tuple[int, ...]
    key_words: tuple[tuple[int, KeyWord], ...]

    def within(self, start: int, end: int) -> list[int]:
        """The page's tokens that overlap ``text[start:end]``."""
        return [
            token
            for token, word, at in zip(self.tokens, self.words, self.starts, strict=True)
            if at < end and at + len(word) > start
        ]

    def money(self, place: int) -> list[int]:
        """The page's tokens of one amount, including a currency sign before or after it."""
        around = (place - 1, place, place + 1)
        return [self.tokens[at] for at in around if at == place or self._is_currency(at)]

    def _is_currency(self, place: int) -> bool:
        return place in range(len(self.words)) and bool(patterns.CURRENCY.match(self.words[place]))

    def ends_with_amount(self) -> bool:
        """Whether the line ends with an amount, possibly followed by a tax code."""
        return bool(self.amounts) and self.amounts[-1] >= len(self.words) - 2


def read_lines(page: Page) -> list[Line]:
    """The page's lines, top to bottom.

    Whole numbers are money only at a line's end, behind a key word or if zero, and only
    where the page writes money without cents, as Indonesian receipts do.
    """
    words = [token.text for token in page.tokens]
    prices = [word for word in words if _is_price(word)]
    whole = sum(bool(patterns.WHOLE.search(price)) for price in prices) * 2 > len(prices)
    return [_line(tuple(tokens), words, whole) for tokens in page.lines()]


def _line(tokens: tuple[int, ...], words: Sequence[str], whole: bool) -> Line:
    own = tuple(words[token] for token in tokens)
    starts, at = [], 0
    for word in own:
        starts.append(at)
        at += len(word) + 1
    amounts = [place for place, word in enumerate(own) if _is_price(word)]
    text = " ".join(own)
    key_words = find_key_words(text)
    number = bool(patterns.WHOLE_NUMBER.match(own[-1]))
    if whole and not amounts and number and (own[-1] == "0" or key_words):
        amounts = [len(own) - 1]
    return Line(tokens, own, text, tuple(starts), tuple(amounts), key_words)


def _is_price(word: str) -> bool:
    return bool(patterns.AMOUNT.match(word) and patterns.PRICE.search(word))
