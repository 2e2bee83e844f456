"""The ``jsonl`` annotation format: JSON Lines, one page per line.

The format that the project itself writes and that anybody can: UTF-8, one object a line with
``id``, ``source``, ``width``, ``height``, ``rotation``, ``tokens`` (each ``text``, ``box`` as
``[x0, y0, x1, y1]`` in pixels of the upright page, ``line``, ``confidence``, and ``tag``, which
is ``O`` if left out), ``annotated``, ``fields``, ``items``, ``tables``, ``unaligned``, ``image``
(relative to the file's folder), ``page_number`` (which page of ``image``, from 1) and
``merchant``. What else an OCR engine held possible for a token (``Token.readings``) is not part of
an annotation and is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    NonNegativeInt,
    PositiveInt,
    ValidationError,
    field_validator,
)
from pydantic import Field as Constraint

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord, describe_error, line_records
from pipeline.document import Box, Page, Token
from pipeline.labels import OUTSIDE, Table


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TokenEntry(_Entry):
    """A token and its tag."""

    text: str
    box: tuple[float, float, float, float]
    line: NonNegativeInt = 0
    confidence: float = Constraint(default=1.0, ge=0, le=1)
    tag: str = OUTSIDE

    @field_validator("text")
    @classmethod
    def _is_not_blank(cls, text: str) -> str:
        if not text.strip():
            raise ValueError(f"must not be blank, but is {text!r}")
        return text

    @field_validator("tag")
    @classmethod
    def _is_bio(cls, tag: str) -> str:
        if tag != OUTSIDE and not (tag.startswith(("B-", "I-")) and tag[2:]):
            raise ValueError(f"{tag!r} is not O, B-LABEL or I-LABEL")
        return tag

    @field_validator("box")
    @classmethod
    def _has_its_corners_in_order(
        cls, box: tuple[float, float, float, float]
    ) -> tuple[float, float, float, float]:
        x0, y0, x1, y1 = box
        if not (x0 <= x1 and y0 <= y1):
            raise ValueError(f"{list(box)} is not [x0, y0, x1, y1] with x0 <= x1 and y0 <= y1")
        return box


class PageEntry(_Entry):
    """An annotated page as plain JSON values."""

    id: str
    source: str
    width: PositiveInt
    height: PositiveInt
    rotation: int = Constraint(default=0, ge=0, le=270, multiple_of=90)
    tokens: tuple[TokenEntry, ...]
    annotated: tuple[str, ...]
    fields: dict[str, str] = {}
    items: tuple[dict[str, str], ...] = ()
    tables: dict[Literal[Table.TAXES, Table.PAYMENTS], tuple[dict[str, str], ...]] = {}
    unaligned: tuple[str, ...] = ()
    image: str | None = None
    page_number: PositiveInt = 1
    merchant: str = ""


def write_annotated(pages: Iterable[AnnotatedPage], path: Path) -> None:
    """Write pages so that ``annotated_records`` reads them back the same.

    Image paths are written relative to the file's folder; the folder is made if need be.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for page in pages:
            file.write(entry_of_page(page, path.parent).model_dump_json() + "\n")


def annotated_records(path: Path) -> Iterator[AnnotationRecord]:
    """The pages of a file, one per line; empty lines are skipped.

    Raises:
        DataError: the file cannot be read.
    """
    return line_records(path, lambda line: page_of_entry(_entry(line), path.parent))


def _entry(line: str) -> PageEntry:
    try:
        return PageEntry.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(describe_error(error, PageEntry)) from error


def page_of_entry(entry: PageEntry, folder: Path) -> AnnotatedPage:
    """The page that an entry describes; its image's path is relative to ``folder``."""
    tokens = tuple(
        Token(token.text, Box(*token.box), token.confidence, token.line) for token in entry.tokens
    )
    return AnnotatedPage(
        id=entry.id,
        source=entry.source,
        page=Page(entry.width, entry.height, tokens, entry.rotation),
        tags=tuple(token.tag for token in entry.tokens),
        annotated=frozenset(entry.annotated),
        fields=entry.fields,
        items=entry.items,
        tables={table.value: rows for table, rows in entry.tables.items()},
        unaligned=entry.unaligned,
        image=None if entry.image is None else folder / entry.image,
        merchant=entry.merchant,
        page_number=entry.page_number,
    )


def entry_of_page(annotated: AnnotatedPage, folder: Path) -> PageEntry:
    """The entry that ``page_of_entry`` reads back as the same page."""
    page = annotated.page
    return PageEntry(
        id=annotated.id,
        source=annotated.source,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        tokens=tuple(
            TokenEntry(
                text=token.text,
                box=token.box.as_tuple(),
                line=token.line,
                confidence=token.confidence,
                tag=tag,
            )
            for token, tag in zip(page.tokens, annotated.tags, strict=True)
        ),
        annotated=tuple(sorted(annotated.annotated)),
        fields=dict(annotated.fields),
        items=tuple(dict(item) for item in annotated.items),
        tables=plain_tables(annotated),
        unaligned=annotated.unaligned,
        image=None if annotated.image is None else relative(annotated.image, folder),
        page_number=annotated.page_number,
        merchant=annotated.merchant,
    )


def plain_tables(annotated: AnnotatedPage) -> dict[Any, Any]:
    """The tables besides the line items as plain values."""
    return {table: tuple(map(dict, rows)) for table, rows in annotated.tables.items()}


def relative(image: Path, folder: Path) -> str:
    """A path as it is written into a file that lies in ``folder``."""
    return Path(os.path.relpath(image, folder)).as_posix()
