"""Read SROIE (ICDAR 2019, tasks 1 and 3): scans of Malaysian receipts with four fields.

The official layout: ``img/NAME.jpg``, ``box/NAME.txt`` (one text line a row,
``x1,y1,x2,y2,x3,y3,x4,y4,text``) and ``entities/NAME.txt`` (JSON with company, date,
address, total). The truth is text without a place, so labels come from alignment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.data.alignment import align
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord
from pipeline.data.pictures import picture_size
from pipeline.data.rows import group_rows
from pipeline.data.splits import merchant_key
from pipeline.data.transfer import transfer_labels
from pipeline.data.words import split_words, word_tokens
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, ValueType, label_of, tag_of

FIELDS = {
    "company": "merchant_name",
    "address": "merchant_address",
    "date": "date",
    "total": "total",
}
TYPES = {
    "merchant_name": ValueType.TEXT,
    "merchant_address": ValueType.TEXT,
    "date": ValueType.DATE,
    "total": ValueType.AMOUNT,
}


def sroie_records(folder: Path) -> Iterator[AnnotationRecord]:
    """The receipts of a SROIE folder, in the order of their names.

    A receipt without a picture is read all the same: its page is as large as its boxes.
    Blank rows and rows without text (published here and there) are skipped.

    Raises:
        DataError: ``box/`` is missing or empty.
    """
    box_files = sorted((folder / "box").glob("*.txt"))
    if not box_files:
        raise DataError(f"{folder}: not a SROIE folder: no box/*.txt in it")
    return (AnnotationRecord(str(path), partial(_read_receipt, folder, path)) for path in box_files)


def relabel_sroie(annotated: AnnotatedPage, ocr_page: Page) -> AnnotatedPage:
    """The same receipt with OCR tokens, labelled by aligning the same truth.

    The alignment is by text alone, so a page that the engine turned is no trouble. Labels that a
    transcription added follow the boxes; on a turned page they are left out.
    """
    truth = {label: text for label, text in annotated.fields.items() if label in TYPES}
    tags, unaligned = align(ocr_page, truth, TYPES)
    aligned = replace(
        annotated,
        page=ocr_page,
        tags=tags,
        annotated=annotated.annotated.intersection(TYPES),
        fields=truth,
        items=(),
        unaligned=unaligned,
    )
    if annotated.annotated <= TYPES.keys() or ocr_page.rotation:
        return aligned
    return _with_transferred(aligned, transfer_labels(annotated, ocr_page))


def _with_transferred(aligned: AnnotatedPage, transferred: AnnotatedPage) -> AnnotatedPage:
    """The aligned tags, and on the tokens that have none the transferred ones of other labels."""
    tags: list[str] = []
    for own, other in zip(aligned.tags, transferred.tags, strict=True):
        label = label_of(own) or label_of(other)
        if own != OUTSIDE or label is None or label in TYPES:
            tags.append(own)
        else:
            follows = bool(tags) and label_of(tags[-1]) == label
            tags.append(tag_of(label, inside=other.startswith("I-") and follows))
    lost = [label for label in transferred.unaligned if label not in TYPES]
    return replace(transferred, tags=tuple(tags), unaligned=(*aligned.unaligned, *lost))


def _read_receipt(folder: Path, box_file: Path) -> AnnotatedPage:
    lines = _read_lines(box_file)
    fields = _read_entities(folder / "entities" / box_file.name)
    image = _find_image(folder / "img", box_file.stem)
    page = _page(lines, image)
    tags, unaligned = align(page, fields, TYPES)
    return AnnotatedPage(
        id=box_file.stem,
        source="sroie",
        page=page,
        tags=tags,
        annotated=frozenset(FIELDS.values()),
        fields=fields,
        unaligned=unaligned,
        image=image,
        merchant=merchant_key(fields.get("merchant_name", "")),
    )


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # some copies were saved on Windows


def _read_lines(box_file: Path) -> list[tuple[Box, str]]:
    lines = []
    for number, row in enumerate(_decode(box_file).splitlines(), start=1):
        if not row.strip():
            continue
        cells = row.split(",", 8)
        try:
            points = [float(cell) for cell in cells[:8]]
            box = Box.around(zip(points[0::2], points[1::2], strict=True))
        except ValueError as error:
            raise DataError(f"{box_file}: row {number}: not eight numbers: {row!r}") from error
        if len(cells) < 9:
            raise DataError(f"{box_file}: row {number}: no text after eight numbers: {row!r}")
        if text := cells[8].strip():
            lines.append((box, text))
    return lines


def _read_entities(path: Path) -> dict[str, str]:
    try:
        entities = json.loads(_decode(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}: not JSON: {error}") from error
    if not isinstance(entities, Mapping):
        raise DataError(f"{path}: not a JSON object")
    fields = {}
    for key, label in FIELDS.items():
        text = entities.get(key, "")
        if not isinstance(text, str):
            raise DataError(f"{path}: {key} is not a text: {text!r}")
        if text.strip():
            fields[label] = text.strip()
    return fields


def _find_image(folder: Path, name: str) -> Path | None:
    for suffix in (".jpg", ".jpeg", ".png"):
        if (path := folder / f"{name}{suffix}").is_file():
            return path
    return None


def _page(lines: list[tuple[Box, str]], image: Path | None) -> Page:
    tokens: list[Token] = []
    for number, row in enumerate(group_rows([box for box, _ in lines])):
        for index in row:
            box, text = lines[index]
            tokens += word_tokens(split_words(text), len(text), box, number)
    width, height = _size(image, [box for box, _ in lines])
    return Page(width, height, tuple(tokens))


def _size(image: Path | None, boxes: list[Box]) -> tuple[int, int]:
    if image is None:
        around = Box.union(boxes) if boxes else Box(0, 0, 1, 1)
        return int(around.x1) + 1, int(around.y1) + 1
    return picture_size(image)
