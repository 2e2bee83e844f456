"""One receipt as one model read it: the input of every metric."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.assembly.assemble import assemble
from pipeline.assembly.confidence.calibration import load_calibration
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.ocr_tokens import read_words, relabel, upright_image
from pipeline.document import Page
from pipeline.errors import DataError, PipelineError
from pipeline.page_reader import PageReader
from pipeline.receipt import Contents
from pipeline.tagging.types import Tagger, Tags

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Reading:
    """A receipt's tokens, from annotated boxes or from an OCR engine.

    Attributes:
        truth: the receipt as published, on annotated tokens.
        page: the tokens that the tagger reads.
        gold: the true BIO tags of those tokens; ``None`` where the annotation cannot be
            carried over to them (the engine turned the picture).
        problem: why the page is empty or ``gold`` is missing; ``None`` if neither is.
    """

    truth: AnnotatedPage
    page: Page
    gold: tuple[str, ...] | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A reading, its predicted tags and the record made of them."""

    reading: Reading
    tags: Tags
    contents: Contents

    @property
    def truth(self) -> AnnotatedPage:
        return self.reading.truth


def sampled(things: Sequence[Thing], count: int | None) -> list[Thing]:
    """A sample of receipts (read or not yet), drawn with a fixed seed, in their order; all if there
    are fewer, or without a count."""
    size = len(things)
    chosen = random.Random(0).sample(range(size), size if count is None else min(count, size))
    return [things[index] for index in sorted(chosen)]


def from_boxes(pages: Sequence[AnnotatedPage]) -> list[Reading]:
    """The annotated tokens: what a perfect OCR engine would read."""
    return [Reading(page, page.page, page.tags) for page in pages]


def from_images(pages: Sequence[AnnotatedPage], engine: PageReader) -> Iterator[Reading]:
    """The tokens that an OCR engine reads. No receipt is left out: a picture that cannot be read
    gives an empty page, and all its fields count as missed.

    Raises:
        DataError: none of the receipts has a picture.
    """
    if not any(page.image for page in pages):
        raise DataError("no receipt has a picture to read: evaluate --from boxes")
    for page in pages:
        yield _from_image(page, engine)


def _from_image(page: AnnotatedPage, engine: PageReader) -> Reading:
    blank = Page(page.page.width, page.page.height, ())
    if page.image is None:
        return Reading(page, blank, (), "has no picture")
    try:
        read = read_words(page, engine)
    except PipelineError as error:
        return Reading(page, blank, (), str(error))
    try:
        return Reading(page, read, relabel(page, read).tags)
    except DataError as error:
        return Reading(page, read, None, str(error))


def tag_pages(tagger: Tagger, pages: Sequence[tuple[Page, AnnotatedPage]]) -> list[Tags]:
    """The tags of pages, each given with the receipt whose picture it was read from. Pictures are
    opened one at a time, and only for a tagger that uses them."""
    if not tagger.reads_images:
        return tagger.tag([page for page, _ in pages])
    return [
        tags
        for page, annotated in pages
        for tags in tagger.tag([page], [upright_image(annotated, page.rotation)])
    ]


def run(tagger: Tagger, readings: Sequence[Reading]) -> list[Case]:
    """Tag and assemble every reading, with the confidences of the model folder's calibration.

    The contents are written as JSON and read back, so that what is lost there counts.
    """
    calibration = load_calibration(tagger.folder)
    tags = tag_pages(tagger, [(reading.page, reading.truth) for reading in readings])
    return [
        Case(
            reading,
            of_page,
            _read_back(assemble(reading.page, of_page, tagger.label_set, calibration)),
        )
        for reading, of_page in zip(readings, tags, strict=True)
    ]


def _read_back(contents: Contents) -> Contents:
    return Contents.model_validate_json(contents.model_dump_json())
