"""Write records as JSONL, JSON, CSV or Parquet, to a temporary file that is renamed at the end."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TextIO

from pipeline.batch.durable import replace_durably
from pipeline.batch.formats import Format
from pipeline.batch.parquet import ParquetSink
from pipeline.batch.table_columns import Row, Table
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt


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
    """Writer of an output format; ``write`` gets the records of one input at a time.

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
        for record in records:
            self._write_one(record)
        self._file.flush()

    def end(self) -> None:
        pass

    def close(self) -> None:
        self._file.close()

    def _write_one(self, record: Receipt) -> None:
        self._file.write(f"{self._table.line(record)}\n")


class JsonSink(JsonlSink):
    """One JSON array with a line for each record."""

    _separator = "[\n"

    def end(self) -> None:
        self._file.write("[]\n" if self._separator == "[\n" else "\n]\n")

    def _write_one(self, record: Receipt) -> None:
        self._file.write(f"{self._separator}{self._table.line(record)}")
        self._separator = ",\n"


class CsvSink(JsonlSink):
    """A header and the table's rows; missing values are empty, amounts as exact as read.

    Texts are written as converted by the table's ``csv_text``.
    """

    def __init__(self, file: TextIO, table: Table) -> None:
        super().__init__(file, table)
        names = [name for name in table.columns if name not in table.parquet_only]
        self._writer = csv.DictWriter(file, names, extrasaction="ignore")
        self._writer.writeheader()

    def _write_one(self, record: Receipt) -> None:
        self._writer.writerows(map(self._cells, self._table.rows(record)))

    def _cells(self, row: Row) -> Row:
        text = self._table.csv_text
        return {
            name: text(value) if isinstance(value, str) else value for name, value in row.items()
        }


@contextmanager
def open_file_sink(path: Path, format_: Format, table: Table) -> Iterator[Sink]:
    """A sink whose file appears, or replaces an older one, when the block ends without an error.

    Until then the rows are in a hidden file beside it, which is deleted if the block raises.
    """
    unfinished = path.with_name(f".{path.name}.part")
    sink = _file_sink(unfinished, format_, table)
    try:
        yield sink
        sink.end()
        sink.close()
        replace_durably(unfinished, path)
    except BaseException:
        sink.close()
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def open_stdout_sink(format_: Format, table: Table) -> Iterator[Sink]:
    """A sink that writes to the standard output, in any format but Parquet, which is binary."""
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
    # The csv module writes its own line ends.
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
