"""Read token-classification datasets with words, boxes and tags from ``datasets``.

Read from a folder of ``save_to_disk``, a Parquet file, a folder of Parquet files, or by the name
of a set on the hub (``owner/name``, or ``owner/name/split`` for one split). Of several splits all
are read: name one, as in ``saved/train``, to read that alone.

========  =======================================  =========================================
what      columns (the first of these that occurs)  form
========  =======================================  =========================================
words     ``tokens``, ``words``                     a list of texts
boxes     ``bboxes``, ``boxes``, ``bbox``           as many ``[x0, y0, x1, y1]``
tags      ``ner_tags``, ``labels``, ``tags``        as many ``ClassLabel`` numbers, or names
========  =======================================  =========================================

- Names are BIO tags; a set whose names have no ``B-`` and ``I-`` gives each token a label, and
  neighbours with the same label are one span.
- The names of a ``ClassLabel`` are the labels that were looked for; without it, all that occur.
- ``width`` and ``height`` say the page's size, and then boxes are in its pixels. In a set without
  them boxes are on the grid of 0 to 1000 that the LayoutLM family reads, unless one of them is
  beyond it; the page is as large as ``image``, if there is one.
- Also read and written: ``id``, ``source``, ``lines``, ``confidences``, ``rotation``,
  ``image_path`` (relative to the file or folder), ``page_number`` (of the image, from 1),
  ``merchant``, ``annotated``, ``fields``, ``items``, ``tables`` and ``unaligned`` (JSON).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord
from pipeline.data.hugging_face.splits import open_splits
from pipeline.data.jsonl import PageEntry, TokenEntry, page_of_entry
from pipeline.data.line_items import items_of_tags
from pipeline.data.rows import line_numbers
from pipeline.data.tags import field_texts, join_neighbours
from pipeline.document import Box
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, label_of

SOURCE = "datasets"
GRID = 1000
WORDS = ("tokens", "words")
BOXES = ("bboxes", "boxes", "bbox")
TAGS = ("ner_tags", "labels", "tags")
_NO_LABEL = frozenset((OUTSIDE, "", "OTHER", "NONE"))


def dataset_records(path: Path) -> Iterator[AnnotationRecord]:
    """The rows of a dataset. A row without ``id`` gets its number, counted from 0.

    Raises:
        ConfigError: the package ``datasets`` is not installed.
        DataError: there is no such set, or it lacks a column.
    """
    for split, rows in open_splits(path).items():
        shape = _Shape.of(path, rows)
        for number in range(len(rows)):
            place = f"{path}, row {number}" if split is None else f"{path}, {split} row {number}"
            yield AnnotationRecord(place, partial(_read, rows, number, split, shape))


@dataclass(frozen=True, slots=True)
class _Shape:
    """Properties of all rows of a split: its columns, tag names and box units.

    Attributes:
        names: of the tags by number; empty where rows hold names.
        on_grid: whether boxes are on the grid instead of in pixels.
        folder: what the paths of pictures are relative to.
    """

    words: str
    boxes: str
    tags: str
    names: Sequence[str]
    labels: frozenset[str]
    on_grid: bool
    folder: Path

    @staticmethod
    def of(path: Path, rows: Any) -> _Shape:
        words, boxes, tags = (_column(path, rows, names) for names in (WORDS, BOXES, TAGS))
        feature = rows.features[tags]
        names = tuple(getattr(getattr(feature, "feature", feature), "names", None) or ())
        in_use = names or {str(tag) for row in rows[tags] for tag in row}
        labels = frozenset(
            label for name in in_use if (label := _label(str(name), _is_bio(in_use)))
        )
        sized = {"width", "height"} <= set(rows.column_names)
        beyond = not sized and any(
            side > GRID for row in rows[boxes] for box in row for side in box
        )
        folder = path.parent if path.is_file() else path
        return _Shape(words, boxes, tags, names, labels, not (sized or beyond), folder)


def _column(path: Path, rows: Any, names: Sequence[str]) -> str:
    for name in names:
        if name in rows.column_names:
            return name
    raise DataError(
        f"{path}: no column {' or '.join(names)} (there are: {', '.join(rows.column_names)})"
    )


def _is_bio(names: Iterable[str]) -> bool:
    return any(str(name)[:2] in ("B-", "I-") for name in names)


def _label(name: str, is_bio: bool) -> str | None:
    if name.upper() in _NO_LABEL:
        return None
    return label_of(name) if is_bio else name


def _read(rows: Any, number: int, split: str | None, shape: _Shape) -> AnnotatedPage:
    row: Mapping[str, Any] = rows[number]
    words, boxes, tags = row[shape.words], row[shape.boxes], _tags(row[shape.tags], shape)
    if not len(words) == len(boxes) == len(tags):
        raise ValueError(f"{len(words)} words, {len(boxes)} boxes and {len(tags)} tags")
    width, height = _size(row, shape)
    scale = (width / GRID, height / GRID) * 2 if shape.on_grid else (1.0,) * 4
    placed = [Box(*(side * by for side, by in zip(box, scale, strict=True))) for box in boxes]
    lines = row.get("lines") or line_numbers(placed)
    confidences = row.get("confidences") or [1.0] * len(words)
    kept = [index for index, word in enumerate(words) if word.strip()]
    name = str(row.get("id", number))
    entry = PageEntry(
        id=name if split is None or "id" in row else f"{split}-{name}",
        source=str(row.get("source", SOURCE)),
        width=width,
        height=height,
        rotation=int(row.get("rotation", 0)),
        tokens=tuple(
            TokenEntry(
                text=words[index].strip(),
                box=placed[index].as_tuple(),
                line=lines[index],
                confidence=confidences[index],
                tag=tags[index],
            )
            for index in kept
        ),
        annotated=tuple(row["annotated"]) if "annotated" in row else tuple(sorted(shape.labels)),
        fields=_fields(row, [words[index] for index in kept], [tags[index] for index in kept]),
        items=json.loads(row.get("items") or "[]"),
        tables=json.loads(row.get("tables") or "{}"),
        unaligned=json.loads(row.get("unaligned") or "[]"),
        image=_image_path(row, shape.folder),
        page_number=1 if row.get("page_number") is None else int(row["page_number"]),
        merchant=str(row.get("merchant") or ""),
    )
    page = page_of_entry(entry, shape.folder)
    return (
        page if "items" in row else replace(page, items=items_of_tags(page.page.tokens, page.tags))
    )


def _tags(given: Sequence[Any], shape: _Shape) -> tuple[str, ...]:
    names = [shape.names[int(tag)] if shape.names else str(tag) for tag in given]
    labels = [_label(name, _is_bio(shape.names or names)) for name in names]
    if _is_bio(shape.names or names):
        return tuple(name if label else OUTSIDE for name, label in zip(names, labels, strict=True))
    return join_neighbours(labels)


def _fields(row: Mapping[str, Any], words: Sequence[str], tags: Sequence[str]) -> dict[str, str]:
    if "fields" in row:
        found: dict[str, str] = json.loads(row["fields"] or "{}")
        return found
    return field_texts(words, tags)


def _size(row: Mapping[str, Any], shape: _Shape) -> tuple[int, int]:
    if not shape.on_grid and "width" in row and "height" in row:
        return int(row["width"]), int(row["height"])
    picture = row.get("image")
    if isinstance(picture, Mapping) and (picture.get("bytes") or picture.get("path")):
        source = io.BytesIO(picture["bytes"]) if picture.get("bytes") else picture["path"]
        with Image.open(source) as image:
            return image.size
    if not shape.on_grid:
        raise ValueError(
            f"boxes beyond {GRID}, so in pixels, but neither width and height nor a picture"
        )
    return GRID, GRID


def _image_path(row: Mapping[str, Any], folder: Path) -> str | None:
    if row.get("image_path"):
        return str(row["image_path"])
    picture = row.get("image")
    path = picture.get("path") if isinstance(picture, Mapping) else None
    return str(path) if path and (folder / path).is_file() else None
