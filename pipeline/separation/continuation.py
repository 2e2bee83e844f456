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
_PROSE = 0.1  # of a page's lines, and fewer of them end with a number
_TOP_LINES = 5  # of a page, compared with the top of the page before
_TELLING = 5  # letters and digits of a line that is compared


@dataclass(frozen=True, slots=True)
class _Text:
    """What a page's lines say.

    Attributes:
        items: amounts in cents at the ends of lines without key word, above the first sum.
        sums: amounts in cents that a key word calls subtotal or total.
        amounts: all amounts in cents.
        dates, times: letters and digits of each.
    """

    lines: Sequence[Line]
    labelled: Sequence[LabelledAmount]
    items: tuple[int, ...]
    sums: frozenset[int]
    amounts: frozenset[int]
    dates: frozenset[str]
    times: frozenset[str]

    def has(self, label: str) -> bool:
        return any(amount.label == label for amount in self.labelled)

    def first(self, matches: re.Pattern[str], within: int | None = None) -> bool:
        return any(matches.search(line.text) for line in self.lines[:within])

    def is_prose(self) -> bool:
        """Whether hardly any line ends with a number, as on a page of terms."""
        ends = sum(any(map(str.isdigit, line.words[-1])) for line in self.lines)
        return not self.amounts and ends <= _PROSE * len(self.lines)

    def top(self, count: int) -> list[str]:
        """Letters and digits of the first lines, without those that have hardly any."""
        plain = (_plain(line.text) for line in self.lines[:count])
        return [text for text in plain if len(text) >= _TELLING]


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
        **_again(first, second),
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
    amounts = (line.words[place] for line in lines for place in line.amounts)
    return _Text(
        lines,
        labelled,
        items,
        frozenset(map(digits_of, values)) - {0},
        frozenset(map(digits_of, amounts)) - {0},
        _found(patterns.DATE, lines),
        _found(patterns.TIME, lines),
    )


def _found(pattern: re.Pattern[str], lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(_plain(one[0]) for line in lines for one in pattern.finditer(line.text))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


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
        "first_date": float(bool(first.dates)),
        "second_date": float(bool(second.dates)),
        "second_date_on_top": float(second.first(patterns.DATE, _HEADER_LINES)),
        "second_phone_on_top": float(second.first(patterns.PHONE_ALONE, _HEADER_LINES)),
        "both_totals": float(first.has("total") and second.has("total")),
        "first_without_amounts": float(not first.amounts),
        "second_is_prose": float(second.is_prose()),
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


def _again(first: _Text, second: _Text) -> Mapping[str, float]:
    """What the second page says again: a header, a date and time, the sum that was paid."""
    top = second.top(_TOP_LINES)
    known = set(first.top(_HEADER_LINES))
    same_date = bool(first.dates & second.dates)
    same_time = bool(first.times & second.times)
    return {
        "same_date": float(same_date),
        "other_date": float(bool(first.dates and second.dates) and not same_date),
        "same_time": float(same_time),
        "other_time": float(bool(first.times and second.times) and not same_time),
        "same_sum": float(bool(first.sums & second.amounts)),
        "same_top": sum(text in known for text in top) / _TOP_LINES,
        "other_top": sum(text not in known for text in top) / _TOP_LINES,
        "copied": _share_of(second.top(len(second.lines)), set(first.top(len(first.lines)))),
    }


def _share_of(texts: Sequence[str], known: set[str]) -> float:
    return sum(text in known for text in texts) / max(len(texts), 1)


def _numbering(first: _Text, second: _Text) -> Mapping[str, float]:
    """What printed page numbers say: page 2 of 2, or page 1 again."""
    before, after = _page_numbers(first), _page_numbers(second)
    if not before or not after:
        return {"next_number": 0.0, "number_again": 0.0}
    (number, count), (number2, count2) = before[-1], after[0]
    follows = count == count2 and number2 == number + 1
    return {"next_number": float(follows), "number_again": float(number2 == 1)}


def _page_numbers(text: _Text) -> list[tuple[int, int]]:
    """The number of each page and how many there are, as far as they are printed."""
    numbers = []
    for line in text.lines:
        found = _PAGE_NUMBER.search(line.text)
        if found and (_PAGE_WORD.search(line.text) or len(line.words) <= 3):
            number, count = int(found[1]), int(found[2])
            if 1 <= number <= count:
                numbers.append((number, count))
    return numbers


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
