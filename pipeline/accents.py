"""Remove accents from text."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """The text decomposed (NFKD) and without its combining marks: É is E, ﬁ is fi."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
