"""Find name, address, phone, tax id, date, time and way of payment on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.data.alignment import find_date, find_text_spans, likeness
from pipeline.data.fuzzy_spans import letters_and_digits
from pipeline.data.transcribed.found import Found, Span
from pipeline.data.transcribed.transcription import Transcription
from pipeline.document import Page
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import find_key_words, key_words
from pipeline.text_lines.lines import Line

_TOP = 12  # lines; what is further down repeats name and address
_LIKE = 80  # of 100; a text that is less like what was transcribed is not it
_TIME = re.compile(r"(?<![\d:.,])(\d{1,2})[:hH](\d{2})(?:[:.](\d{2}))?(?![\d%])")
_TIME_APART = re.compile(r"(?<!\d)\d{1,2} ?: \d{2}(?!\d)|(?<!\d)\d{1,2} : ?\d{2}(?!\d)")
_HALF = re.compile(r"[ap]\.?m\.?", re.IGNORECASE)
# Announces a tax id; Malaysia's "Co. Reg. No." and register numbers of courts are none.
_TAX_ID_KEY = re.compile(
    r"(?<![a-z])(?:gst|sst|vat|tax|nif|nipc|iva|npwp|tin|ein|"
    r"n\.?\s?c\.?|(?:n\S{0,2}\s)?contrib\w*)(?![a-z])",
    re.IGNORECASE,
)
_TAX_ID = re.compile(r"(?=(?:\D*\d){8})[A-Z]{0,3}[-.]?\d[\dA-Z.\-/]*")
_TAX_ID_PART = re.compile(r"(?!.*\d[.,]\d\d$)[^\d%]*\d[\dA-Z.\-/]*\W*")
_TAX_ID_DIGITS = range(8, 17)
_CUSTOMER = re.compile(
    r"(?<![a-z])(?:client\w*|customer|nome|name|exm\w*|bill to|sold to)(?![a-z])", re.IGNORECASE
)
_CUSTOMER_LINES = 3  # that a customer's name and address take, above the tax id
_SHORTEST_PHONE = 6  # digits
_CARD = re.compile(
    r"(?<![a-z])(?:visa|master\w*|credit|debit\w*|card|amex|multibanco|cart[aã]o|mb|kartu|"
    r"go-?pay|ovo|edc|e-?wallet)(?![a-z])",
    re.IGNORECASE,
)
_PAYS = re.compile(r"pay|paid|pagam|tender|\bmode\b", re.IGNORECASE)


def find_texts(
    page: Page, lines: Sequence[Line], free: Sequence[int], receipt: Transcription
) -> Iterator[Found]:
    """Name and address, among the free tokens at the top; a name above all amounts."""
    top = _texts(lines[:_TOP], free)
    first_amount = next((n for n, line in enumerate(lines) if line.ends_with_amount()), _TOP)
    name = _like_text(_texts(lines[: min(_TOP, first_amount)], free), receipt.merchant_name)
    if name and not _is_part_of_line(page, top, name):
        yield Found("merchant_name", tuple(name))
        top = {i: text for i, text in top.items() if not any(i in span for span in name)}
    address = _like_text(top, receipt.merchant_address)
    if address:
        yield Found("merchant_address", tuple(address))


def find_phone(lines: Sequence[Line], receipt: Transcription) -> Found:
    """The merchant's phone numbers; incomplete where there may be others."""
    texts = {
        index: word
        for line in lines
        if not key_words().fax.search(line.text)
        for index, word in zip(line.tokens, line.words, strict=True)
        if not any(map(str.isalpha, word)) or any(map(str.isdigit, word))
    }
    spans = [
        span
        for span in _like_text(texts, receipt.merchant_phone)
        if len(_digits(texts[index] for index in span)) >= _SHORTEST_PHONE
    ]
    known = {index for span in spans for index in span}
    others = any(_announces_phone(line) and not known.intersection(line.tokens) for line in lines)
    return Found(
        "merchant_phone", tuple(spans), not others and bool(spans or not receipt.merchant_phone)
    )


def find_tax_id(lines: Sequence[Line], receipt: Transcription, customers: frozenset[str]) -> Found:
    """The merchant's tax id: the first number that is announced as one.

    Customers' ids, which stand below, and register numbers are transcribed as tax ids, too.

    Args:
        customers: their ids.
    """
    texts = {
        index: word for line in lines for index, word in zip(line.tokens, line.words, strict=True)
    }
    announced = [
        span
        for number, line in enumerate(lines)
        if (span := _tax_id(line))
        and not _is_customers(lines, number)
        and _digits(texts[index] for index in span) not in customers
    ]
    if not announced:
        return Found("merchant_tax_id", complete=not any(map(_announces_tax_id, lines)))
    digits = _digits(texts[index] for index in announced[0])
    same = [span for span in announced if _digits(texts[i] for i in span) == digits]
    if not receipt.merchant_tax_id or digits not in _digits([receipt.merchant_tax_id]):
        return Found("merchant_tax_id", complete=False)
    return Found("merchant_tax_id", tuple(same))


def find_day(page: Page, receipt: Transcription) -> Found:
    """The date wherever it is repeated."""
    if not receipt.date:
        is_dated = any(patterns.DATE.search(_text(page, line)) for line in page.lines())
        return Found("date", complete=not is_dated)
    spans = tuple(tuple(span) for span in find_date(page, receipt.date))
    return Found("date", spans, bool(spans))


def find_time(page: Page, receipt: Transcription, dates: Found) -> Found:
    """The time wherever it is repeated; incomplete where another stands beside the date."""
    dated = {page.tokens[index].line for span in dates.spans for index in span}
    spans: list[Span] = []
    complete = not any(_TIME_APART.search(_text(page, line)) for line in page.lines())
    for line in page.lines():
        for place, index in enumerate(line):
            match = _TIME.search(page.tokens[index].text)
            if match is None:
                continue
            if receipt.time and _is_time(match, receipt.time):
                half = line[place + 1 : place + 2]
                is_half = half and _HALF.fullmatch(page.tokens[half[0]].text)
                spans.append((index, half[0]) if is_half else (index,))
            elif page.tokens[index].line in dated:
                complete = False
    return Found("time", tuple(spans), complete and bool(spans or not receipt.time))


def find_payment(lines: Sequence[Line], receipt: Transcription) -> Found:
    """The name of a card or other means, on the lines that say that it was paid with.

    The words for cash are key words of its amount.
    """
    method = receipt.payment_method or ""
    if is_cash(method):
        method = ""
    spans: list[Span] = []
    for line in lines:
        if method and (line.amounts or _PAYS.search(line.text)):
            words = dict(zip(line.tokens, line.words, strict=True))
            letters = {i: word for i, word in words.items() if not any(map(str.isdigit, word))}
            spans += _like_text(letters, method, 90)
    named = any(_CARD.search(line.text) for line in lines)
    return Found("payment_method", tuple(spans), bool(spans) or not (named or method))


def is_cash(method: str) -> bool:
    """Whether a way of payment is called by a word for cash."""
    return any(key.label == "cash" for _, key in find_key_words(method))


def _texts(lines: Sequence[Line], free: Sequence[int]) -> dict[int, str]:
    among = set(free)
    return {
        index: word
        for line in lines
        for index, word in zip(line.tokens, line.words, strict=True)
        if index in among
    }


def _like_text(texts: Mapping[int, str], text: str | None, least: float = _LIKE) -> list[Span]:
    """The spans of a text; none if what was found is not like it."""
    if not text or not letters_and_digits(text):
        return []
    spans = find_text_spans(texts, text)
    found = [index for span in spans for index in span]
    return [tuple(span) for span in spans] if likeness(texts, found, text) >= least else []


def _is_part_of_line(page: Page, free: Mapping[int, str], spans: Iterable[Span]) -> bool:
    """Whether words stand beside a name, apart from numbers and what is in brackets."""
    inside = {index for span in spans for index in span}
    lines = {page.tokens[index].line for index in inside}
    beside = " ".join(
        text for i, text in free.items() if page.tokens[i].line in lines and i not in inside
    )
    return len(re.findall(r"[^\W\d_]", re.sub(r"\(.*?\)", "", beside))) > 3


def _announces_phone(line: Line) -> bool:
    digits = len(_digits(line.words))
    return (
        digits >= 7
        and bool(patterns.PHONE_ALONE.search(line.text) or key_words().phone.search(line.text))
        and not key_words().fax.search(line.text)
    )


def _announces_tax_id(line: Line) -> bool:
    parts = [word for word in line.words if _TAX_ID_PART.fullmatch(word)]
    return bool(_TAX_ID_KEY.search(line.text)) and len(_digits(parts)) >= _TAX_ID_DIGITS[0]


def _is_customers(lines: Sequence[Line], number: int) -> bool:
    above = lines[max(0, number - _CUSTOMER_LINES) : number + 1]
    return any(_CUSTOMER.search(line.text) for line in above)


def _tax_id(line: Line) -> Span:
    """The number after the key word, in one word or in several of three digits."""
    match = _TAX_ID_KEY.search(line.text)
    if match is None:
        return ()
    span: tuple[int, ...] = ()
    for index, word, start in zip(line.tokens, line.words, line.starts, strict=True):
        if start + len(word) <= match.end() or not _TAX_ID_PART.fullmatch(word):
            if span:
                break
            continue
        span = (*span, index)
        if _TAX_ID.search(word):
            break
    digits = sum(len(_digits([line.words[line.tokens.index(i)]])) for i in span)
    return span if digits in _TAX_ID_DIGITS else ()


def _is_time(match: re.Match[str], time: str) -> bool:
    """Whether hour and minute are the same, on a clock of 12 or 24 hours."""
    hour, minute = (int(part) for part in time.split(":")[:2])
    return int(match[1]) % 12 == hour % 12 and int(match[2]) == minute


def _digits(words: Iterable[str]) -> str:
    return "".join(character for word in words for character in word if character.isdigit())


def _text(page: Page, line: Sequence[int]) -> str:
    return " ".join(page.tokens[index].text for index in line)
