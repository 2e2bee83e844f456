"""Read a file of transcribed receipts, JSON Lines, as annotated pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord, numbered_lines
from pipeline.data.splits import merchant_key
from pipeline.data.sroie import sroie_records
from pipeline.data.transcribed.customers import customers_numbers
from pipeline.data.transcribed.found import Labelling
from pipeline.data.transcribed.items import adds_up
from pipeline.data.transcribed.label import label_page
from pipeline.data.transcribed.numbers import numbers
from pipeline.data.transcribed.transcription import transcription_of
from pipeline.data.words import split_words, word_tokens
from pipeline.document import Box, Page, Token
from pipeline.labels import OUTSIDE

CELL = (10, 20)
"""Width and height in pixels of a character of a receipt without a picture."""


def transcribed_records(path: Path) -> Iterator[AnnotationRecord]:
    """The receipts of a file; of a file that names scans of a SROIE folder, that folder's receipts.

    These have the folder's ids, and SROIE's own four fields keep precedence. Scans that nobody
    transcribed come with the four fields alone, so that the file stands for the folder. Receipts
    without a picture are text in a fixed-pitch font.

    Raises:
        DataError: the file cannot be read, or it names scans of a folder that is not SROIE's.
    """
    lines = list(numbered_lines(path))
    customers = customers_numbers(line for _, line in lines)
    scans: dict[Path, list[str]] = {}
    for number, line in lines:
        picture = _picture(line)
        if picture is None:
            yield AnnotationRecord(f"{path}, line {number}", partial(_read_text, line, customers))
        else:
            scans.setdefault(_beside_or_above(path, picture), []).append(line)
    for folder in sorted({scan.parent.parent for scan in scans}):
        yield from _of_folder(folder, scans, customers)


def _of_folder(
    folder: Path, scans: Mapping[Path, Sequence[str]], customers: frozenset[str]
) -> Iterator[AnnotationRecord]:
    by_name = {scan.stem: of for scan, of in scans.items() if scan.parent.parent == folder}
    for record in sroie_records(folder):
        transcribed = by_name.get(Path(record.place).stem)
        if transcribed is None:
            yield record
        else:
            read = partial(_read_scan, record.read, transcribed, customers)
            yield replace(record, read=read)


def _picture(line: str) -> str | None:
    """The picture that a record names, if it is a record at all."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None  # the record's own reader says what is wrong with it
    picture = record.get("picture") if isinstance(record, dict) else None
    return picture if isinstance(picture, str) else None


def _beside_or_above(path: Path, picture: str) -> Path:
    """A picture's path, which is relative to the file's folder or to the one that holds it."""
    above = path.parent.parent / picture
    return above if above.is_file() else path.parent / picture


def _read_scan(
    read: Callable[[], AnnotatedPage], lines: Sequence[str], customers: frozenset[str]
) -> AnnotatedPage:
    """A scan with the labels of its transcription; of several that whose items add up."""
    scan = read()
    receipt = max((transcription_of(line) for line in lines), key=adds_up)
    official = numbers(re.sub(r"[^\d.,]", "", scan.fields.get("total", "")))
    if official:
        receipt = receipt.model_copy(update={"total": official[-1]})
    before = Labelling(scan.tags, scan.annotated)
    found = label_page(scan.page, receipt, before, customers, known=scan.annotated)
    return replace(
        scan,
        tags=found.labelling.tags,
        annotated=found.labelling.annotated,
        fields={**found.fields, **scan.fields},
        items=found.items,
    )


def _read_text(line: str, customers: frozenset[str]) -> AnnotatedPage:
    receipt = transcription_of(line)
    page = _text_page(receipt.lines)
    nothing = Labelling((OUTSIDE,) * len(page.tokens), frozenset())
    found = label_page(page, receipt, nothing, customers)
    return AnnotatedPage(
        id=receipt.id,
        source=f"transcribed-{receipt.source}",
        page=page,
        tags=found.labelling.tags,
        annotated=found.labelling.annotated,
        fields=found.fields,
        items=found.items,
        merchant=merchant_key(receipt.merchant_name or ""),
    )


def _text_page(lines: Sequence[str]) -> Page:
    """The text in a fixed-pitch font, each character ``CELL`` large."""
    across, down = CELL
    tokens: list[Token] = []
    printed = [line.expandtabs(8) for line in lines if line.strip()]
    for number, line in enumerate(printed):
        box = Box(0, number * down, len(line) * across, (number + 1) * down)
        tokens += word_tokens(split_words(line), len(line), box, number)
    width = max((token.box.x1 for token in tokens), default=1)
    return Page(round(width), max(1, len(printed)) * down, tuple(tokens))
