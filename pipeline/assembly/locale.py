"""Infer the page's currency, number format and date order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.amounts import THREE_DECIMALS, Convention, infer_convention
from pipeline.assembly.date_order import Orders, infer_orders
from pipeline.document import Page
from pipeline.receipt import Field

_CURRENCIES = {
    "RM": "MYR", "MYR": "MYR", "Rp": "IDR", "RP": "IDR", "IDR": "IDR", "S$": "SGD", "SGD": "SGD",
    "US$": "USD", "USD": "USD", "€": "EUR", "EUR": "EUR", "EURO": "EUR", "£": "GBP", "GBP": "GBP",
    "¥": "JPY", "￥": "JPY", "円": "JPY", "JPY": "JPY", "RMB": "CNY", "CNY": "CNY", "₩": "KRW",
    "KRW": "KRW", "₹": "INR", "Rs": "INR", "INR": "INR", "CHF": "CHF", "SFr": "CHF", "฿": "THB",
    "THB": "THB", "₫": "VND", "VND": "VND", "HK$": "HKD", "HKD": "HKD", "A$": "AUD", "AUD": "AUD",
    "C$": "CAD", "CAD": "CAD", "NZ$": "NZD", "NZD": "NZD", "NT$": "TWD", "TWD": "TWD", "zł": "PLN",
    "PLN": "PLN", "CZK": "CZK", "Kč": "CZK", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK",
    "MXN": "MXN", "R$": "BRL", "BRL": "BRL", "SAR": "SAR", "AED": "AED", "PHP": "PHP", "₱": "PHP",
    "₺": "TRY", "$": "$",
}  # fmt: skip
_MARKS = "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True))
CURRENCY_MARK = f"(?:{_MARKS})"
_SYMBOL = re.compile(rf"(?<![A-Za-z$])({_MARKS})(?![A-Za-z$])")
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ"
    "|NM|NV|NY|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY|DC"
)
_COUNTRY_SIGNS = {
    "MY": r"\bSDN\.?\s*BHD|\b(?:MALAYSIA|KUALA LUMPUR|SELANGOR|JOHOR|PENANG|PERAK)\b",
    "ID": r"\b(?:INDONESIA|JAKARTA|BANDUNG|SURABAYA|NPWP|PPN|PB1|KEMBALI(?:AN)?)\b",
    "US": rf"\b(?:{_STATES})[\s,]*\d{{5}}(?:-\d{{4}})?\b|\bSALES TAX\b|\bU\.?S\.?A\b"
    r"|(?<!\d)\(?\d{3}\)?[-. ]?\d{3}[-.]\d{4}(?!\d)|\bGRATUITY\b",
    "MX": r"\bR\.?F\.?C\b|\bMEXICO\b|\bCDMX\b|\bMXN\b|\bS\.?A\.? DE C\.?V\b",
    "BR": r"\bCNPJ\b|\bBRASIL\b|\bCUPOM\b|R\$",
    "SE": r"\bORG\.? ?NR\b|\bMOMS\b|\bSEK\b|\bSVERIGE\b",
    "JP": r"\bJPY\b|[¥￥円]|\bTOKYO\b|\bOSAKA\b",
    "GB": r"\bUNITED KINGDOM\b|\bLONDON\b|\bVAT (?:NO|REG)\b|\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b",
    "DE": r"\bMWST\b|\bGMBH\b|\bUST-?ID|\bSTEUERN|\bSUMME\b",
    "CH": r"\bCHE-?\d{3}|\bSCHWEIZ\b|\bSUISSE\b",
    "FR": r"\bTVA\b|\bSIRET\b|\bSARL\b|\bFRANCE\b",
    "ES": r"\bN\.?I\.?F\b|\bC\.?I\.?F\b|\bESPANA\b|\bFACTURA SIMPLIFICADA\b",
    "IT": r"\bP\.?\s?IVA\b|\bS\.?R\.?L\b|\bSCONTRINO\b|\bEURO\s+TOTALE\b",
    "NL": r"\bBTW\b|\bB\.V\b|\bNEDERLAND\b",
    "SG": r"\bPTE\.?\s*LTD|\bSINGAPORE\b",
    "AU": r"\bABN\b|\bPTY\.?\s*LTD|\bAUSTRALIA\b",
    "CA": r"\bHST\b|\bCANADA\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b",
    "IN": r"\bGSTIN\b|\bCGST\b|\bSGST\b|\bINDIA\b",
    "NZ": r"\bNEW ZEALAND\b",
    "HK": r"\bHONG KONG\b",
}
_SIGNS = {country: re.compile(signs) for country, signs in _COUNTRY_SIGNS.items()}
_CURRENCY_OF = {
    "MY": "MYR", "ID": "IDR", "US": "USD", "GB": "GBP", "DE": "EUR", "CH": "CHF", "FR": "EUR",
    "ES": "EUR", "IT": "EUR", "NL": "EUR", "SG": "SGD", "AU": "AUD", "CA": "CAD", "IN": "INR",
    "NZ": "NZD", "HK": "HKD", "MX": "MXN", "BR": "BRL",
    "SE": "SEK", "JP": "JPY",
}  # fmt: skip
_COUNTRY_OF = {"USD": "US", "MYR": "MY", "IDR": "ID", "GBP": "GB", "SGD": "SG"}
# Malaysian tills print the dollar sign too.
_DOLLARS = frozenset({"USD", "SGD", "AUD", "CAD", "NZD", "HKD", "TWD", "MYR", "MXN"})
# Votes of a mark that stands beside a number, against one elsewhere: RM is Rome as well.
_BESIDE_NUMBER = 3
# A currency taken from the country, or a bare dollar sign's country, is likely but not read.
_DERIVED_CONFIDENCE = 0.6
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Locale:
    """How this page writes money and dates.

    Attributes:
        orders: which of day, month and year comes first in dates of numbers alone.
    """

    currency: Field[str] | None
    country: str | None
    convention: Convention
    orders: Orders

    def is_in_thousandths(self, value: Decimal) -> bool:
        """Whether the value is no sum of money: litres of fuel, or the price of one."""
        code = self.currency.value if self.currency else None
        return value % _CENT != 0 and code not in THREE_DECIMALS


def infer_locale(page: Page, amounts: Iterable[str], dates: Iterable[str]) -> Locale:
    """Weigh the evidence of the whole page.

    Args:
        amounts, dates: the texts tagged as such; where no amounts are tagged, all tokens count.
    """
    lines = [" ".join(page.tokens[index].text for index in line) for line in page.lines()]
    country, sign = _country(lines)
    currency = _currency(page, country, sign)
    code = currency.value if currency else None
    country = country or _COUNTRY_OF.get(code or "")
    return Locale(
        currency=currency,
        country=country,
        convention=infer_convention(list(amounts) or (t.text for t in page.tokens), code),
        orders=infer_orders([*dates, *lines], country),
    )


def _country(lines: Iterable[str]) -> tuple[str | None, str]:
    """The country with the most signs, and the first sign's text."""
    votes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for line in lines:
        for country, signs in _SIGNS.items():
            if match := signs.search(line.upper()):
                votes[country] += 1
                first.setdefault(country, line[match.start() : match.end()].strip() or line)
    if not votes:
        return None, ""
    country = votes.most_common(1)[0][0]
    return country, first[country]


def _is_beside_number(page: Page, index: int) -> bool:
    """Whether the token, or its neighbour on the line, holds a digit."""
    line = page.tokens[index].line
    near = page.tokens[max(0, index - 1) : index + 2]
    return any(token.line == line and re.search(r"\d", token.text) for token in near)


def _currency(page: Page, country: str | None, sign: str) -> Field[str] | None:
    """The currency most often printed, above all beside numbers; else the country's."""
    found: dict[str, list[int]] = {}
    for index, token in enumerate(page.tokens):
        for name in _SYMBOL.findall(token.text):
            votes = _BESIDE_NUMBER if _is_beside_number(page, index) else 1
            found.setdefault(_CURRENCIES[name], []).extend([index] * votes)
    local = _CURRENCY_OF.get(country or "")
    if not found:
        if local is None:
            return None
        return Field[str](value=local, text=sign, confidence=_DERIVED_CONFIDENCE, boxes=[])
    code, indices = max(found.items(), key=lambda entry: len(entry[1]))
    token = page.tokens[indices[0]]
    share = len(indices) / sum(map(len, found.values()))
    if code == "$":
        code, certainty = (local, 1.0) if local in _DOLLARS else ("USD", _DERIVED_CONFIDENCE)
    else:
        certainty = 1.0
    return Field[str](
        value=code or "USD",
        text=token.text,
        confidence=min(1.0, share * certainty * token.confidence),
        boxes=[token.box.as_tuple()],
    )
