"""The receipts of a training run: read once, parted by merchant, in the tokens asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.parts import Part, parts_by_merchant, write_parts
from pipeline.data.reread import reread
from pipeline.ocr.engine import OcrEngine
from pipeline.training.config import SourceConfig, TrainConfig


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pages by part and source name.

    Attributes:
        pages: part to source name to pages, one for each kind of tokens it asks for.
        receipts, parts: every receipt as published, and its part.
    """

    pages: dict[Part, dict[str, list[AnnotatedPage]]] = field(
        default_factory=lambda: {part: {} for part in Part}
    )
    receipts: list[AnnotatedPage] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def all_of(self, part: Part) -> list[AnnotatedPage]:
        return [page for pages in self.pages[part].values() for page in pages]

    def write_parts(self, path: Path) -> None:
        write_parts(path, self.receipts, self.parts)


def read_corpus(config: TrainConfig, engine: OcrEngine) -> Corpus:
    """Read every source; those that are split are split together, so that a chain that two
    of them know is in the same part of both.

    Raises:
        ConfigError: a source's format does not exist.
        DataError: a source cannot be read.
    """
    corpus = Corpus()
    published = {name: list(read(s.format, s.path)) for name, s in config.sources.items()}
    shared = [
        (name, page)
        for name, pages in published.items()
        for page in pages
        if config.sources[name].split
    ]
    part_of = {
        (name, page.id): part
        for (name, page), part in zip(
            shared, parts_by_merchant(page for _, page in shared), strict=True
        )
    }
    for name, pages in published.items():
        parts = [part_of.get((name, page.id), Part.TRAIN) for page in pages]
        corpus.receipts.extend(pages)
        corpus.parts.extend(parts)
        for part in Part:
            of_part = [page for page, its in zip(pages, parts, strict=True) if its is part]
            corpus.pages[part][name] = list(_in_tokens(of_part, config.sources[name], engine))
    return corpus


def _in_tokens(
    pages: Sequence[AnnotatedPage], source: SourceConfig, engine: OcrEngine
) -> Iterator[AnnotatedPage]:
    if "boxes" in source.tokens:
        yield from pages
    if "ocr" in source.tokens:
        yield from reread(pages, engine)
