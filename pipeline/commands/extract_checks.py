"""The options of `receipts extract` as a job, checked before models are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.batch.formats import Format
    from pipeline.batch.job import Job
    from pipeline.batch.outputs import Again
    from pipeline.batch.table_columns import Table


def table_in(shape: str, format_: Format) -> Table:
    """The records' table, for ``--shape``.

    Raises:
        ConfigError: there is no such shape, or the format has columns instead.
    """
    from pipeline.batch.table_columns import RECEIPTS, in_shape
    from pipeline.errors import ConfigError

    if shape == "receipt":
        return RECEIPTS
    table = in_shape(shape)
    if format_.has_columns:
        raise ConfigError(f"--shape {shape} needs JSONL or JSON: {format_} has fixed columns")
    return table


def plan(inputs: list[str], output: Path, items: Path | None, format_: str | None) -> Job:
    """Check the outputs, before models are loaded.

    Raises:
        ConfigError: one cannot be written.
    """
    from pipeline.batch.formats import Format, format_named, format_of
    from pipeline.batch.job import Job
    from pipeline.batch.parquet import check_parquet
    from pipeline.batch.sinks import check_writable
    from pipeline.errors import ConfigError

    to_stdout = str(output) == "-"
    if format_ is not None:
        chosen = format_named(format_)
    else:
        chosen = Format.JSONL if to_stdout else format_of(output)
    if to_stdout and chosen is Format.PARQUET:
        raise ConfigError("Parquet cannot go to the standard output; give a file with --output")
    if items is not None and not format_of(items).has_columns:
        raise ConfigError(f"{items}: line items are written as CSV or Parquet")
    files = [path for path in (None if to_stdout else output, items) if path is not None]
    if len({path.absolute() for path in files}) < len(files):
        raise ConfigError(f"{items}: --output and --items are the same file")
    for path in files:
        check_writable(path)
    if Format.PARQUET in (chosen, format_of(items) if items is not None else None):
        check_parquet()
    return Job(tuple(inputs), None if to_stdout else output, chosen, items)


def again_of(retry_errors: bool, fresh: bool) -> Again:
    from pipeline.batch.outputs import Again
    from pipeline.errors import ConfigError

    if retry_errors and fresh:
        raise ConfigError("--fresh includes --retry-errors: give only one")
    if fresh:
        return Again.EVERYTHING
    return Again.ERRORS if retry_errors else Again.NOTHING


def check_inputs(job: Job) -> None:
    """Check the inputs and the options that depend on them.

    Raises:
        ConfigError: nothing to read, or options that exclude each other.
    """
    from pipeline.batch.outputs import Again
    from pipeline.batch.watch import check_watchable
    from pipeline.errors import ConfigError

    if not job.arguments and job.manifest is None:
        raise ConfigError("nothing to read: give a PATH, or a list of paths with --manifest")
    if job.records is None and job.again is Again.ERRORS:
        raise ConfigError("--retry-errors needs the --output of the earlier run")
    if job.watch:
        if job.manifest is not None:
            raise ConfigError("--watch takes folders, not a --manifest")
        check_watchable(job.arguments)
