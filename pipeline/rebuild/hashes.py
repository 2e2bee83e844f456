"""Hashes of what a step reads and writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import yaml

_CHUNK = 1 << 20
_NOT_READ = {"__pycache__"}
_CODE = {".py", ".yaml"}


def hash_of(path: Path) -> str | None:
    """The SHA-256 of a file, or of all files below a folder with their names; ``None`` if it does
    not exist. A YAML file counts by what it says: comments and layout do not matter."""
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        return None
    if path.suffix in (".yaml", ".yml"):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
    return _of_file(path)


def code_hash(path: Path) -> str | None:
    """As ``hash_of``; of a folder only modules and YAML files count: what else is there is made by
    steps."""
    return _of_folder(path, _CODE) if path.is_dir() else hash_of(path)


def files_at(project: Path, patterns: Iterable[str], without: Iterable[str] = ()) -> list[str]:
    """The files that exist of these paths and glob patterns, relative to the project, sorted.

    Args:
        without: names of files that are left out.
    """
    left_out = set(without)
    found = {
        path.relative_to(project).as_posix()
        for pattern in patterns
        for path in project.glob(pattern)
        if path.is_file() and path.name not in left_out
    }
    return sorted(found)


def _of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _of_folder(folder: Path, suffixes: Container[str] | None = None) -> str:
    digest = hashlib.sha256()
    for path in sorted(_inside(folder)):
        if suffixes is not None and path.suffix not in suffixes:
            continue
        digest.update(f"{path.relative_to(folder).as_posix()}\0{_of_file(path)}\n".encode())
    return digest.hexdigest()


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not _NOT_READ.intersection(path.parts):
            yield path
