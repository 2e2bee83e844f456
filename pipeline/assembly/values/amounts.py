"""Parse amounts, with the number format of the whole page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from pipeline.world import currencies

CENT = Decimal("0.01")
ZERO = Decimal(0)


class NumberFormat(StrEnum):
    """The number format of a page."""

    POINT = "point"  # 1,234.50
    COMMA = "comma"  # 1.234,50
    WHOLE = "whole"  # 45.000 or 45,000: no decimals, the separator groups thousands


_SIGNS = "$£¥€₡₦₩₪₫₱₲₴₸₹₺₽₿฿"
_DASHES = str.maketrans("−–—‐‑’`´", "-----'''")
_NUMBER = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:"
    r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,2})?(?![\d.,]*\d)"  # 1 234,50
    r"|\d+(?:[.,']+\d+)*"
    r"|(?<![\w.,])[.,]\d{2}(?!\d|[.,]\d))"  # .50, but not the end of `Rp.45.000`
)
_MINUS_BEFORE = re.compile(
    # A minus may stand on either side of the currency, but a hyphen inside a word is no sign.
    r"(?:^|\s|\()-\s*(?:[A-Za-z]{0,3}[^\w\s]|[A-Za-z]{1,3}\.?)?\s*$|[^\w\s]\s*-\s*$"
    r"|^\s*(?:RM|R[PpSs]|MYR|IDR|SGD|USD|EUR|GBP|CHF)\s*-\s*$"
)
# A digit that OCR read as a letter stands next to digits and not next to letters: the O of
# `1O.00`, but not that of `EURO 5`.
_ZERO = re.compile(
    r"(?<![A-Za-z])[Oo]+(?=[.,]?\d)|(?<=\d)[Oo]+(?![A-Za-z])|(?<=\d[.,])[Oo]+(?![A-Za-z])"
)
_ONE = re.compile(
    r"(?<![A-Za-z])[Il|](?=[.,]?\d)|(?<=\d)[Il|](?![A-Za-z])|(?<=\d[.,])[Il|](?![A-Za-z])"
)
_FIVE = re.compile(r"(?<=[\d.,])S(?=[.,]?\d)")
_EIGHT = re.compile(r"(?<=[\d.,])B(?=[.,]?\d)")
# A number cut apart at its separator, but not a line number: `3. 12.50`.
_LOOSE_POINT = re.compile(r"(?<=\d)(?:\s+([.,])\s*|([.,])\s+)(?=\d{2,3}(?![\d.,]))")
_ABBREVIATION = re.compile(r"(?<=[A-Za-z])\.(?=\d{3})")  # Rp.500
_COLON = re.compile(r"(?<![\d:.,])(\d{1,4}):(\d{2})(?![\d:.,])")  # 14:20 for 14.20
_PERCENT = re.compile(r"\s*%")
_RAISED_POINT = re.compile(r"(?<=\d)·(?=\d{2}(?!\d))")
_ANY_SEPARATOR = re.compile(r"[.,' ]")
_SEPARATOR = re.compile(r"[.,]")
# Behind a currency, too: `358.000₫-`. In front of the letter of a tax class it is a dash as often:
# of `8.59-A`, a tax of a Dutch receipt.
_MINUS_BEHIND = re.compile(rf"\s*(?:[{_SIGNS}]\s?)?-(?!\s*\w)|\s?[^\W\d_]{{2,3}}-$")
_OPEN_BRACKET = re.compile(r"\([^)]*$")
_CLOSING_BRACKET = re.compile(r"[^(]*\)")
# Before a negative amount in brackets; a star alone may stand in front of any: `(*204,90)`.
_NOT_ACCOUNTING = re.compile(r"[A-Za-z]{4}|[@×]|(?<!\()\*|\d")
_DATE = re.compile(r"(?<![\d.,])\d{1,2}([.,])\d{1,2}\1(?:\d{4}|\d{2})(?![\d.,])")
_THREE_BEHIND_MARK = re.compile(r"(?<![\d.,])\d{1,3}[.,]\d{3}(?![\d.,]*\d)")
_BY_FAR = 2
_LARGEST = 12  # digits in front of the decimals; longer runs are barcodes and card numbers


def parse_amount(text: str, number_format: NumberFormat) -> Decimal | None:
    """The amount in ``text``, or ``None``.

    Of several numbers the last with a separator counts, then the last: labels and
    counts stand in front of amounts. Percentages are not amounts.
    """
    cleaned = _cleaned(text)
    numbers = [
        m for m in _NUMBER.finditer(cleaned) if not cleaned[m.end() :].lstrip().startswith("%")
    ]
    if not numbers:
        return None
    match = next((m for m in reversed(numbers) if _ANY_SEPARATOR.search(m[0])), numbers[-1])
    value = _value(match[0], number_format)
    if value is None:
        return None
    return -value if value and _is_negative(cleaned, match) else value


def may_have_thousandths(text: str) -> bool:
    """Whether the number in ``text`` has three digits behind its only separator: thousands, or
    decimals, as those of litres of fuel and the price of one."""
    return _THREE_BEHIND_MARK.search(text) is not None


def infer_number_format(texts: Iterable[str], currency: str | None) -> NumberFormat:
    """Infer the number format of a page from all its amounts and its currency.

    Two digits behind a separator speak for decimals, three for groups. Groups that
    outnumber the decimals behind the same separator make it a thousands separator; by far,
    if the currency has cents: litres and gallons and their prices have three decimals.
    """
    decimals: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for text in texts:
        cleaned = _cleaned(text)
        for match in _NUMBER.finditer(cleaned):
            if not _PERCENT.match(cleaned, match.end()):
                _vote(match[0], decimals, groups)
    point, comma = decimals["."], decimals[","]
    if point == comma:
        if not point and groups and currencies.decimals(currency) == 3:
            return NumberFormat.COMMA if groups[","] > groups["."] else NumberFormat.POINT
        if not point and groups:
            return NumberFormat.WHOLE
        return _usual(currency)
    separator = "." if point > comma else ","
    has_cents = currency is not None and currencies.decimals(currency) > 0
    if groups[separator] > decimals[separator] * (_BY_FAR if has_cents else 1):
        return NumberFormat.WHOLE
    return NumberFormat.POINT if separator == "." else NumberFormat.COMMA


def _usual(currency: str | None) -> NumberFormat:
    if currencies.decimals(currency) == 0:
        return NumberFormat.WHOLE
    return NumberFormat.COMMA if currencies.decimal_mark(currency) == "," else NumberFormat.POINT


def _vote(number: str, decimals: Counter[str], groups: Counter[str]) -> None:
    separators = _SEPARATOR.findall(number)
    if not separators:
        return
    head, *tails = _SEPARATOR.split(number)
    last = separators[-1]
    if len(separators) > 1 and len(set(separators)) == 1:
        if all(len(tail) == 3 for tail in tails):  # else a date or a version number
            groups[last] += 1
    elif len(tails[-1]) == 2:
        decimals[last] += 1
    elif len(tails[-1]) == 3 and 0 < len(head) <= 3 and not head.startswith("0"):
        groups[last] += 1


def _cleaned(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    if not text.isascii():
        text = "".join(c if c.isascii() or not c.isdigit() else " " for c in text)
    text = _ZERO.sub(lambda m: "0" * len(m[0]), text)
    text = _ONE.sub("1", text)
    text = _EIGHT.sub("8", _FIVE.sub("5", text))
    text = _RAISED_POINT.sub(".", text)
    text = _DATE.sub(" ", _ABBREVIATION.sub(". ", text))
    text = _LOOSE_POINT.sub(lambda match: match[1] or match[2], text)
    return _COLON.sub(r"\1.\2", text)


def _is_negative(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if _MINUS_BEHIND.match(after) or _MINUS_BEFORE.search(before):
        return True
    return bool(
        _OPEN_BRACKET.search(before)
        and _CLOSING_BRACKET.match(after)
        and not _NOT_ACCOUNTING.search(before)
    )


def _value(number: str, number_format: NumberFormat) -> Decimal | None:
    number = number.replace("'", "").replace(" ", "")
    separators = _SEPARATOR.findall(number)
    parts = re.split(r"[.,]+", number)
    whole, fraction = "".join(parts), ""
    if separators and _has_decimals(parts, separators, number_format):
        whole, fraction = "".join(parts[:-1]), parts[-1]
    if len(whole) > _LARGEST:
        return None
    return Decimal(f"{whole or 0}.{fraction}" if fraction else whole)


def _has_decimals(parts: list[str], separators: list[str], number_format: NumberFormat) -> bool:
    last = separators[-1]
    groups = all(len(part) == 3 for part in parts[1:]) and 0 < len(parts[0]) <= 3
    if not groups or parts[0].startswith("0"):
        return len(parts[-1]) != 3 or len(parts) == 2
    if len(parts) > 2:
        return len(set(separators)) > 1  # 1,234.567
    return (last == "." and number_format is NumberFormat.POINT) or (
        last == "," and number_format is NumberFormat.COMMA
    )
