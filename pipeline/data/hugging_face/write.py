"""Write annotated pages as a Hugging Face dataset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.hugging_face.splits import load_library
from pipeline.data.jsonl import plain_tables, relative
from pipeline.labels import OUTSIDE


def write_dataset(pages: Iterable[AnnotatedPage], path: Path) -> None:
    """Write pages so that ``dataset_records`` reads them back the same.

    A name that ends in ``.parquet`` gives a file, any other a folder as of ``save_to_disk``.

    Raises:
        ConfigError: the package ``datasets`` is not installed.
    """
    library = load_library()
    everyone = list(pages)
    is_file = path.suffix == ".parquet"
    rows = [_row(page, path.parent if is_file else path) for page in everyone]
    tags = sorted({tag for page in everyone for tag in page.tags} - {OUTSIDE}, key=_by_label)
    features = _features(library, [OUTSIDE, *tags])
    dataset = library.Dataset.from_list(rows, features=features)
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_file:
        dataset.to_parquet(str(path))
    else:
        dataset.save_to_disk(str(path))


def _by_label(tag: str) -> tuple[str, str]:
    return tag[2:], tag


def _features(library: Any, tags: Sequence[str]) -> Any:
    text, many = library.Value("string"), library.Sequence
    return library.Features(
        {
            "id": text,
            "source": text,
            "width": library.Value("int64"),
            "height": library.Value("int64"),
            "rotation": library.Value("int64"),
            "tokens": many(text),
            "bboxes": many(many(library.Value("float64"))),
            "lines": many(library.Value("int64")),
            "confidences": many(library.Value("float64")),
            "ner_tags": many(library.ClassLabel(names=list(tags))),
            "annotated": many(text),
            "fields": text,
            "items": text,
            "tables": text,
            "unaligned": text,
            "image_path": text,
            "page_number": library.Value("int64"),
            "merchant": text,
        }
    )


def _row(page: AnnotatedPage, folder: Path) -> dict[str, Any]:
    tokens = page.page.tokens
    return {
        "id": page.id,
        "source": page.source,
        "width": page.page.width,
        "height": page.page.height,
        "rotation": page.page.rotation,
        "tokens": [token.text for token in tokens],
        "bboxes": [list(token.box.as_tuple()) for token in tokens],
        "lines": [token.line for token in tokens],
        "confidences": [token.confidence for token in tokens],
        "ner_tags": list(page.tags),
        "annotated": sorted(page.annotated),
        "fields": json.dumps(dict(page.fields), ensure_ascii=False),
        "items": json.dumps([dict(item) for item in page.items], ensure_ascii=False),
        "tables": json.dumps(plain_tables(page), ensure_ascii=False),
        "unaligned": json.dumps(page.unaligned, ensure_ascii=False),
        "image_path": relative(page.image, folder) if page.image else "",
        "page_number": page.page_number,
        "merchant": page.merchant,
    }
