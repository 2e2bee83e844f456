"""Load the receipts of a training run, split by merchant, with the requested tokens."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.ocr_tokens import with_ocr_tokens
from pipeline.data.part_sizes import (
    model_selection_sources,
    part_size_warnings,
    without_small_development,
)
from pipeline.data.parts import Part, parts_by_merchant, read_parts, write_parts
from pipeline.labels import OUTSIDE, LabelSet, label_of
from pipeline.ocr.engine import OcrEngine
from pipeline.progress import Progress
from pipeline.training.config import SourceConfig, TrainConfig
from pipeline.training.progress import no_progress, tracked
from pipeline.training.unknown_labels import check_labels

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pages by part and source name.

    Attributes:
        pages: part to source name to pages, one for each kind of tokens it asks for.
        receipts, parts: every receipt as published, and its part.
    """

    pages: Mapping[Part, Mapping[str, Sequence[AnnotatedPage]]]
    receipts: Sequence[AnnotatedPage]
    parts: Sequence[Part]

    def all_of(self, part: Part) -> list[AnnotatedPage]:
        return [page for pages in self.pages[part].values() for page in pages]

    def published(self, part: Part) -> list[AnnotatedPage]:
        """The receipts of a part as their sources publish them."""
        return [page for page, of in zip(self.receipts, self.parts, strict=True) if of is part]

    def model_selection_pages(self) -> list[AnnotatedPage]:
        """The development pages that choose the best epoch: those of sources that have enough.
        Empty if none has; then there is no development set."""
        sources = model_selection_sources(self.published(Part.DEVELOPMENT))
        return [page for page in self.all_of(Part.DEVELOPMENT) if page.source in sources]

    def write_parts(self, path: Path, earlier: Mapping[tuple[str, str], Part]) -> None:
        """As ``write_parts`` in ``pipeline.data.parts``."""
        write_parts(path, self.receipts, self.parts, earlier)


def read_corpus(
    config: TrainConfig, label_set: LabelSet, engine: OcrEngine, progress: Progress = no_progress
) -> Corpus:
    """Read all sources. Those that are split are split together, so that a merchant in two of them
    is in the same part of both. Development sets that are too small to choose an epoch are trained
    on.

    Raises:
        ConfigError: a source's format does not exist, or a source annotates labels that the
            label set does not have.
        DataError: a source or the file of earlier parts cannot be read.
    """
    published = {name: list(read(s.format, s.path)) for name, s in config.sources.items()}
    check_labels(config, published, label_set)
    receipts = [
        (name, _without_labels(page, config.sources[name].ignore_labels))
        for name, pages in published.items()
        for page in pages
    ]
    parts = _parts(receipts, config)
    pages: dict[Part, dict[str, list[AnnotatedPage]]] = {
        part: {name: [] for name in published} for part in Part
    }
    part_of = {(name, page.id): part for (name, page), part in zip(receipts, parts, strict=True)}
    for name, source in config.sources.items():
        own = [page for of_source, page in receipts if of_source == name]
        for page in _in_tokens(name, own, source, engine, progress):
            pages[part_of[name, page.id]][name].append(page)
    return Corpus(pages, [page for _, page in receipts], parts)


def _parts(receipts: Sequence[tuple[str, AnnotatedPage]], config: TrainConfig) -> list[Part]:
    """The part of each receipt, given with its source's name in the config."""
    split = [config.sources[name].split for name, _ in receipts]
    shared = [page for (_, page), is_split in zip(receipts, split, strict=True) if is_split]
    of_shared = parts_by_merchant(shared, read_parts(config.parts) if config.parts else None)
    for line in part_size_warnings(shared, of_shared):
        logger.warning("%s", line)
    of_shared_in_use = iter(without_small_development(shared, of_shared))
    return [next(of_shared_in_use) if is_split else Part.TRAIN for is_split in split]


def _without_labels(page: AnnotatedPage, ignored: Collection[str]) -> AnnotatedPage:
    """The page as if it had not been annotated with these labels. Its fields stay, because they
    identify merchants."""
    if not ignored:
        return page
    tags = tuple(OUTSIDE if label_of(tag) in ignored else tag for tag in page.tags)
    return replace(page, tags=tags, annotated=page.annotated.difference(ignored))


def _in_tokens(
    name: str,
    pages: Sequence[AnnotatedPage],
    source: SourceConfig,
    engine: OcrEngine,
    progress: Progress,
) -> Iterator[AnnotatedPage]:
    """Each page in the kinds of tokens that the source asks for, once if OCR gives exactly the
    annotated tokens, as for prelabelled pages."""
    from_boxes = pages if source.tokens is None or "boxes" in source.tokens else ()
    yield from from_boxes
    if source.tokens is None:
        pictured = [page for page in pages if page.image is not None and page.image.is_file()]
        if pictured and len(pictured) < len(pages):
            logger.warning(
                "source %s: %d of %d receipts have no picture: their annotated tokens are used",
                name,
                len(pages) - len(pictured),
                len(pages),
            )
    else:
        pictured = list(pages) if "ocr" in source.tokens else []
    known = {(page.id, _words(page)) for page in from_boxes}
    reading = tracked(pictured, len(pictured), f"reading pictures of {name}", progress)
    yield from (
        page for page in with_ocr_tokens(reading, engine) if (page.id, _words(page)) not in known
    )


def _words(page: AnnotatedPage) -> tuple[tuple[str, str], ...]:
    """The model's input besides the boxes, and the wanted output."""
    texts = (token.text for token in page.page.tokens)
    return tuple(zip(texts, page.tags, strict=True))
