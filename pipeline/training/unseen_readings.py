"""Readings of receipts that a tagger was not trained on: on others it is too sure."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.parts import PARTS_FILE, Part, pages_of, parts_by_merchant, read_parts
from pipeline.evaluation.cases import Reading, from_boxes, from_images
from pipeline.ocr.cache import cached
from pipeline.ocr.installed_engines import create_engine
from pipeline.tagging.load import model_folder

OF_DEVELOPMENT = 3.0
"""How often a receipt of the development part counts; others count once."""


@dataclass(frozen=True, slots=True)
class Source:
    """Readings that are made as they are asked for.

    Attributes:
        weight: how often one counts.
    """

    name: str
    weight: float
    readings: Iterator[Reading]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that name the receipts."""
    parser.add_argument("--model", default="receipts-base", help="the tagger")
    parser.add_argument(
        "--development",
        nargs="+",
        default=[],
        metavar="FORMAT=PATH",
        help="receipts of which the development part of the tagger's training counts",
    )
    parser.add_argument(
        "--unseen",
        nargs="+",
        default=[],
        metavar="FORMAT=PATH",
        help="receipts that the tagger was not trained on; without those that would be held out",
    )
    parser.add_argument("--most", type=int, default=400, help="receipts of one unseen source")
    parser.add_argument("--ocr-cache", type=Path, metavar="DIR", help="where OCR results are kept")


def sources_of(args: argparse.Namespace) -> Iterator[Source]:
    """The sources that the options name: pictures are read by the default engine, and the
    annotated words of development receipts count too.

    Raises:
        DataError: a source, or the list of the model's parts, cannot be read.
    """
    engine = cached(create_engine("rapidocr"), args.ocr_cache)
    file = model_folder(args.model) / PARTS_FILE
    pages = {entry: _read(entry) for entry in (*args.development, *args.unseen)}
    # In one call, so that a merchant that one source holds out is held out of the others too.
    everyone = [page for of_entry in pages.values() for page in of_entry]
    parts = parts_by_merchant(everyone, read_parts(file))
    held_out = {
        (page.source, page.id)
        for page, part in zip(everyone, parts, strict=True)
        if part is Part.HELD_OUT
    }
    for entry in args.development:
        own = pages_of(Part.DEVELOPMENT, pages[entry], file)
        if any(page.image for page in own):
            yield Source(f"{entry} pictures", OF_DEVELOPMENT, from_images(own, engine))
        yield Source(f"{entry} boxes", OF_DEVELOPMENT, iter(from_boxes(own)))
    for entry in args.unseen:
        own = [page for page in pages[entry] if (page.source, page.id) not in held_out]
        own = own[: args.most]
        pictured = all(page.image for page in own)
        readings = from_images(own, engine) if pictured else iter(from_boxes(own))
        yield Source(entry, 1.0, readings)


def _read(entry: str) -> list[AnnotatedPage]:
    name, _, path = entry.partition("=")
    return list(read(name, Path(path)))
