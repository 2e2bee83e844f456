"""What is needed to reproduce a report: command, commit, versions, hashes."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.jsonl import plain_tables
from pipeline.data.part_sizes import size_of
from pipeline.ocr.cache import page_to_json
from pipeline.tagging.load import model_folder
from pipeline.tagging.names import RULES

CARD = "README.md"
_PACKAGES = (
    "receipt-pipeline",
    "onnxruntime",
    "opencv-python-headless",
    "numpy",
    "seqeval",
    "rapidfuzz",
)


def provenance(data: Path, pages: Sequence[AnnotatedPage], model: str) -> dict[str, Any]:
    """Command, versions, date, and hashes of the receipts and of the model (``None`` for the rules,
    which are part of the commit)."""
    return {
        "command": shlex.join(["receipts", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "python": platform.python_version(),
        "versions": {name: version_of(name) for name in _PACKAGES},
        "data": data.name,
        "data_sha256": data_hash(pages),
        "model_sha256": None if model == RULES else model_hash(model_folder(model)),
        **asdict(size_of(pages)),
    }


def data_hash(pages: Sequence[AnnotatedPage]) -> str:
    """A hash of the annotations and pictures of the receipts, in order."""
    digest = hashlib.sha256()
    for page in pages:
        annotation: dict[str, Any] = {
            "id": page.id,
            "page": page_to_json(page.page),
            "tags": page.tags,
            "fields": dict(page.fields),
            "items": [dict(item) for item in page.items],
        }
        if page.tables:  # absent from older data sets, whose hashes are in published reports
            annotation["tables"] = plain_tables(page)
        if page.page_number > 1:  # not for first pages, whose hashes are in published reports
            annotation["page_number"] = page.page_number
        digest.update(json.dumps(annotation, sort_keys=True).encode())
        if page.image is not None:
            digest.update(page.image.read_bytes())
    return digest.hexdigest()


def model_hash(folder: Path) -> str:
    """A hash of the files of a model folder, except its card, into which figures are written."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != CARD:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def version_of(name: str) -> str | None:
    """The version of an installed distribution; ``None`` if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def commit() -> str | None:
    """The checkout's commit, with ``+`` if files have changed since; ``None`` outside a checkout of
    this project."""
    here = Path(__file__).resolve()
    try:
        if not _git(here.parent, "ls-files", here.name):
            return None
        changed = "+" if _git(here.parent, "status", "--porcelain") else ""
        return f"{_git(here.parent, 'rev-parse', '--short', 'HEAD')}{changed}"
    except FileNotFoundError:
        return None


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
