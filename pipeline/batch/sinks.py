"""Write records as JSONL, CSV or Parquet, to a temporary file that is renamed at the end."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.batch.durable import land
from pipeline.batch.tables import Row, Table
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt

_ROW_GROUP = 1000


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_SUFFIXES = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
}


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        ConfigError: there is none.
    """
    try:
        return Format(name.lower())
    except ValueError as error:
        raise ConfigError(f"no format {name!r} (known: {', '.join(Format)})") from error


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


def check_writable(path: Path) -> None:
    """See that an output could be written, before the work starts.

    Raises:
        ConfigError: it could not.
    """
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder; name a file to write")
    if not path.parent.is_dir():
        raise ConfigError(f"{path}: the folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise ConfigError(f"{path}: no permission to write into {path.parent}")


class Sink(Protocol):
    """Takes the records of one input after the other."""

    def write(self, records: Sequence[Receipt]) -> None: ...

    def close(self) -> None: ...


class JsonlSink:
    """One JSON object a line: the whole records, in the table's shape."""

    def __init__(self, file: TextIO, table: Table) -> None:
        self._file = file
        self._table = table

    def write(self, records: Sequence[Receipt]) -> None:
        self._file.writelines(f"{self._table.line(record)}\n" for record in records)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class CsvSink:
    """A header and the table's rows; missing values are empty, amounts as exact as read."""

    def __init__(self, file: TextIO, table: Table) -> None:
        self._file = file
        self._table = table
        self._writer = csv.DictWriter(file, table.schema.names)
        self._writer.writeheader()

    def write(self, records: Sequence[Receipt]) -> None:
        for record in records:
            self._writer.writerows(self._table.rows(record))
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class ParquetSink:
    """The table's rows, typed, in row groups."""

    def __init__(self, path: Path, table: Table) -> None:
        self._table = table
        self._writer = pq.ParquetWriter(path, table.schema)
        self._rows: list[Row] = []

    def write(self, records: Sequence[Receipt]) -> None:
        for record in records:
            self._rows.extend(self._table.rows(record))
        if len(self._rows) >= _ROW_GROUP:
            self._write_group()

    def close(self) -> None:
        if self._rows:
            self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        columns = [
            pa.array([_for_arrow(row[field.name]) for row in self._rows], field.type)
            for field in self._table.schema
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._table.schema))
        self._rows.clear()


@contextmanager
def open_file_sink(path: Path, format_: Format, table: Table) -> Iterator[Sink]:
    """A sink whose file appears, in place of an older one, when the block has ended well.

    Until then the rows stand in a hidden file beside it, which goes if the block raises.
    """
    unfinished = path.with_name(f".{path.name}.part")
    sink = _file_sink(unfinished, format_, table)
    try:
        yield sink
        sink.close()
        land(unfinished, path)
    except BaseException:
        sink.close()
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def open_stdout_sink(format_: Format, table: Table) -> Iterator[Sink]:
    """A sink that writes JSONL or CSV to the standard output; Parquet is no text."""
    text = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield JsonlSink(text, table) if format_ is Format.JSONL else CsvSink(text, table)
    finally:
        text.detach()  # flushes, and leaves the standard output open


def _file_sink(path: Path, format_: Format, table: Table) -> Sink:
    if format_ is Format.PARQUET:
        return ParquetSink(path, table)
    # CSV brings its own line ends.
    file = path.open("w", encoding="utf-8", newline="" if format_ is Format.CSV else "\n")
    return JsonlSink(file, table) if format_ is Format.JSONL else CsvSink(file, table)


def _for_arrow(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
