"""Annotated scans in three parts without common merchants: to fit to, to set thresholds on, and to
report on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.data.formats import read
from pipeline.data.splits import hash_fraction, merchants
from pipeline.documents.load import load_page
from pipeline.evaluation.audit.edited_scans import Readable, Text, number_texts
from pipeline.page_reader import PageReader

_SEED = 2026
_FIT, _CHOOSE = 0.4, 0.65  # shares of the merchants, summed up


class Part(StrEnum):
    """What a merchant's scans are used for."""

    FIT = "fit"
    CHOOSE = "choose"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Listed:
    """A scan that was read, without its pixels.

    Attributes:
        texts: its amounts and dates.
    """

    id: str
    path: Path
    part: Part
    texts: tuple[Text, ...]

    def opened(self) -> Readable:
        return Readable(self.id, self.path.read_bytes(), load_page(self.path, 1), self.texts)


def list_scans(format_name: str, folder: Path, engine: PageReader) -> Iterator[Listed]:
    """The scans of an annotated data set that stand upright, read by OCR.

    Raises:
        DataError: the data cannot be read.
        ImageError: a picture cannot be loaded.
    """
    pages = list(read(format_name, folder))
    for page, merchant in zip(pages, merchants(pages), strict=True):
        if page.image is None:
            continue
        path = Path(page.image)
        found = engine.read(load_page(path, 1))
        if found.rotation == 0:
            yield Listed(page.id, path, _part(merchant), number_texts(found))


def _part(merchant: str) -> Part:
    fraction = hash_fraction(merchant, _SEED)
    if fraction < _FIT:
        return Part.FIT
    return Part.CHOOSE if fraction < _CHOOSE else Part.REPORT
