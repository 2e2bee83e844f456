r"""CoNLL with boxes: one token per line, its tag last, an empty line between pages.

The layout is CoNLL-U Plus (https://universaldependencies.org/ext-format.html) with columns of
our own: comments at the head of a page say what the tokens do not::

    # global.columns = token x0 y0 x1 y1 tag
    # page_id = receipt-7
    # size = 600 900
    # annotated = date total
    Total	10	20	60	40	O
    12.50	70	20	120	40	B-total

    # page_id = receipt-8

- Columns are parted by tabs; in a line without a tab, by spaces. ``global.columns``, once in
  the file before the first page, may name them in any order, with ``line`` and ``confidence``
  besides; without it the six above are meant. Columns of other names are passed over.
- Boxes are in pixels of the upright page.
- ``size`` is the page's width and height. Without it the page is as large as its boxes need.
- ``annotated`` names the labels that were looked for, parted by spaces or as a JSON list;
  without it, all labels that occur in the file.
- Also read and written: ``source``, ``rotation``, ``image`` (a path relative to the file),
  ``page_number`` (of the image, from 1), ``merchant``, ``fields``, ``items``, ``tables`` and
  ``unaligned`` (JSON). Without ``fields`` and ``items`` they are what the tags say. All are
  optional, other comments are passed over. A comment begins with ``# ``, so that the token ``#``
  needs tabs after it.
- A token is one word; white space in it is written as one space.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord, describe_error, read_text
from pipeline.data.jsonl import PageEntry, TokenEntry, page_of_entry, plain_tables, relative
from pipeline.data.line_items import items_of_tags
from pipeline.data.rows import line_numbers
from pipeline.data.tags import field_texts
from pipeline.document import Box
from pipeline.labels import label_of

SOURCE = "conll"
COLUMNS = ("token", "x0", "y0", "x1", "y1", "tag")
_WRITTEN = ("token", "x0", "y0", "x1", "y1", "line", "confidence", "tag")
_COLUMNS_KEY = "global.columns"


def conll_records(path: Path) -> Iterator[AnnotationRecord]:
    """The pages of a file. A page without ``page_id`` gets its number as id.

    Raises:
        DataError: the file cannot be read.
    """
    blocks = list(_blocks(read_text(path)))
    columns = next((tuple(found.split()) for b in blocks if (found := b.columns)), COLUMNS)
    labels = _labels_in(blocks, columns)
    number = 0
    for block in blocks:
        if block.rows or "page_id" in block.comments:
            number += 1
            name = block.comments.get("page_id", str(number))
            place = f"{path}, line {block.line}, page {name}"
            read = partial(_page, block, columns, labels, name, path.parent)
            yield AnnotationRecord(place, read)


def write_conll(pages: Iterable[AnnotatedPage], path: Path) -> None:
    """Write pages so that ``conll_records`` reads them back the same (for white space, see above).

    The folder is made if need be.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"# {_COLUMNS_KEY} = {' '.join(_WRITTEN)}\n\n")
        for page in pages:
            file.writelines(f"{line}\n" for line in _lines(page, path.parent))
            file.write("\n")


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one page: its comments and rows, with their line numbers."""

    line: int
    comments: Mapping[str, str]
    rows: Sequence[tuple[int, list[str]]]

    @property
    def columns(self) -> str | None:
        return self.comments.get(_COLUMNS_KEY)


def _blocks(text: str) -> Iterator[_Block]:
    comments: dict[str, str] = {}
    rows: list[tuple[int, list[str]]] = []
    first = 1
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if not line.strip():
            if comments or rows:
                yield _Block(first, comments, rows)
            comments, rows = {}, []
        elif (comment := _comment(line)) is not None:
            first = first if comments or rows else number
            comments[comment[0]] = comment[1]
        else:
            first = first if comments or rows else number
            cells = line.rstrip("\r").split("\t") if "\t" in line else line.split()
            rows.append((number, cells))


def _comment(line: str) -> tuple[str, str] | None:
    """Key and value; empty for remarks."""
    if not line.startswith("# "):
        return None
    key, equals, value = line.removeprefix("# ").partition(" = ")
    return (key.strip(), value.strip()) if equals else ("", "")


def _labels_in(blocks: Sequence[_Block], columns: Sequence[str]) -> frozenset[str]:
    if "tag" not in columns:
        return frozenset()
    place = columns.index("tag")
    tags = (cells[place] for b in blocks for _, cells in b.rows if len(cells) == len(columns))
    return frozenset(label for tag in tags if (label := label_of(tag)))


def _page(
    block: _Block, columns: Sequence[str], labels: frozenset[str], name: str, folder: Path
) -> AnnotatedPage:
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise ValueError(f"{_COLUMNS_KEY} lacks {', '.join(missing)}")
    tokens = [_token(number, cells, columns) for number, cells in block.rows]
    if "line" not in columns:
        lines = line_numbers([Box(*token.box) for token in tokens])
        tokens = [
            token.model_copy(update={"line": line})
            for token, line in zip(tokens, lines, strict=True)
        ]
    comments = block.comments
    width, height = _size(comments.get("size"), tokens)
    entry = PageEntry(
        id=name,
        source=comments.get("source", SOURCE),
        width=width,
        height=height,
        rotation=int(comments.get("rotation", "0")),
        tokens=tuple(tokens),
        annotated=_names(comments["annotated"]) if "annotated" in comments else tuple(labels),
        fields=json.loads(comments.get("fields", "{}")),
        items=json.loads(comments.get("items", "[]")),
        tables=json.loads(comments.get("tables", "{}")),
        unaligned=json.loads(comments.get("unaligned", "[]")),
        image=comments.get("image"),
        page_number=int(comments.get("page_number", "1")),
        merchant=comments.get("merchant", ""),
    )
    page = page_of_entry(entry, folder)
    texts = [token.text for token in page.page.tokens]
    if "fields" not in comments:
        page = replace(page, fields=field_texts(texts, page.tags))
    if "items" not in comments:
        page = replace(page, items=items_of_tags(page.page.tokens, page.tags))
    return page


def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text) if text.startswith("[") else text.split())


def _token(number: int, cells: Sequence[str], columns: Sequence[str]) -> TokenEntry:
    if len(cells) != len(columns):
        raise ValueError(
            f"line {number}: {len(cells)} columns where {len(columns)} are expected "
            f"({' '.join(columns)})"
        )
    row = dict(zip(columns, cells, strict=True))
    try:
        x0, y0, x1, y1 = (float(row[side]) for side in ("x0", "y0", "x1", "y1"))
        return TokenEntry(
            text=row["token"],
            box=(x0, y0, x1, y1),
            line=int(row.get("line", "0")),
            confidence=float(row.get("confidence", "1")),
            tag=row["tag"],
        )
    except ValueError as error:
        raise ValueError(f"line {number}: {describe_error(error)}") from error


def _size(text: str | None, tokens: Sequence[TokenEntry]) -> tuple[int, int]:
    if text is not None:
        sides = [int(side) for side in text.split()]
        if len(sides) != 2:
            raise ValueError(f"size is not width and height: {text!r}")
        return sides[0], sides[1]
    around = Box.union([Box(*token.box) for token in tokens]) if tokens else Box(0, 0, 1, 1)
    return max(1, math.ceil(around.x1)), max(1, math.ceil(around.y1))


def _lines(page: AnnotatedPage, folder: Path) -> Iterator[str]:
    comments = {
        "page_id": page.id,
        "source": page.source,
        "size": f"{page.page.width} {page.page.height}",
        "rotation": str(page.page.rotation) if page.page.rotation else "",
        "image": relative(page.image, folder) if page.image else "",
        "page_number": str(page.page_number) if page.page_number > 1 else "",
        "merchant": page.merchant,
        "annotated": _written(sorted(page.annotated)),
        "fields": _json(dict(page.fields)),
        "items": _json([dict(item) for item in page.items]),
        "tables": _json(plain_tables(page)) if page.tables else "",
        "unaligned": _json(page.unaligned) if page.unaligned else "",
    }
    for key, value in comments.items():
        if value:
            yield f"# {key} = {value}"
    for token, tag in zip(page.page.tokens, page.tags, strict=True):
        sides = [repr(float(side)) for side in token.box.as_tuple()]
        text = " ".join(token.text.split())
        yield "\t".join([text, *sides, str(token.line), repr(float(token.confidence)), tag])


def _written(names: Sequence[str]) -> str:
    return _json(names) if any(" " in name for name in names) else " ".join(names)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
