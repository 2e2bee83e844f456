"""The pictures of receipts: found in a folder, and turned as they were read."""

from __future__ import annotations

from pathlib import Path, PurePath

from PIL import Image

from pipeline.audit.duplicates.picture_hash import picture_hash
from pipeline.documents.load import load_page
from pipeline.errors import PipelineError
from pipeline.receipt import PixelBox, Receipt
from pipeline.rotation import turned


def upright_page(record: Receipt, folder: Path | None) -> Image.Image | None:
    """The first page of a record as it was read; ``None`` if there is no such file or it cannot be
    loaded.

    Args:
        folder: in which the file is looked for, as ``file_of`` does.
    """
    path = file_of(record, folder)
    return None if path is None else page_in(path, record)


def page_in(path: Path, record: Receipt) -> Image.Image | None:
    """As ``upright_page``, of a file whose path is known."""
    source = record.source
    try:
        page = load_page(path, source.page, attachment=source.attachment)
    except PipelineError:
        return None
    return turned(page, record.rotation)


def file_of(record: Receipt, folder: Path | None) -> Path | None:
    """The record's file: in the folder by the record's path or the last parts of it, most parts
    first, or at the path itself; ``None`` if it is at none of them."""
    path = record.source.path
    places = [Path(path)]
    if folder is not None:
        parts = PurePath(path).parts
        places = [*(folder.joinpath(*parts[at:]) for at in range(len(parts))), *places]
    return next((place for place in places if place.is_file()), None)


def hash_of_picture(record: Receipt, page: Image.Image) -> str:
    """The hash of the record's upright page, of its region if the page has several receipts."""
    if record.source.region is not None:
        return picture_hash(page.crop(record.source.region), [])
    return picture_hash(page, field_boxes(record))


def field_boxes(record: Receipt) -> list[PixelBox]:
    """The boxes of the fields and line items on the first page."""
    fields = list(record.found_fields().values())
    boxes = [box for field in fields if not field.pages for box in field.boxes]
    for item in record.items:
        for cell in (item.description, item.total):
            boxes += cell.boxes if cell is not None and not cell.pages else []
    return boxes
