"""Whether a page goes on with the receipt of the page before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.document import Page
from pipeline.separation.weights import CONTINUATION, probability
from pipeline.text_lines import patterns
from pipeline.text_lines.labelled_amounts import LabelledAmount, digits_of, find_labelled_amounts
from pipeline.text_lines.lines import Line, read_lines

_LIKELY = 0.65
_HEADER_LINES = 8  # from the top, where a receipt names its merchant
_PAGE_NUMBER = re.compile(
    r"(?:\b(?:page|pag|seite|pagina|página|sida|side|strona|str|p)\b\W{0,3})?"
    r"(?<![\d/.])(\d{1,2})\s?(?:of|/|von|de|di|sur|z|av)\s?(\d{1,2})(?![\d/.])",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"\b(?:page|pag|seite|pagina|página|sida|side|strona|str)\b", re.IGNORECASE)
_SUMS = ("subtotal", "total")


@dataclass(frozen=True, slots=True)
class _Text:
    """What a page's lines say.

    Attributes:
        items: amounts in cents at the ends of lines without key word, above the first sum.
        sums: amounts in cents that a key word calls subtotal or total.
    """

    lines: Sequence[Line]
    labelled: Sequence[LabelledAmount]
    items: tuple[int, ...]
    sums: frozenset[int]

    def has(self, label: str) -> bool:
        return any(amount.label == label for amount in self.labelled)

    def first(self, matches: re.Pattern[str], within: int | None = None) -> bool:
        return any(matches.search(line.text) for line in self.lines[:within])


def continues(before: Page, page: Page) -> bool:
    """Whether ``page``, the next of the file, continues the receipt of the pages before it.

    Args:
        before: those pages, joined to one.
    """
    if not before.tokens or not page.tokens:
        return False
    return probability(CONTINUATION, evidence_of(before, page)) >= _LIKELY


def evidence_of(before: Page, page: Page) -> dict[str, float]:
    """The numbers from which a page is judged, by name."""
    first, second = _text(before), _text(page)
    return {
        **_parts(first, second),
        **_sums(first, second),
        **_numbering(first, second),
        **_layout(before, page),
    }


def _text(page: Page) -> _Text:
    lines = read_lines(page)
    labelled = find_labelled_amounts(lines)
    sums = [amount for amount in labelled if amount.label in _SUMS]
    end = min((amount.line_number for amount in sums), default=len(lines))
    items = tuple(
        digits_of(line.words[line.amounts[-1]])
        for line in lines[:end]
        if line.ends_with_amount() and not line.key_words
    )
    values = (lines[one.line_number].words[one.place] for one in sums)
    return _Text(lines, labelled, items, frozenset(map(digits_of, values)) - {0})


def _parts(first: _Text, second: _Text) -> Mapping[str, float]:
    """Which parts of a receipt each page has."""
    start = next((i for i, line in enumerate(second.lines) if line.amounts), len(second.lines))
    header = [line for line in second.lines[:_HEADER_LINES] if not line.amounts]
    return {
        "first_total": float(first.has("total")),
        "first_paid": float(first.has("cash") or first.has("change") or first.has("tax")),
        "second_total": float(second.has("total")),
        "first_items": float(np.log1p(len(first.items))),
        "second_starts_with_amounts": float(start <= 1),
        "second_header": min(len(header), 6) / 6,
        "first_date": float(first.first(patterns.DATE)),
        "second_date": float(second.first(patterns.DATE)),
        "second_date_on_top": float(second.first(patterns.DATE, _HEADER_LINES)),
        "second_phone_on_top": float(second.first(patterns.PHONE_ALONE, _HEADER_LINES)),
        "both_totals": float(first.has("total") and second.has("total")),
        "both_dates": float(first.first(patterns.DATE) and second.first(patterns.DATE)),
        "first_line_ends_with_amount": float(
            bool(first.lines) and first.lines[-1].ends_with_amount()
        ),
    }


def _sums(first: _Text, second: _Text) -> Mapping[str, float]:
    """Which items add up to the sums of which page."""
    own = sum(first.items)
    both = own + sum(second.items)
    return {
        "first_adds_up": float(own in first.sums),
        "second_adds_up": float(bool(second.items) and sum(second.items) in second.sums),
        "both_add_up": float(own > 0 and both in second.sums),
        "carried": float(bool(first.items) and bool(second.items) and second.items[0] == own),
    }


def _numbering(first: _Text, second: _Text) -> Mapping[str, float]:
    """What printed page numbers say: page 2 of 2, or page 1 again."""
    numbers = _page_number(first), _page_number(second)
    if None in numbers:
        return {"next_number": 0.0, "number_again": 0.0}
    (number, count), (number2, count2) = numbers  # type: ignore[misc]
    follows = count == count2 and number2 == number + 1
    return {"next_number": float(follows), "number_again": float(number2 == 1)}


def _page_number(text: _Text) -> tuple[int, int] | None:
    for line in text.lines:
        found = _PAGE_NUMBER.search(line.text)
        if found and (_PAGE_WORD.search(line.text) or len(line.words) <= 3):
            number, count = int(found[1]), int(found[2])
            if 1 <= number <= count:
                return number, count
    return None


def _layout(before: Page, page: Page) -> Mapping[str, float]:
    """How alike the pages look."""
    sizes, ends = [], []
    for one in (before, page):
        boxes = np.array([token.box.as_tuple() for token in one.tokens])
        height = float(np.median(boxes[:, 3] - boxes[:, 1]))
        sizes.append(height)
        ends.append((boxes[:, 0].min(), boxes[:, 2].max()))
    height = sum(sizes) / 2
    return {
        "other_size": min(abs(float(np.log(sizes[0] / sizes[1]))), 1.0),
        "left_apart": min(abs(float(ends[0][0] - ends[1][0])) / height, 6.0),
        "right_apart": min(abs(float(ends[0][1] - ends[1][1])) / height, 6.0),
    }
