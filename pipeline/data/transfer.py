"""Transfer labels from annotated boxes to the OCR tokens of the same picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.fuzzy_spans import letters_and_digits
from pipeline.document import Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, label_of, tag_of

MIN_COVERED = 0.3  # share of an OCR token that annotated tokens cover, else it is ``O``,
MIN_INSIDE = 0.6  # unless this share of an annotated token is inside it (large boxes of digits)
NO_LIKENESS = 0.25  # weight of an overlap whose texts have nothing in common
KEY_WEIGHT = 0.6  # a key word in one token with its value counts less than the value
ASPECT = 0.02  # by how much the two pages' scales in x and y may differ


def transfer_labels(annotated: AnnotatedPage, ocr_page: Page) -> AnnotatedPage:
    """The same receipt with the OCR engine's tokens and the annotation's labels.

    An OCR token gets the label of the span whose tokens cover it best, weighted by the
    similarity of the texts. Neighbouring tokens of one span form one span again. Tokens
    under nothing annotated are ``O``, and so are those whose annotation has no
    text. Where the two pages differ in size, the annotation is scaled.

    Raises:
        DataError: the engine turned the picture, or the pages have different shapes, so
            that the annotated boxes are in other coordinates.
    """
    across, down = page_scale(annotated, ocr_page)
    scaled = [replace(token, box=token.box.scaled(across, down)) for token in annotated.page.tokens]
    spans = _span_numbers(annotated.tags)
    owners = [_owner(token, scaled, spans) for token in ocr_page.tokens]
    owners = _with_inner_punctuation(owners, ocr_page.tokens)
    labels = {number: tag for number, tag in zip(spans, annotated.tags, strict=True) if number >= 0}
    tags = []
    for position, owner in enumerate(owners):
        label = None if owner < 0 else label_of(labels[owner])
        tags.append(tag_of(label, inside=position > 0 and owners[position - 1] == owner))
    before = {label_of(tag) for tag in annotated.tags} - {None}
    after = {label_of(tag) for tag in tags}
    lost = sorted(label for label in before - after if label is not None)
    return replace(
        annotated,
        page=ocr_page,
        tags=tuple(tags),
        unaligned=(*annotated.unaligned, *(x for x in lost if x not in annotated.unaligned)),
    )


def page_scale(annotated: AnnotatedPage, ocr_page: Page) -> tuple[float, float]:
    """The factors from annotated to OCR coordinates, across and down.

    Raises:
        DataError: as ``transfer_labels``.
    """
    name = f"{annotated.source}/{annotated.id}"
    if ocr_page.rotation != 0:
        raise DataError(
            f"{name}: the OCR engine turned the picture by {ocr_page.rotation} degrees, "
            "its boxes and the annotated ones do not compare"
        )
    page = annotated.page
    across, down = ocr_page.width / page.width, ocr_page.height / page.height
    if abs(across / down - 1) > ASPECT:
        raise DataError(
            f"{name}: annotated on {page.width}x{page.height} pixels, "
            f"read on {ocr_page.width}x{ocr_page.height}: not the same shape"
        )
    return across, down


def _span_numbers(tags: Sequence[str]) -> list[int]:
    """For each token the number of its span, counted from 0, or -1 outside."""
    numbers = []
    current = -1
    for tag in tags:
        current += tag.startswith("B-")
        numbers.append(-1 if tag == OUTSIDE else current)
    return numbers


def _owner(token: Token, annotated: Sequence[Token], spans: Sequence[int]) -> int:
    """The number of the span that an OCR token belongs to, or -1."""
    text = letters_and_digits(token.text)
    covered = inside = 0.0
    weights: dict[int, float] = {}
    for other, span in zip(annotated, spans, strict=True):
        shared = token.box.intersection(other.box) / max(token.box.area, 1e-6)
        if shared <= 0:
            continue
        covered += shared
        inside = max(inside, token.box.intersection(other.box) / max(other.box.area, 1e-6))
        alike = fuzz.partial_ratio(text, letters_and_digits(other.text)) / 100 if text else 0.0
        weight = (
            shared * (NO_LIKENESS + (1 - NO_LIKENESS) * alike) * (KEY_WEIGHT if span < 0 else 1.0)
        )
        weights[span] = weights.get(span, 0.0) + weight
    if covered < MIN_COVERED and inside < MIN_INSIDE:
        return -1
    return max(weights, key=lambda span: weights[span])


def _with_inner_punctuation(owners: Sequence[int], tokens: Sequence[Token]) -> list[int]:
    """Assign punctuation between two tokens of one span to that span."""
    filled = list(owners)
    for position in range(1, len(owners) - 1):
        before, after = filled[position - 1], owners[position + 1]
        if before == after and not letters_and_digits(tokens[position].text):
            filled[position] = before
    return filled
