"""A record's boxes on the pages of its file, from those on the receipt as it was read."""

from __future__ import annotations

from typing import Any

from pipeline.document import Box
from pipeline.labels import Table
from pipeline.receipt import Contents, Field, FurtherPage, TableRow
from pipeline.receipt_words import Word
from pipeline.separation.read_receipt import ReadReceipt


def placed(contents: Contents, receipt: ReadReceipt) -> Contents:
    """The contents with all boxes on the pages of the file; a whole page's are there already."""
    if len(receipt.parts) == 1 and not receipt.parts[0].is_region:
        return contents
    changed: dict[str, Any] = {
        name: _field(field, receipt) for name, field in contents.found_fields().items()
    }
    changed["extra"] = {name: _field(field, receipt) for name, field in contents.extra.items()}
    for table in Table:
        changed[table.value] = [_row(row, receipt) for row in getattr(contents, table)]
    return contents.model_copy(update=changed)


def further_pages(receipt: ReadReceipt) -> list[FurtherPage]:
    """Size and rotation of the receipt's pages after the first."""
    places = [(part.number, part.placement) for part in receipt.parts[1:]]
    return [
        FurtherPage.model_validate({"page": number, "size": place.size, "rotation": place.rotation})
        for number, place in places
    ]


def words_of(receipt: ReadReceipt) -> list[Word]:
    """The receipt's words, in reading order, with their boxes on the pages of the file."""
    words = []
    for token in receipt.page.tokens:
        part = receipt.part_at(token.box)
        box = part.on_page(token.box).as_tuple()
        x0, y0, x1, y1 = (round(side, 1) for side in box)
        words.append(
            Word(
                text=token.text,
                box=(x0, y0, x1, y1),
                page=part.number,
                line=token.line,
                confidence=token.confidence,
                readings=[one.text for one in token.readings if one.text != token.text],
            )
        )
    return words


def _row(row: TableRow, receipt: ReadReceipt) -> TableRow:
    cells = {name: _field(cell, receipt) for name, cell in row if cell is not None}
    return row.model_copy(update=cells)


def _field(field: Field[Any], receipt: ReadReceipt) -> Field[Any]:
    boxes = [Box(*box) for box in field.boxes]
    parts = [receipt.part_at(box) for box in boxes]
    on_pages = [
        tuple(round(side, 1) for side in part.on_page(box).as_tuple())
        for part, box in zip(parts, boxes, strict=True)
    ]
    pages = [part.number for part in parts] if len(receipt.parts) > 1 else []
    return field.model_copy(update={"boxes": on_pages, "pages": pages})
