"""One tagger on one set of annotated pages: tags, fields and line items."""

from __future__ import annotations

import datetime
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.assembly.assemble import assemble
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.fields import field_scores
from pipeline.evaluation.items import item_score
from pipeline.evaluation.tags import tag_scores
from pipeline.tagging.types import Tagger

_PACKAGES = ("receipt-pipeline", "onnxruntime", "rapidocr", "numpy")


def evaluate(tagger: Tagger, pages: Sequence[AnnotatedPage]) -> dict[str, Any]:
    """Scores of one tagger; the pages' tokens are what it reads, annotated or from OCR."""
    tags = tagger.tag([page.page for page in pages])
    contents = [
        assemble(page.page, of_page, tagger.label_set)
        for page, of_page in zip(pages, tags, strict=True)
    ]
    result: dict[str, Any] = {
        "model": tagger.name,
        "tags": tag_scores(tags, pages),
        "fields": {
            name: score.as_dict()
            for name, score in field_scores(contents, pages, tagger.label_set).items()
        },
    }
    if any("item_description" in page.annotated for page in pages):
        result["items"] = item_score(contents, pages).as_dict()
    return result


def provenance(data: Path, pages: Sequence[AnnotatedPage]) -> dict[str, Any]:
    """What a reader needs to repeat the figures: command, versions, data, date."""
    return {
        "command": " ".join(["receipts", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _PACKAGES},
        "data": data.name,
        "receipts": len(pages),
        "merchants": len({page.merchant for page in pages if page.merchant}),
    }


def _commit() -> str | None:
    """The checkout's commit, or ``None`` outside of one."""
    folder = Path(__file__).resolve().parent
    command = ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return answer.stdout.strip() or None
