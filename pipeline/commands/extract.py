"""`receipts extract`: read receipts into one file of records."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.choices import OUTPUT_FORMATS, PROFILES, SHAPES, engine_option, one_of
from pipeline.commands.exits import ExitCode, usage_errors
from pipeline.commands.settings import ConfigFile, ModelName, settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.batch.formats import Format
    from pipeline.batch.job import Job
    from pipeline.batch.outputs import Again
    from pipeline.batch.table_columns import Table
    from pipeline.config import ExtractConfig


def extract(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Images, PDFs, folders (with all below them), quoted globs, addresses such as "
            "s3://bucket/folder, or - for a list on the standard input.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="OUT", help="Output file; - is standard output."),
    ] = Path("-"),
    items: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write line items, one per row: CSV or Parquet."),
    ] = None,
    format_: Annotated[
        str | None,
        one_of(
            OUTPUT_FORMATS,
            "--format",
            help="Output format; json is one array.  [default: by the suffix of OUT, or jsonl]",
        ),
    ] = None,
    csv_raw: Annotated[
        bool,
        typer.Option(
            "--csv-raw",
            help="Write CSV texts as read. By default an apostrophe is put before texts that a "
            "spreadsheet would run as formulas.",
        ),
    ] = False,
    shape: Annotated[
        str,
        one_of(SHAPES, "--shape", help="Layout of JSON records: ours, Azure's or Textract's."),
    ] = "receipt",
    auto_approve: Annotated[
        float | None,
        typer.Option(
            metavar="PRECISION",
            help="Mark records that need no human check, at this precision, such as 0.98.",
        ),
    ] = None,
    engine: Annotated[str | None, engine_option("OCR engine", "rapidocr")] = None,
    ocr_profile: Annotated[
        str | None,
        one_of(
            PROFILES,
            "--ocr-profile",
            help="Speed against small print (engine rapidocr).  [default: balanced]",
        ),
    ] = None,
    model: ModelName = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Worker processes.  [default: one per core]", min=1),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Time limit per file.  [default: 300]"),
    ] = None,
    memory_limit: Annotated[
        int | None,
        typer.Option(
            metavar="MB",
            help="Memory limit per worker.  [default: an equal share of the machine's memory, "
            "at least 2048]",
        ),
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the paths in FILE, one per line.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep watching folders for new files until Ctrl-C.")
    ] = False,
    retry_errors: Annotated[
        bool,
        typer.Option("--retry-errors", help="Read again the files that failed in the last run."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Read everything again; ignore earlier results.")
    ] = False,
    ocr_cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Store OCR results here for later runs.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Extract receipts to JSONL, JSON, CSV or Parquet.

    Each page gives one record. A file that cannot be read, exceeds a limit or crashes its
    worker gives a record with the status "error" and the reason. Progress and summary go to
    standard error.

    If a run is interrupted, repeat the command: it resumes. A later run reads only new and
    changed files. Results are stored in OUT.journal beside OUT; without OUT nothing is
    stored.

    \b
    Exit codes:
      0    every input has its record and none is an error
      1    finished, but some records are errors
      2    wrong usage, configuration or engine: nothing was run
      130  interrupted: finished records are kept
    """
    from rich.console import Console

    from pipeline.batch.table_columns import with_raw_text
    from pipeline.commands.console import log_warnings_to

    console = Console(stderr=True)
    log_warnings_to(console)
    with usage_errors():
        settings = settings_of(
            config,
            engine=engine,
            model=model,
            workers=workers,
            timeout=timeout,
            memory_limit=memory_limit,
            auto_approve=auto_approve,
            ocr_cache=ocr_cache,
        )
        if ocr_profile is not None:
            settings = settings.with_engine_options(profile=ocr_profile)
        job = _plan(inputs or [], output, items, format_)
        job = replace(
            job,
            manifest=manifest,
            watch=watch,
            again=_again(retry_errors, fresh),
            table=_table(shape, job.format),
        )
        if csv_raw:
            job = replace(
                job, table=with_raw_text(job.table), items_table=with_raw_text(job.items_table)
            )
        _check_inputs(job)
        code = _run(job, settings, console)
    raise typer.Exit(code)


def _table(shape: str, format_: Format) -> Table:
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


def _plan(inputs: list[str], output: Path, items: Path | None, format_: str | None) -> Job:
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


def _again(retry_errors: bool, fresh: bool) -> Again:
    from pipeline.batch.outputs import Again
    from pipeline.errors import ConfigError

    if retry_errors and fresh:
        raise ConfigError("--fresh includes --retry-errors: give only one")
    if fresh:
        return Again.EVERYTHING
    return Again.ERRORS if retry_errors else Again.NOTHING


def _check_inputs(job: Job) -> None:
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


def _run(job: Job, settings: ExtractConfig, console: Console) -> ExitCode:
    from pipeline.batch.job import Watcher, run_job
    from pipeline.commands.console import files_progress

    def tell(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    with _stop_on_signal() as stop:
        with files_progress(console) as advance:
            summary = run_job(job, settings, stop, Watcher(tell, advance))
        for line in summary.lines():
            tell(line)
        if stop.is_set() and not summary.is_complete:
            return ExitCode.INTERRUPTED
    is_good = summary.is_complete and not summary.errors
    return ExitCode.OK if is_good else ExitCode.PROBLEMS


@contextmanager
def _stop_on_signal() -> Iterator[Event]:
    """Within the block the first Ctrl-C or SIGTERM sets the event; another ends the program."""
    stop = Event()
    handled = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in handled}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        restore()

    for number in handled:
        signal.signal(number, ask_to_stop)
    try:
        yield stop
    finally:
        restore()
