"""All records in one of the output formats of `receipts extract`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from pipeline.batch.formats import Format
from pipeline.batch.parquet import check_parquet
from pipeline.batch.sinks import open_file_sink
from pipeline.batch.table_columns import ITEMS, RECEIPTS, Table, in_shape
from pipeline.errors import ConfigError
from pipeline.service.access.caller import Caller
from pipeline.service.problems import Problem, responses
from pipeline.service.routes.common import ALWAYS, Wanted
from pipeline.service.routes.downloads import FILE, download, pieces_of
from pipeline.service.service import InService, Reader, Service
from pipeline.service.store.receipts import Filter, all_listed

router = APIRouter()


class ExportFormat(StrEnum):
    """A format.

    ``azure`` and ``textract`` are JSON lines in the shape of those services, ``items-csv`` and
    ``items-parquet`` have a row for each line item.
    """

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    ITEMS_CSV = "items-csv"
    ITEMS_PARQUET = "items-parquet"
    AZURE = "azure"
    TEXTRACT = "textract"


_MEDIA_TYPES = {
    Format.JSONL: "application/jsonl",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@router.get(
    "/v1/export",
    summary="Export records",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {"content": dict.fromkeys(_MEDIA_TYPES.values(), FILE)},
        **ALWAYS,
        **responses(HTTPStatus.NOT_IMPLEMENTED),
    },
)
def export(
    service: InService,
    caller: Reader,
    wanted: Wanted,
    format: Annotated[ExportFormat, Query()] = ExportFormat.JSONL,  # noqa: A002
) -> StreamingResponse:
    """All records that the filters let through, as `receipts extract` writes them."""
    kind, table = _table(format)
    if kind is Format.PARQUET:
        try:
            check_parquet()
        except ConfigError as error:
            raise Problem(HTTPStatus.NOT_IMPLEMENTED, str(error)) from error
    name = f"{'items' if table is ITEMS else 'receipts'}.{kind}"
    return download(_written(service, caller, wanted, kind, table), name, _MEDIA_TYPES[kind])


def _table(format_: ExportFormat) -> tuple[Format, Table]:
    match format_:
        case ExportFormat.AZURE | ExportFormat.TEXTRACT:
            return Format.JSONL, in_shape(format_)
        case ExportFormat.ITEMS_CSV:
            return Format.CSV, ITEMS
        case ExportFormat.ITEMS_PARQUET:
            return Format.PARQUET, ITEMS
        case _:
            return Format(format_), RECEIPTS


def _written(
    service: Service, caller: Caller, wanted: Filter, kind: Format, table: Table
) -> Iterator[bytes]:
    """The file, piece by piece; written to the disk first, so that memory does not grow."""
    with TemporaryDirectory(prefix="receipts-export-") as folder:
        path = Path(folder) / f"export.{kind}"
        with open_file_sink(path, kind, table) as sink, service.database.reading() as session:
            for record in all_listed(session, caller.tenant, wanted):
                sink.write([record])
        yield from pieces_of(path)
