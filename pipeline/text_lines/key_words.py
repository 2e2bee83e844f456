"""Compile the words of all languages into patterns of what announces a value.

The languages give the words and parts of patterns (``languages/*.yaml``); how names of totals
and of taxes combine, as in "Total incl. VAT", is the same in all of them and stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache

from pipeline.errors import ConfigError
from pipeline.text_lines.key_phrases import LABELS, KeyPhrase, find_key_phrases
from pipeline.world.languages import languages

_NAMES = {"{total}": "total_name", "{tax}": "tax_name"}
_RATE = r"[\s.(:@]*(?:\d+(?:[.,]\d+)?\s*%?)?[\s).]*"


@dataclass(frozen=True, slots=True)
class KeyWord:
    """What a printed word announces.

    Attributes:
        label: of the amount; ``None`` for an amount that is no field, as after "total qty".
        strength: fixed by hand, between 0 and 1; not calibrated, only an order.
    """

    label: str | None
    strength: float = 0.8


_Place = tuple[int, int, KeyWord]
_OF_PHRASE = {label: KeyWord(label) for label in LABELS.values()}


@dataclass(frozen=True, slots=True)
class KeyWords:
    """What to look for on a page, in all languages.

    Attributes:
        amount_patterns: in the order of search: what one has matched, no later one sees. So "sub
            total" and "total qty" are taken before "total", and "total incl. tax" before "tax".
        tax_base: what a tax is on, one amount for each rate.
        rate_heading: a tax's name above a column of rates beside the goods.
        fee: what is added to a bill and is neither tip nor service.
        payment: the name of a means of payment; paid_by: leads over to one.
        page_break: that the list goes on overleaf, or the sum so far.
        section: of a shop, a heading above its goods.
        before_price: leads over from a description to its price.
        customer: announces the buyer's name, address or tax number.
        other_date: announces a day on which nothing was bought; other_time: likewise, or how long
            something took.
    """

    amount_patterns: tuple[tuple[KeyWord, re.Pattern[str]], ...]
    rate_heading: re.Pattern[str]
    tax_base: re.Pattern[str]
    tax_table: re.Pattern[str]
    rounding: re.Pattern[str]
    service: re.Pattern[str]
    fee: re.Pattern[str]
    tip: re.Pattern[str]
    tip_suggested: re.Pattern[str]
    payment: re.Pattern[str]
    paid_by: re.Pattern[str]
    page_break: re.Pattern[str]
    section: re.Pattern[str]
    column: re.Pattern[str]
    before_price: re.Pattern[str]
    legal_form: re.Pattern[str]
    address: re.Pattern[str]
    customer: re.Pattern[str]
    not_header: re.Pattern[str]
    date: re.Pattern[str]
    other_date: re.Pattern[str]
    other_time: re.Pattern[str]
    phone: re.Pattern[str]
    fax: re.Pattern[str]


@cache
def key_words() -> KeyWords:
    """The key words of all languages.

    Raises:
        ConfigError: a pattern of a language's file is no regular expression.
    """
    names = [field.name for field in fields(KeyWords) if field.name != "amount_patterns"]
    try:
        return KeyWords(
            amount_patterns=_amount_patterns(), **{name: _any(_texts(name)) for name in names}
        )
    except re.error as error:
        raise ConfigError(_wrong_pattern() or str(error)) from error


def find_key_words(text: str) -> tuple[tuple[int, KeyWord], ...]:
    """The key words in a text with the position where each ends, from left to right.

    Words that a till prints count where no pattern matches; several words also replace
    patterns for parts of them that announce something else: "Tax total" is no total.
    """
    found = _matches(text)
    for phrase in find_key_phrases(text):
        within = [one for one in found if one[0] < phrase.end and one[1] > phrase.start]
        if not within or _replaces(phrase, within):
            found = [one for one in found if one not in within]
            found.append((phrase.start, phrase.end, _OF_PHRASE[phrase.label]))
    return tuple((end, key) for _, end, key in sorted(found, key=lambda one: one[1]))


def _matches(text: str) -> list[_Place]:
    """Where the patterns match, from left to right; what one has matched, later ones do not see."""
    found: list[_Place] = []
    for key, pattern in key_words().amount_patterns:
        for match in pattern.finditer(text):
            found.append((*match.span(), key))
            text = text[: match.start()] + "\0" * len(match[0]) + text[match.end() :]
    return sorted(found, key=lambda one: one[1])


def _replaces(phrase: KeyPhrase, within: Sequence[_Place]) -> bool:
    covers = all(phrase.start <= start and end <= phrase.end for start, end, _ in within)
    return phrase.has_several_words and covers and within[-1][2].label != phrase.label


def _amount_patterns() -> tuple[tuple[KeyWord, re.Pattern[str]], ...]:
    total, tax = _one_of("total_name"), _one_of("tax_name")
    with_tax, without_tax = _one_of("with_tax"), _one_of("without_tax")
    amount = rf"(?:{total}|amount|amt)"
    due = rf"{total}\s*{_one_of('due')}(?:[\s(]*{tax}\s*incl?\w*\)?)?"
    tax_excluded = (
        rf"{amount}(?:\s*(?:sales|amount|amt|price))?[\s(]*"
        rf"{without_tax}\.?\s*(?:of)?{_RATE}{tax}?\)?"
    )
    tax_included = (
        rf"{amount}(?:\s*(?:sales|amount|amt|rm))?[\s(]*{with_tax}[.,]?\s*(?:of)?{_RATE}{tax}?\)?",
        rf"{total}[\s(]*{tax}\s*incl?\w*\)?",
    )
    total_of_tax = (
        rf"{total}\s*(?:amount\s*)?(?:of\s*)?{tax}(?:\s*am(?:oun)?t)?(?!\W*incl?)",
        rf"{total}\s*includes{_RATE}{tax}",
        rf"{tax}{_RATE}included\s*in\s*{total}",
    )
    # Total a pagar (incl. IVA à 6%), zu zahlen inkl. 19 % MwSt
    rate = r"(?:\s*\d+(?:[.,]\d+)?\s*%)?"
    and_tax = rf"(?:[\s(]*{with_tax}[.,]?{rate}\s*{tax}(?:\s*\w{{1,2}})?{rate}\)?)?"
    to_pay = rf"(?:{'|'.join([*_texts('to_pay'), due])}){and_tax}"
    plain_total = rf"{total}(?:\s*(?:amount|amt|sales|price|rm|usd))?"
    return (
        (KeyWord("total", 0.9), _any([to_pay])),
        (KeyWord(None), _any([*_texts("no_field"), *_texts("rounding"), *_texts("tax_base")])),
        (KeyWord("subtotal"), _any([*_texts("subtotal"), tax_excluded])),
        (KeyWord("tax", 0.7), _any(total_of_tax)),
        (KeyWord("total", 0.75), _any(tax_included)),
        (KeyWord("change"), _any(_texts("change"))),
        (KeyWord("discount"), _any(_texts("discount"))),
        (KeyWord("tip"), _any(_texts("tip"))),
        (KeyWord("tax"), _any([tax, *_texts("tax")])),
        (KeyWord("total"), _any([plain_total, *_texts("total")])),
        (KeyWord("cash"), _any(_texts("cash"))),
    )


def _texts(key: str) -> list[str]:
    """The patterns of all languages for a key, each once, with names of totals and taxes."""
    texts = dict.fromkeys(text for one in languages() for text in one.reading.get(key, ()))
    return [_filled(text) for text in texts]


def _filled(text: str) -> str:
    for mark, name in _NAMES.items():
        text = text.replace(mark, _one_of(name)) if mark in text else text
    return text.replace(" ", r"\s*")


def _one_of(key: str) -> str:
    return f"(?:{'|'.join(_texts(key))})"


def _any(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(texts)})(?![a-z])", re.IGNORECASE)


def _wrong_pattern() -> str | None:
    """Which pattern of which file is wrong, and why."""
    for one in languages():
        for key, texts in one.reading.items():
            for text in texts:
                try:
                    re.compile(text)
                except re.error as error:
                    return f"languages/{one.name}.yaml: reading: {key}: {text!r}: {error}"
    return None
