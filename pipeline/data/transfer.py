"""Labels from annotated boxes to OCR tokens, where both were read from one picture."""

from __future__ import annotations

from dataclasses import replace

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, label_of

# An annotated token must cover this much of an OCR token's area to pass on its label.
MIN_COVER = 0.35


def transfer_labels(annotated: AnnotatedPage, ocr_page: Page) -> AnnotatedPage:
    """The same receipt with the OCR engine's tokens.

    Each OCR token takes the label of the annotated token that covers most of it; one that
    nothing covers is ``O``. A new span begins where the annotated span changes.

    Raises:
        DataError: the engine turned the picture, so the boxes do not lie on one another.
    """
    if ocr_page.rotation:
        raise DataError(
            f"{annotated.source}/{annotated.id}: the OCR engine turned the picture by "
            f"{ocr_page.rotation} degrees, its boxes do not lie on the annotated ones"
        )
    spans = _span_numbers(annotated.tags)
    tags: list[str] = []
    previous: int | None = None
    for token in ocr_page.tokens:
        source = _covering(token, annotated.page)
        label = None if source is None else label_of(annotated.tags[source])
        if source is None or label is None:
            tags.append(OUTSIDE)
            previous = None
            continue
        tags.append(f"{'I' if spans[source] == previous else 'B'}-{label}")
        previous = spans[source]
    return replace(annotated, page=ocr_page, tags=tuple(tags))


def _span_numbers(tags: tuple[str, ...]) -> list[int]:
    """Which span each token belongs to; tokens outside all spans get a number of their own."""
    numbers: list[int] = []
    for tag in tags:
        inside = tag.startswith("I-") and numbers
        numbers.append(numbers[-1] if inside else len(numbers))
    return numbers


def _covering(token: Token, page: Page) -> int | None:
    best, best_cover = None, MIN_COVER
    for index, other in enumerate(page.tokens):
        smaller = min(token.box.area, other.box.area)
        if smaller <= 0:
            continue
        # Against the smaller box: OCR may glue what was annotated apart, and the reverse.
        cover = token.box.intersection(other.box) / smaller
        share = token.box.intersection(other.box) / token.box.area
        if cover > 0.5 and share > best_cover:
            best, best_cover = index, share
    return best
