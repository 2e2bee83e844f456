"""Find receipts that two sets have in common, by their text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.fuzzy_spans import letters_and_digits

SAME_TEXT = 80  # of 100, on letters and digits: two transcriptions of one receipt are more alike


def without_receipts_of(
    others: Iterable[AnnotatedPage], pages: Iterable[AnnotatedPage]
) -> Iterator[AnnotatedPage]:
    """The pages whose text is not nearly that of one of the others."""
    known = [_letters(page) for page in others]
    for page in pages:
        if not process.extractOne(_letters(page), known, scorer=fuzz.ratio, score_cutoff=SAME_TEXT):
            yield page


def _letters(page: AnnotatedPage) -> str:
    return letters_and_digits("".join(token.text for token in page.page.tokens))
