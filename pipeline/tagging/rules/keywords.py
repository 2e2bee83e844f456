"""Key words of receipts in eight languages, by the label whose value they announce.

The order is the order of asking: a line is of the first label whose pattern it holds, so
"subtotal" is asked for before "total", and what only looks like a total before both.
"""

from __future__ import annotations

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z])(?:" + "|".join(words) + r")(?![a-z])", re.IGNORECASE)


NO_AMOUNT_TO_BOOK = _any(
    r"total\s*(?:qty|quantity|items?|saving\w*|disc\w*|points?)", r"items?\s*sold", r"item\s*count",
    r"you\s*saved?", r"round\w*(?:\s*adj\w*)?", "pembulatan", r"service\s*ch\w*", "points",
)  # fmt: skip
SUMMARY: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("subtotal", _any(
        r"sub[\s-]*tota?a?le?", r"sub[\s-]*ttl", "zwischensumme", r"sous[\s-]*total", r"total\s*ht",
        r"net\s*amount", "netto", r"harga\s*jual", "imponibile", r"base\s*imponible",
        r"total\s*excl\w*", r"total\s*\(excl\w*",
    )),
    ("change", _any(
        "change", r"r[uü]ckgeld", "wechselgeld", "rendu", "cambio", "resto", "wisselgeld",
        "kembali(?:an)?", "baki",
    )),
    ("discount", _any(
        "disc(?:ount)?", "rabatt", "remise", "descuento", "sconto", "korting", "diskon",
        "potongan", "coupon", "voucher",
    )),
    ("tip", _any("tip", "gratuity", "trinkgeld", "pourboire", "propina", "mancia", "fooi")),
    ("total", _any(
        "total", "totale", "totaal", r"grand\s*total", "summe", r"gesamt\w*", r"zu\s*zahlen",
        r"amount\s*(?:due|payable)", r"balance\s*due", r"net\s*a\s*payer", r"a\s*pagar",
        r"te\s*betalen", "jumlah", r"nett?\s*total", "t0tal",
    )),
    ("tax", _any(
        r"(?:sales\s*)?tax(?:es)?", "vat", "gst", "sst", "hst", "mwst", "ust", "tva", "iva", "btw",
        "ppn", "pb1", "pajak",
    )),
    ("cash", _any(
        "cash", "tendered", "bar", r"esp[eè]ces", "efectivo", "contanti?", "contant", "tunai",
        "gegeben",
    )),
)  # fmt: skip
ADDRESS = _any(
    r"jalan|jln?|lorong|taman|bandar|lot|no\.?", r"street|st\.?|road|rd\.?|ave(?:nue)?|blvd|lane|drive|hwy",
    r"\w*stra(?:ß|ss)e|\w*str\.?|platz|rue|avenue|calle|c/|via|piazza|corso|straat|plein",
    r"selangor|kuala|johor|penang|perak|malaysia|singapore|jakarta|bandung",
)  # fmt: skip
PHONE_KEY = _any("tel(?:ephone|efon|p)?", "phone", "ph", "call", "t", r"t[eé]l")
LEGAL = _any("sdn", "bhd", "inc", "llc", "ltd", "gmbh", "enterprise", "restaurant", "cafe", "store")
PHONE = re.compile(r"\+?\(?\d[\d()\s./-]{5,}\d")
POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)|[A-Z]{2}\s\d{5}")
AMOUNT = re.compile(
    r"^(?:rm|rp\.?|eur|usd|[$€£¥])?\s?-?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d{2})?-?\s?(?:€|eur|[a-z*]{1,2})?$",
    re.IGNORECASE,
)  # fmt: skip
PRICE = re.compile(r"\d[.,]\d{2,3}(?!\d)")
CURRENCY = re.compile(r"^(?:rm|rp\.?|eur|usd|[$€£¥])$", re.IGNORECASE)
DATE = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.](?:20)?\d{2}(?!\d)|20\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}[\s-]?(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*[\s,'-]*\d{2,4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s.]*\d{1,2}[\s,'-]+\d{2,4}",
    re.IGNORECASE,
)
TIME = re.compile(r"(?<![\d:.])([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]m)?", re.IGNORECASE)
QUANTITY = re.compile(r"^(?:\d{1,3}|\d{1,3}\s?[xX]|[xX]\s?\d{1,3})$")
