"""Parquet files of a table's rows; needs the extra ``[parquet]``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.batch.table_columns import Row, Table
from pipeline.errors import ConfigError
from pipeline.install import how_to_install
from pipeline.receipt import Receipt

_ROW_GROUP = 1000


def check_parquet() -> None:
    """Check that Parquet can be written, before the work starts.

    Raises:
        ConfigError: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise ConfigError(f"Parquet needs pyarrow: {how_to_install('parquet')}") from error


def arrow_schema(table: Table) -> Any:
    """The table's columns as a ``pyarrow.Schema``.

    Amounts are float64, as in the JSON: a misread amount of 40 digits fits no decimal column.
    """
    import pyarrow as pa

    types = {
        Decimal: pa.float64(),
        float: pa.float64(),
        int: pa.int32(),
        bool: pa.bool_(),
        datetime.date: pa.date32(),
        str: pa.string(),
    }
    return pa.schema([(name, types[kind]) for name, kind in table.columns.items()])


class ParquetSink:
    """The table's rows, typed, in row groups."""

    def __init__(self, path: Path, table: Table) -> None:
        import pyarrow.parquet as pq

        self._table = table
        self._schema = arrow_schema(table)
        self._writer = pq.ParquetWriter(path, self._schema)
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
        import pyarrow as pa

        columns = [
            pa.array([_for_arrow(row[field.name]) for row in self._rows], field.type)
            for field in self._schema
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows.clear()


def _for_arrow(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
