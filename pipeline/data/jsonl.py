"""Annotated pages as JSON lines: the project's own format, nothing lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.errors import DataError
from pipeline.ocr.cache import page_from_json, page_to_json


def write_annotated(pages: Iterable[AnnotatedPage], path: Path) -> int:
    """Write one page a line; pictures are named relative to the file's folder. Returns the count."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for page in pages:
            file.write(json.dumps(_to_json(page, path.parent), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_annotated(path: Path) -> Iterator[AnnotatedPage]:
    """The pages that ``write_annotated`` wrote.

    Raises:
        DataError: the file cannot be read, or a line is not such a page (named by number).
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _from_json(json.loads(line), path.parent)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(f"{path}: line {number}: {error!r}") from error


def _to_json(page: AnnotatedPage, folder: Path) -> dict[str, Any]:
    image = None if page.image is None else _relative(page.image, folder)
    return {
        "id": page.id,
        "source": page.source,
        "page": page_to_json(page.page),
        "tags": list(page.tags),
        "annotated": sorted(page.annotated),
        "fields": dict(page.fields),
        "items": [dict(item) for item in page.items],
        "unaligned": list(page.unaligned),
        "image": image,
        "merchant": page.merchant,
    }


def _relative(image: Path, folder: Path) -> str:
    return Path(os.path.relpath(image.resolve(), folder.resolve())).as_posix()


def _from_json(raw: dict[str, Any], folder: Path) -> AnnotatedPage:
    return AnnotatedPage(
        id=raw["id"],
        source=raw["source"],
        page=page_from_json(raw["page"]),
        tags=tuple(raw["tags"]),
        annotated=frozenset(raw["annotated"]),
        fields=dict(raw["fields"]),
        items=tuple(dict(item) for item in raw["items"]),
        unaligned=tuple(raw["unaligned"]),
        image=None if raw["image"] is None else folder / raw["image"],
        merchant=raw["merchant"],
    )
