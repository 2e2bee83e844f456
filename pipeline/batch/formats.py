"""The formats of output files, by name and by suffix."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pipeline.errors import ConfigError, unknown_name


class Format(StrEnum):
    """A file format; JSON formats hold whole records, the others a table's columns."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"

    @property
    def has_columns(self) -> bool:
        return self in (Format.CSV, Format.PARQUET)


_SUFFIXES = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSON,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
}


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        ConfigError: unknown; the message suggests the nearest.
    """
    try:
        return Format(name.lower())
    except ValueError as error:
        raise unknown_name("format", name, Format) from error


def format_of(path: Path) -> Format:
    """The format of a file, by its suffix.

    Raises:
        ConfigError: an unknown suffix.
    """
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise ConfigError(
            f"{path}: unknown suffix (known: {', '.join(_SUFFIXES)}); choose a --format"
        )
    return found
