"""Write records as JSONL, JSON, CSV or Parquet, to a temporary file that is renamed at the end."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.batch.durable import land
from pipeline.batch.formats import Format
from pipeline.batch.tables import Row, Table
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt

_ROW_GROUP = 1000


def check_writable(path: Path) -> None:
    """Check that an output can be written, before the work starts.

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
    """Takes the records of one input after the other.

    ``end`` completes the file after the last of them; ``close`` closes it, complete or not.
    """

    def write(self, records: Sequence[Receipt]) -> None: ...

    def end(self) -> None: ...

    def close(self) -> None: ...


class JsonlSink:
    """One JSON object per line: the whole records, in the table's shape."""

    def __init__(self, file: TextIO, table: Table) -> None:
        self._file = file
        self._table = table

    def write(self, records: Sequence[Receipt]) -> None:
        self._file.writelines(f"{self._table.line(record)}\n" for record in records)
        self._file.flush()

    def end(self) -> None:
        pass

    def close(self) -> None:
        self._file.close()


class JsonSink:
    """One JSON array with a line for each record: the whole records, in the table's shape."""

    def __init__(self, file: TextIO, table: Table) -> None:
        self._file = file
        self._table = table
        self._separator = "[\n"

    def write(self, records: Sequence[Receipt]) -> None:
        for record in records:
            self._file.write(f"{self._separator}{self._table.line(record)}")
            self._separator = ",\n"
        self._file.flush()

    def end(self) -> None:
        self._file.write("[]\n" if self._separator == "[\n" else "\n]\n")

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

    def end(self) -> None:
        pass

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

    def end(self) -> None:
        if self._rows:
            self._write_group()

    def close(self) -> None:
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
    """A sink whose file appears, replacing an older one, when the block ends without an error.

    Until then the rows stand in a hidden file beside it, which goes if the block raises.
    """
    unfinished = path.with_name(f".{path.name}.part")
    sink = _file_sink(unfinished, format_, table)
    try:
        yield sink
        sink.end()
        sink.close()
        land(unfinished, path)
    except BaseException:
        sink.close()
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def open_stdout_sink(format_: Format, table: Table) -> Iterator[Sink]:
    """A sink that writes to the standard output, in any format but Parquet, which is no text."""
    text = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    sink = _text_sink(text, format_, table)
    try:
        yield sink
        sink.end()
    finally:
        text.detach()  # flushes, and leaves the standard output open


def _file_sink(path: Path, format_: Format, table: Table) -> Sink:
    if format_ is Format.PARQUET:
        return ParquetSink(path, table)
    # CSV brings its own line ends.
    file = path.open("w", encoding="utf-8", newline="" if format_ is Format.CSV else "\n")
    return _text_sink(file, format_, table)


def _text_sink(file: TextIO, format_: Format, table: Table) -> Sink:
    match format_:
        case Format.JSON:
            return JsonSink(file, table)
        case Format.CSV:
            return CsvSink(file, table)
        case _:
            return JsonlSink(file, table)


def _for_arrow(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
