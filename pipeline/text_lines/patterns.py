"""Patterns of values that a printed word or line may hold: amounts, dates, times, phone numbers."""

from __future__ import annotations

import re

from pipeline.accents import plain_capitals
from pipeline.world.languages import languages

TIME = re.compile(
    # Glued to a year of four digits, too.
    r"(?:(?<![\d:.])|(?<=[-/. ]20\d\d))(?:[01]?\d|2[0-3])"
    r"(?::[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m)?|\s?[hu]\s?[0-5]\d(?!\d)|\.[0-5]\d(?=\s?uhr))"
    # After a word that announces it a point will do: `klo 8.10`, `ore 9.05`.
    r"|(?:(?<=\bklo\s)|(?<=\bkl\.\s)|(?<=\bkl\s)|(?<=\bore\s)|(?<=\bum\s))"
    r"(?:[01]?\d|2[0-3])\.[0-5]\d(?!\.?\d)",
    re.IGNORECASE,
)

_CURRENCY = (
    r"(?:rm|myr|rp\.?|idr|eur|usd|chf|kr\.?|sek|nok|dkk|k[cč]|czk|z[lł]|pln|huf|[a-z]?\$|r|[€£¥])"
)
CURRENCY = re.compile(rf"^{_CURRENCY}$", re.IGNORECASE)
AMOUNT = re.compile(
    rf"^(?=.*\d)(?:[a-z]*[.:=·]+)?[-(]?{_CURRENCY}?\s?-?"
    rf"(?:\d{{1,3}}(?:[.,' ]\d{{3}})+|\d+)(?:[.,](?:\d{{2}}|[-–]))?"
    rf"[-)]?\s?(?:{_CURRENCY}|[a-z*]{{1,2}})?$",
    re.IGNORECASE,
)
PRICE = re.compile(r"\d[.,](?:\d{2,3}(?!\d)|[-–]$)|^\D*[.,]\d{2}(?!\d)|\d \d{3}(?!\d)")
WHOLE = re.compile(r"\d[.,]\d{3}(?!\d)|\d \d{3}(?![\d.,])")
WHOLE_NUMBER = re.compile(rf"^[:.=-]*{_CURRENCY}?-?\d{{1,7}}$", re.IGNORECASE)

PHONE_ALONE = re.compile(
    r"(?<![\d-])\(?\d{3}\)?[-. ]{0,2}\d{3}[-. ]\d{4}(?![\d-])|\+\d[\d\s-]{8,}\d"
    r"|(?<!\d)0\d(?:[ .]\d{2}){4}(?!\d)|(?<![\d-])0\d{1,3}-\d{6,8}(?!\d)"
)
_MONTH = (
    r"(?:jan|feb|mar|m[aä]r|apr|avr|abr|may|mai|mei|mag|jun|jul|aug|ago|agu|sep|set|[o0]ct|okt|ott"
    r"|nov|dec|dez|dic|des)[a-zéû]*"
)
_NAMES = "|".join(
    sorted(
        {
            re.escape(spelling)
            for language in languages()
            for name in language.printing["months"]
            for spelling in (name, plain_capitals(name))
        }
    )
)
DATE = re.compile(
    r"(?<![\d.])\d{1,2}(?P<mark>[-/.])\s?\d{1,2}(?P=mark)\s?(?:20)?\d{2}(?!\d|\.\d)"
    r"|(?<!\d)\d{1,2}[-/]\d{1,2}[-/](?:20)?\d{2}(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|(?<!\d)(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}"
    rf"|(?<!\d)\d{{1,2}}[\s./-]?{_MONTH}[\s.,'´/-]*\d{{2,4}}(?![\d.])"
    rf"|(?<!\d)\d{{1,2}}[\s./-]{{0,2}}(?:{_NAMES})[\s.,/-]{{0,2}}(?:19|20)\d{{2}}(?![\d.])"
    rf"|(?<![a-z]){_MONTH}[\s.]*\d{{1,2}}(?:[\s,'´-]+\d{{2,4}}|\.\d{{4}})(?![\d.])",
    re.IGNORECASE,
)

STREET_GLUED = re.compile(r"\d\w*?(?:blvd|ave|street|road|drive|rd|st)\.?$", re.IGNORECASE)
POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)|\b[A-Z]{2}\s?\d{5}(?:-\d{4})?\b|\b\d{4}\s?[A-Z]{2}\b")
