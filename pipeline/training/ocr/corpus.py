"""The lines of a run: cut once from every receipt, kept on disk, split by merchant."""

from __future__ import annotations

import hashlib
import itertools
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.ocr_tokens import load_picture
from pipeline.data.parts import Part, parts_by_merchant, read_parts
from pipeline.data.splits import hash_fraction
from pipeline.documents.image_formats import SUPPORTED_SUFFIXES
from pipeline.documents.load import load_page
from pipeline.errors import ConfigError, PipelineError
from pipeline.ocr.rapid import RapidOcrOptions
from pipeline.progress import Progress
from pipeline.training.ocr.config import (
    AnnotatedSource,
    DrawnSource,
    OcrTrainConfig,
    UnlabelledSource,
)
from pipeline.training.ocr.cutting import as_pixels, varied_squeezes
from pipeline.training.ocr.drawn import draw
from pipeline.training.ocr.line import Line, load_lines, save_lines
from pipeline.training.ocr.page_lines import OriginalReader, annotated_lines, self_read_lines
from pipeline.training.ocr.transcripts import Style
from pipeline.training.progress import tracked

logger = logging.getLogger(__name__)

_CUT_VERSION = 2  # increase when other lines are cut
_NOT_OF_CUTTING = {"weight", "receipts", "development", "licence", "seed"}  # keys of sources
DRAWN = "drawn"  # the name of the drawn receipts among the sources


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines of one source.

    Attributes:
        receipts: how many of its receipts train.
        train, development: lines; only annotated sources have development lines.
        licence: of its pictures.
    """

    style: Style
    weight: float
    receipts: int
    train: Sequence[Line]
    development: Sequence[Line] = ()
    licence: str = "of this project"


@dataclass(frozen=True, slots=True)
class _Job:
    """The lines of one receipt: its name, and how to cut them from a random generator."""

    name: str
    cut: Callable[[random.Random], list[Line]]


def read_lines(
    config: OcrTrainConfig, reader: OriginalReader, work: Path, progress: Progress
) -> dict[str, SourceLines]:
    """Cut the lines of all sources, or load those that were cut before with the same settings.

    Raises:
        ConfigError: a source's format or folder does not exist.
        DataError: a source cannot be read.
    """
    lines: dict[str, SourceLines] = {}
    for name, pages in receipts_by_part(config.annotated, config.parts).items():
        source = config.annotated[name]
        style = Style(source.case, source.spaces)
        folder = work / f"{name}-{_digest(source)}"
        chosen = {
            Part.TRAIN: chosen_first(pages[Part.TRAIN], source.receipts),
            Part.DEVELOPMENT: chosen_first(pages[Part.DEVELOPMENT], source.development),
        }
        cut = {
            part: _lines(
                [_annotated_job(page, style, reader, part, source.taught) for page in of_part],
                folder / part.value,
                f"lines of {name}, {part.value}",
                progress,
            )
            for part, of_part in chosen.items()
        }
        receipts = len(chosen[Part.TRAIN])
        lines[name] = SourceLines(
            style,
            source.weight,
            receipts,
            cut[Part.TRAIN],
            cut[Part.DEVELOPMENT],
            source.licence,
        )
    for name, unlabelled in config.unlabelled.items():
        pictures = unlabelled_pictures(unlabelled, name, config.parts)
        jobs = [_unlabelled_job(path, reader, unlabelled.taught) for path in pictures]
        found = _lines(jobs, work / f"{name}-{_digest(unlabelled)}", f"lines of {name}", progress)
        lines[name] = SourceLines(
            Style(), unlabelled.weight, len(pictures), found, licence=unlabelled.licence
        )
    if config.drawn is not None:
        jobs = _drawn_jobs(config.drawn, reader)
        found = _lines(jobs, work / f"{DRAWN}-{_digest(config.drawn)}", "drawn lines", progress)
        lines[DRAWN] = SourceLines(Style(), config.drawn.weight, len(jobs), found)
    for name, of_source in lines.items():
        counts = (of_source.receipts, len(of_source.train), len(of_source.development))
        logger.info("%s: %d receipts, %d lines to train on, %d for development", name, *counts)
    return lines


def receipts_by_part(
    annotated: Mapping[str, AnnotatedSource], parts_file: Path | None
) -> dict[str, dict[Part, list[AnnotatedPage]]]:
    """The receipts of each annotated source that have a picture, by part.

    Args:
        parts_file: a model's ``parts.json``; ``None`` splits them by merchant.
    """
    pages = [
        (name, page)
        for name, source in annotated.items()
        for page in read(source.format, source.path)
        if page.image is not None
    ]
    if parts_file is None:
        parts = parts_by_merchant([page for _, page in pages])
    else:
        listed = read_parts(parts_file)
        parts = [listed.get((page.source, page.id), Part.TRAIN) for _, page in pages]
    found: dict[str, dict[Part, list[AnnotatedPage]]] = {
        name: {part: [] for part in Part} for name in annotated
    }
    for (name, page), part in zip(pages, parts, strict=True):
        found[name][part].append(page)
    return found


def _lines(jobs: Sequence[_Job], folder: Path, what: str, progress: Progress) -> list[Line]:
    """The lines of all jobs in their order. A receipt that cannot be read is left out, and the
    log says why."""
    lines: list[Line] = []
    for job in tracked(jobs, len(jobs), what, progress):
        path = folder / f"{hashlib.sha256(job.name.encode()).hexdigest()[:20]}.npz"
        if not path.exists():
            try:
                save_lines(job.cut(random.Random(f"{job.name}/cut")), path)
            except PipelineError as error:
                logger.warning("%s left out: %s", job.name, error)
                continue
        lines += load_lines(path)
    return lines


def _annotated_job(
    page: AnnotatedPage, style: Style, reader: OriginalReader, part: Part, taught: bool
) -> _Job:
    """A job; lines of development always have a transcript, since they are scored."""

    def cut(rng: random.Random) -> list[Line]:
        pixels = as_pixels(load_picture(page))
        if part is not Part.TRAIN:
            return annotated_lines(pixels, page, style, reader, _default_squeezes())
        return annotated_lines(pixels, page, style, reader, varied_squeezes(rng), taught)

    return _Job(f"{page.source}/{page.id}", cut)


def _unlabelled_job(path: Path, reader: OriginalReader, taught: bool) -> _Job:
    def cut(rng: random.Random) -> list[Line]:
        return self_read_lines(as_pixels(load_page(path, 1)), reader, varied_squeezes(rng), taught)

    return _Job(path.name, cut)


def _drawn_jobs(drawn: DrawnSource, reader: OriginalReader) -> list[_Job]:
    def cut(seed: int, rng: random.Random) -> list[Line]:
        rendered = draw(seed, drawn.rare, reader.recognition.characters)
        pixels = as_pixels(rendered.image)
        return annotated_lines(pixels, rendered.page, Style(), reader, varied_squeezes(rng))

    return [
        _Job(f"drawn/{seed}", lambda rng, seed=seed: cut(seed, rng))  # type: ignore[misc]
        for seed in range(drawn.seed, drawn.seed + drawn.receipts)
    ]


def _default_squeezes() -> Iterator[float]:
    return itertools.repeat(RapidOcrOptions().squeeze)


def chosen_first(pages: Sequence[AnnotatedPage], most: int | None) -> list[AnnotatedPage]:
    return sorted(pages, key=lambda page: hash_fraction(page.id, 0))[:most]


def unlabelled_pictures(source: UnlabelledSource, name: str, parts_file: Path | None) -> list[Path]:
    """The first pictures of a folder, in an order that depends on their names alone.

    Args:
        name: the source's.
        parts_file: a model's ``parts.json``; pictures whose names it lists as receipts of this
            source that are not trained on are left out.

    Raises:
        ConfigError: there is no such folder.
        DataError: the file cannot be read.
    """
    if not source.folder.is_dir():
        raise ConfigError(f"{source.folder}: no such folder of pictures")
    found = [path for path in source.folder.iterdir() if path.suffix.lower() in SUPPORTED_SUFFIXES]
    listed = {} if parts_file is None else read_parts(parts_file)
    left = [path for path in found if (name, path.stem) not in listed]
    return sorted(left, key=lambda path: hash_fraction(path.name, 0))[: source.receipts]


def _digest(source: BaseModel) -> str:
    """Of the settings that decide how lines are cut: others may change without cutting anew."""
    settings = source.model_dump_json(exclude=_NOT_OF_CUTTING)
    return hashlib.sha256(f"{_CUT_VERSION} {settings}".encode()).hexdigest()[:8]
