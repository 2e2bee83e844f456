"""Receipts by key words, shapes and places: what a careful regex script reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from pipeline.document import Page
from pipeline.labels import OUTSIDE, LabelSet
from pipeline.tagging.rules import keywords
from pipeline.tagging.types import Tags

# Not calibrated: only says that a key word or a shape was there.
SURE = 0.8
NAME_LINES = 3


class RuleTagger:
    """Tags with the labels that both the rules and the label set know."""

    name = "rules"

    def __init__(self, label_set: LabelSet) -> None:
        self.label_set = label_set

    def tag(self, pages: Sequence[Page]) -> list[Tags]:
        return [self._tag(page) for page in pages]

    def _tag(self, page: Page) -> Tags:
        tags = [OUTSIDE] * len(page.tokens)
        for label, span in _spans(page):
            if label in self.label_set.names and all(tags[i] == OUTSIDE for i in span):
                for place, index in enumerate(span):
                    tags[index] = f"{'I' if place else 'B'}-{label}"
        return Tags(tuple(tags), tuple(SURE for _ in tags))


Span = tuple[str, Sequence[int]]


def _spans(page: Page) -> Iterable[Span]:
    """Labels with their tokens, the surer rules first."""
    lines = page.lines()
    texts = [" ".join(page.tokens[index].text for index in line) for line in lines]
    kinds = [_summary_label(text) for text in texts]
    start = _items_start(page, lines, texts)
    end = next((n for n, kind in enumerate(kinds) if kind is not None and n >= start), len(lines))
    yield from _matches(page, lines, keywords.DATE, "date")
    yield from _matches(page, lines, keywords.TIME, "time")
    yield from _summary(page, lines, kinds)
    yield from _items(page, lines[start:end])
    yield from _header(page, lines[:start], texts[:start])


def _summary_label(text: str) -> str | None:
    """What the line's key word announces; "" is an amount that no field books."""
    if keywords.NO_AMOUNT_TO_BOOK.search(text):
        return ""
    return next((label for label, words in keywords.SUMMARY if words.search(text)), None)


def _amounts(page: Page, line: Sequence[int]) -> list[int]:
    return [index for index in line if _is_amount(page.tokens[index].text)]


def _is_amount(text: str) -> bool:
    return bool(keywords.AMOUNT.match(text) and keywords.PRICE.search(text))


def _with_currency(page: Page, line: Sequence[int], index: int) -> list[int]:
    place = list(line).index(index)
    before = line[place - 1] if place else None
    if before is not None and keywords.CURRENCY.match(page.tokens[before].text):
        return [before, index]
    return [index]


def _matches(
    page: Page, lines: Sequence[Sequence[int]], pattern: re.Pattern[str], label: str
) -> Iterable[Span]:
    """The tokens of the first match on each line."""
    for line in lines:
        text, owner = "", []
        for index in line:
            word = page.tokens[index].text + " "
            text += word
            owner += [index] * len(word)
        if match := pattern.search(text):
            yield label, sorted(set(owner[match.start() : match.end()]))


def _summary(
    page: Page, lines: Sequence[Sequence[int]], kinds: Sequence[str | None]
) -> Iterable[Span]:
    """The last amount of each line with a key word, or of the next line if it has none."""
    for number, kind in enumerate(kinds):
        if not kind:
            continue
        line = lines[number]
        found = _amounts(page, line)
        if not found and number + 1 < len(lines) and kinds[number + 1] is None:
            line = lines[number + 1]
            found = _amounts(page, line) if len(line) <= 2 else []
        if found:
            yield kind, _with_currency(page, line, found[-1])


def _items_start(page: Page, lines: Sequence[Sequence[int]], texts: Sequence[str]) -> int:
    """The first line below the name that ends with a price and is no date."""
    for number, line in enumerate(lines):
        if number and _amounts(page, line[-2:]) and not keywords.DATE.search(texts[number]):
            return number
    return len(lines)


def _items(page: Page, lines: Sequence[Sequence[int]]) -> Iterable[Span]:
    """Rows of description, quantity, unit price and total."""
    for line in lines:
        amounts = _amounts(page, line)
        words = [index for index in line if any(c.isalpha() for c in page.tokens[index].text)]
        if amounts:
            yield "item_total", _with_currency(page, line, amounts[-1])
        if len(amounts) > 1:
            yield "item_unit_price", _with_currency(page, line, amounts[-2])
        counts = [index for index in line if keywords.QUANTITY.match(page.tokens[index].text)]
        if amounts and counts:
            yield "item_quantity", [counts[0]]
        last = amounts[0] if amounts else len(page.tokens)
        description = [index for index in words if index < last and index not in amounts]
        if description:
            yield "item_description", list(range(description[0], description[-1] + 1))


def _header(page: Page, lines: Sequence[Sequence[int]], texts: Sequence[str]) -> Iterable[Span]:
    """Name, address and phone, above the items."""
    named = -1
    for number, line in enumerate(lines[:NAME_LINES]):
        letters = sum(character.isalpha() for character in texts[number])
        if letters >= 3 and not keywords.DATE.search(texts[number]):
            named = number
            yield "merchant_name", list(takewhile(lambda i: page.tokens[i].text[0] != "(", line))
            break
    address: list[int] = []
    for number, line in enumerate(lines[named + 1 :], start=named + 1):
        text = texts[number]
        phone = keywords.PHONE_KEY.search(text) and keywords.PHONE.search(text)
        if phone:
            yield from _matches(page, [line], keywords.PHONE, "merchant_phone")
            continue
        is_address = keywords.ADDRESS.search(text) or keywords.POSTCODE.search(text)
        if is_address and (not address or line[0] == address[-1] + 1):
            address += line
    if address:
        yield "merchant_address", address
