"""Remove accents from text."""

from __future__ import annotations

import unicodedata

_BARRED = str.maketrans("ØŁĐ", "OLD")
UMLAUTS_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "ss"}
)
"""For ``str.translate``: Rückgeld is Rueckgeld."""


def without_accents(text: str) -> str:
    """The text decomposed (NFKD) and without its combining marks: É is E, ﬁ is fi."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def plain_capitals(text: str) -> str:
    """In capitals without accents, and with the letters whose bar OCR engines lose: Ø is O."""
    if text.isascii():
        return text.upper()
    bare = without_accents(text.upper()).translate(_BARRED)
    return unicodedata.normalize("NFC", bare)
