"""Annotated pages in a file: JSON Lines, one page a line.

The format that the project itself writes and that anybody can: UTF-8, one object a line with
``id``, ``source``, ``width``, ``height``, ``rotation``, ``tokens`` (each ``text``, ``box`` as
``[x0, y0, x1, y1]`` in pixels of the upright page, ``line``, ``confidence``, ``tag``),
``annotated``, ``fields``, ``items``, ``unaligned``, ``image`` (relative to the file's folder)
and ``merchant``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError
from pydantic import Field as Constraint

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _TokenEntry(_Entry):
    text: str = Constraint(pattern=r"\S")
    box: tuple[float, float, float, float]
    line: NonNegativeInt = 0
    confidence: float = Constraint(default=1.0, ge=0, le=1)
    tag: str = Constraint(pattern=r"^(O|[BI]-.+)$")


class _PageEntry(_Entry):
    id: str
    source: str
    width: PositiveInt
    height: PositiveInt
    rotation: int = Constraint(default=0, ge=0, le=270, multiple_of=90)
    tokens: tuple[_TokenEntry, ...]
    annotated: tuple[str, ...]
    fields: dict[str, str] = {}
    items: tuple[dict[str, str], ...] = ()
    unaligned: tuple[str, ...] = ()
    image: str | None = None
    merchant: str = ""


def write_annotated(pages: Iterable[AnnotatedPage], path: Path) -> None:
    """Write pages so that ``read_annotated`` gives them back the same.

    Image paths are written relative to the file's folder; the folder is made if need be.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for page in pages:
            file.write(_entry(page, path.parent).model_dump_json() + "\n")


def read_annotated(path: Path) -> Iterator[AnnotatedPage]:
    """Read pages one by one; empty lines are skipped.

    Raises:
        DataError: the file cannot be read, or a line is not an annotated page; the message
            names the file, the line and what is wrong.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _page(line, path, number)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error


def _page(line: str, path: Path, number: int) -> AnnotatedPage:
    try:
        entry = _PageEntry.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        raise DataError(f"{path}, line {number}: {reason}") from error
    _check_boxes(entry, path, number)
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
        unaligned=entry.unaligned,
        image=None if entry.image is None else path.parent / entry.image,
        merchant=entry.merchant,
    )


def _check_boxes(entry: _PageEntry, path: Path, number: int) -> None:
    for index, token in enumerate(entry.tokens):
        x0, y0, x1, y1 = token.box
        if not (x0 <= x1 and y0 <= y1):
            raise DataError(
                f"{path}, line {number}: tokens.{index}.box: {list(token.box)} is not "
                "[x0, y0, x1, y1] with x0 <= x1 and y0 <= y1"
            )


def _entry(annotated: AnnotatedPage, folder: Path) -> _PageEntry:
    page = annotated.page
    return _PageEntry(
        id=annotated.id,
        source=annotated.source,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        tokens=tuple(
            _TokenEntry(
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
        unaligned=annotated.unaligned,
        image=None if annotated.image is None else _relative(annotated.image, folder),
        merchant=annotated.merchant,
    )


def _relative(image: Path, folder: Path) -> str:
    return Path(os.path.relpath(image, folder)).as_posix()
