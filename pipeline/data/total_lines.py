"""Which of a receipt's many equal amounts is the total: the words beside it decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from pipeline.document import Page, Token

# An amount with two decimals after a point or comma, or a whole number.
_AMOUNT = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[,.' ]\d{3})+|\d+)(?:([.,])\s?(\d{2}))?(?![\d]|[.,]\d)|(?<!\d)([.,])(\d{2})(?!\d)"
)
_CURRENCY = re.compile(r"^(rm|myr|usd|eur|rp|idr|chf|[$€£¥])[.:]?$", re.IGNORECASE)
_TOTAL = re.compile(
    r"t[o0]tal|t[o0]ta[il1]|jumlah|summe|gesamt|amount|\bamt\b|\bnett?\b|\bdue\b|payable"
    r"|balance|\bto pay\b|rounded|incl",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"sub[\s.-]*t[o0]tal|excl|exclud|before|without|w/o|taxable|\b(qty|quantity|items?|disc\w*|saving\w*"
    r"|points?|deposit|tender\w*)\b|\b(gst|sst|tax|vat)\s+(amount|amt|total)|total\s+(gst|sst|tax|vat)\b"
    r"|rounding|r[o0]unding\s*adj|gst\s*@|\bdpp\b",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    r"\bcash\b|\bchange\b|tender|\bvisa\b|master|\bcards?\b|\bpaid\b|payment|debit|credit|baki|tunai"
    r"|amex|received",
    re.IGNORECASE,
)


class Place(IntEnum):
    """What kind of line an amount stands on, the likelier the total the higher."""

    OTHER = 0
    PAYMENT = 1
    PARTIAL = 2
    BARE = 3
    TOTAL = 4


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it stands on the page: the tokens that spell it."""

    tokens: tuple[int, ...]
    value: Decimal
    place: Place


def amount_value(text: str) -> Decimal | None:
    """The one amount that a text spells (``RM 9.00``, ``$1,234.50``), else ``None``."""
    values = list(_values(text))
    return values[0] if len(values) == 1 else None


def find_totals(page: Page, value: Decimal) -> list[Amount]:
    """The occurrences of ``value`` that say it is the total.

    All of those beside a total's key word (a total after rounding is told from the one
    before by its value). Without any, the last one in the likeliest place: alone on its
    line, on a subtotal's line, on a payment's, anywhere.
    """
    found = [amount for amount in _amounts(page) if amount.value == value]
    if not found:
        return []
    likeliest = max(amount.place for amount in found)
    chosen = [amount for amount in found if amount.place == likeliest]
    return chosen if likeliest is Place.TOTAL else chosen[-1:]


def _values(text: str) -> Iterator[Decimal]:
    for match in _AMOUNT.finditer(text):
        whole, _, cents, _, bare_cents = match.groups()
        if bare_cents is not None:
            yield Decimal(f"0.{bare_cents}")
        else:
            yield Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{cents or '00'}")


def _amounts(page: Page) -> Iterator[Amount]:
    lines = page.lines()
    above = ""
    for indices in lines:
        tokens = [page.tokens[index] for index in indices]
        for position, index in enumerate(indices):
            for length, value in _readings(tokens, position):
                words = " ".join(token.text for token in tokens[:position])
                own = tokens[position].text
                after = " ".join(token.text for token in tokens[position + length :])
                place = _place(f"{words} {own}", after, above)
                spelled = tuple(range(index, index + length))
                yield Amount(_with_currency(page, spelled), value, place)
        above = " ".join(token.text for token in tokens)


def _readings(tokens: Sequence[Token], position: int) -> Iterator[tuple[int, Decimal]]:
    """The amounts that start at a token, alone or joined with the next (``9.`` ``00``)."""
    text = tokens[position].text
    for value in _values(text):
        yield 1, value
    if position + 1 < len(tokens):
        after = tokens[position + 1].text
        cut = re.search(r"\d[.,]$", text) and re.match(r"\d{2}$", after)
        cut = cut or (re.search(r"\d$", text) and re.match(r"[.,]\s?\d{2}$", after))
        if cut:
            for value in _values(text + after):
                yield 2, value


def _with_currency(page: Page, spelled: tuple[int, ...]) -> tuple[int, ...]:
    before = spelled[0] - 1
    if before >= 0 and page.tokens[before].line == page.tokens[spelled[0]].line:
        if _CURRENCY.match(page.tokens[before].text):
            return (before, *spelled)
    return spelled


def _place(words: str, after: str, above: str) -> Place:
    if not re.search(r"[^\W\d_]{3}", words):  # only the amount and at most a currency
        if re.search(r"[^\W\d_]{3}", after):
            words = after
        elif re.search(r"\d[.,]\d{2}", above):
            return Place.BARE
        else:
            words = above
    if _PARTIAL.search(words):
        # "TOTAL (INCL. GST) ITEM: 3": the key word of the total wins only if rounded or inclusive
        inclusive = re.search(r"incl|round(ed)?\b|after|payable|grand", words, re.IGNORECASE)
        return Place.TOTAL if inclusive and _TOTAL.search(words) else Place.PARTIAL
    if _TOTAL.search(words):
        return Place.TOTAL
    if _PAYMENT.search(words):
        return Place.PAYMENT
    return Place.BARE if not re.search(r"[^\W\d_]{3}", words) else Place.OTHER
