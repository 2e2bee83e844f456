"""Numbers that identify something: receipts, products, taxpayers, cards."""

from __future__ import annotations

import re
import unicodedata

_BEHIND_KEY = re.compile(r".*[:#]\s*(?=.*\w)")
_ENDS = " .,:;*#|_=()[]-"
_NO_CODE = re.compile(r"[^A-Z0-9]")
_LEADING_WORDS = re.compile(r"^[^\d]*[A-Z]{5,}(?=\d)")  # longer than what begins a tax number
_LEAST_DIGITS = 5  # of a tax number
_LAST_FOUR = re.compile(r"(\d{4})\D*$")


def parse_code(text: str) -> str | None:
    """The code in a text, with single spaces: what is behind a key word's colon, without
    punctuation at either end; ``None`` if it has no letter or digit."""
    plain = _BEHIND_KEY.sub("", unicodedata.normalize("NFKC", text)).strip(_ENDS)
    return " ".join(plain.split()) or None


def parse_tax_id(text: str) -> str | None:
    """The tax number in a text, in capital letters and digits alone: ``CHE-123.456.789`` is
    ``CHE123456789``."""
    plain = _BEHIND_KEY.sub("", unicodedata.normalize("NFKC", text).upper())
    number = _LEADING_WORDS.sub("", _NO_CODE.sub("", plain))
    digits = sum(character.isdigit() for character in number)
    return number if digits >= _LEAST_DIGITS else None


def last_four_digits(text: str) -> str | None:
    """The last four digits of a masked card number such as ``************9797``."""
    match = _LAST_FOUR.search(unicodedata.normalize("NFKC", text))
    return match[1] if match else None
