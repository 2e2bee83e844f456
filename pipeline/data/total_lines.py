"""Decide which of several equal amounts is the total, by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pipeline.document import Page

_AMOUNT = re.compile(r"\d[\d,]*[.,]\s?\d{2}(?!\d)|\d+")
_CURRENCY = re.compile(r"(rm|myr|usd|sgd|rp|idr|eur|gbp|[$€£¥])[:.]?", re.IGNORECASE)
_NOT_FINAL = re.compile(
    r"sub\s*-?total|total\s*(qty|item|quantity|disc|saving|gst|tax|sst|excl|rounding)|excl|"
    r"total\s*\(?\s*exc|before|taxable|gst\s*summary|item\(s\)"
)
_FINAL = re.compile(
    r"total|t0tal|tota1|jumlah|\bt\.?\s?l\b|^\W*amount|amount\s*(due|incl)|amt|payable|nett?\b|\bdue\b"
)
_ROUNDED = re.compile(
    r"round(ed)?\s*(total|am)|(total|after)\s*round|grand|nett?\b|payable|after|incl"
)
_PAYMENT = re.compile(
    r"tunai|\bcash|tender|credit|debit|visa|master|amex|card|\bpaid\b|payment|"
    r"received|collected"
)
_WORD = re.compile(r"[^\W\d_]{3}")


class Place(IntEnum):
    """The kind of line that an amount is on; higher values are more likely the total."""

    CHANGE = 0
    ITEM = 1  # there are other numbers beside it
    PAYMENT = 2
    ALONE = 3
    PARTIAL = 4  # a subtotal, a total without tax: equal to the total only by chance
    FINAL = 5


@dataclass(frozen=True, slots=True)
class _Occurrence:
    place: Place
    tokens: list[int]


def find_total(page: Page, text: str) -> list[list[int]]:
    """The tokens of all amounts equal to ``text`` that are marked as the total.

    Those are all on lines with a total's key word; without any, the last in the likeliest
    place. A total after rounding is told from the one before by its value. A currency
    directly before an amount belongs to it.
    """
    value = _value(text)
    if value is None:
        return []
    found = list(_occurrences(page, value))
    if not found:
        return []
    likeliest = max(occurrence.place for occurrence in found)
    spans = [occurrence.tokens for occurrence in found if occurrence.place is likeliest]
    return spans if likeliest is Place.FINAL else spans[-1:]


def _occurrences(page: Page, value: float) -> Iterator[_Occurrence]:
    above = ""
    for line in page.lines():
        words = [page.tokens[index].text for index in line]
        for place, index in enumerate(line):
            if _value(words[place]) == value:
                currency = place > 0 and _CURRENCY.fullmatch(words[place - 1]) is not None
                tokens = [line[place - 1], index] if currency else [index]
                others = any(
                    re.search(r"\d", word) for word in (*words[:place], *words[place + 1 :])
                )
                keys = _key_words(words, place, "" if others else above)
                named = [p for p in map(_named_place, keys) if p is not None]
                unnamed = Place.ITEM if others else Place.ALONE
                yield _Occurrence(named[0] if named else unnamed, tokens)
        above = "" if any(_is_money(word) for word in words) else " ".join(words)


def _key_words(words: Sequence[str], place: int, above: str) -> tuple[str, ...]:
    """The words that may describe an amount, nearest first: those since the amount before it.

    Where there are none, all of the line's (``TOTAL 27.36 1.64 29.00``), or those of a
    line above that has no amount of its own (large type is set in two lines).
    """
    start = max((i + 1 for i in range(place) if _is_money(words[i])), default=0)
    own = " ".join(words[start : place + 1]).lower()
    return (own,) if _WORD.search(own) else (own, " ".join(words).lower(), above.lower())


def _named_place(words: str) -> Place | None:
    if re.search(r"change|baki", words):
        return Place.CHANGE
    if _PAYMENT.search(words) and not re.search(r"total|incl", words):
        return Place.PAYMENT
    if _NOT_FINAL.search(words) and not _ROUNDED.search(words):
        return Place.PARTIAL
    return Place.FINAL if _FINAL.search(words) else None


def _is_money(word: str) -> bool:
    return re.search(r"\d[.,]\d{2}(?!\d)", word) is not None and "%" not in word


def _value(text: str) -> float | None:
    """The value of a text that is one amount, possibly with a currency and a tax mark."""
    cleaned = re.sub(r"^[^\d]*", "", text.replace(" ", ""))
    found = _AMOUNT.match(cleaned)
    if found is None or "%" in text or re.search(r"\d", cleaned[found.end() :]):
        return None
    digits = re.sub(r"[.,]", "", found[0])
    return float(digits) / 100 if re.search(r"[.,]\s?\d{2}$", found[0]) else float(digits)
