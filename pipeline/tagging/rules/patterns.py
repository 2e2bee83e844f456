"""Patterns that only the rules look for: counts, phone numbers, parts of a header."""

from __future__ import annotations

import re

TIMES = re.compile(r"^[xX@*]$")
TIMES_PRICE = re.compile(r"^\W*\d{1,3}\s?[xX@*]\s?@?\s?\D{0,3}[\d.,]+\W*$")
QUANTITY = re.compile(
    r"^(?:\d{1,3}|\d{1,3}\s?[xX@*]|[xX]\s?\d{1,3}|\d{1,3}(?:[.,]0+)?(?:pcs?|pk|bt|ea|stk)?)$", re.I
)

PHONE = re.compile(r"\+?\(?\d[\d()\s./-]{5,}\d")
HOUSE_NUMBER = re.compile(r"^\d{1,5}[A-Za-z]?[\s,]+(?:[NSEW]\.?\s)?[A-Za-z]{3,}")
NOT_ADDRESS = re.compile(
    r"^\W*(?:[(\[]?\d[\d\W]*(?:-[A-Z])?[)\]]?$|vat|gst|btw|tax|table|www|http)|\.com|@\w+\.",
    re.IGNORECASE,
)
REGISTER_NUMBER = re.compile(
    r"\s*[(\[]?\s*(?:co\.?\s*)?(?:reg\.?|no\.?)*[\s:]*\d{4,}[\s\w-]*[)\]]?\s*$"
)
