"""The formats of output files, by name and by suffix."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pipeline.errors import ConfigError, did_you_mean


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
        ConfigError: there is none; the message suggests the nearest.
    """
    try:
        return Format(name.lower())
    except ValueError as error:
        hint = did_you_mean(name, map(str, Format))
        raise ConfigError(f"no format {name!r}{hint} (known: {', '.join(Format)})") from error


def format_of(path: Path) -> Format:
    """The format that a file's suffix stands for.

    Raises:
        ConfigError: an unknown suffix.
    """
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise ConfigError(
            f"{path}: the suffix names no format (known: {', '.join(_SUFFIXES)}); say --format"
        )
    return found
