"""`receipts extract`: a folder of receipts to one file of records."""

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

from pipeline.commands.exits import ExitCode, usage_errors

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.batch.job import Job
    from pipeline.batch.outputs import Again
    from pipeline.batch.sinks import Format
    from pipeline.batch.tables import Table
    from pipeline.config import ExtractConfig


def extract(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Images, PDFs, folders (read recursively), quoted globs, addresses such as "
            "s3://bucket/folder, or - for a list of them on the standard input.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="OUT", help="File to write; - is the standard output."
        ),
    ] = Path("-"),
    items: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write line items too, one a row, as CSV or Parquet."),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", help="jsonl, csv or parquet.  [default: by OUT's suffix, else jsonl]"
        ),
    ] = None,
    shape: Annotated[
        str, typer.Option(help="Of JSONL records: receipt (our own), azure or textract.")
    ] = "receipt",
    auto_approve: Annotated[
        float | None,
        typer.Option(
            metavar="PRECISION",
            help="Mark the records that can pass unseen, so many of them right, such as 0.98.",
        ),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(help="OCR engine; see `receipts engines`.  [default: rapidocr]"),
    ] = None,
    ocr_profile: Annotated[
        str | None,
        typer.Option(
            help="fast, balanced or accurate, of the engine rapidocr; see docs/speed.md.  "
            "[default: balanced]"
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Model folder, or receipts-base, or rules.  [default: receipts-base]"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes.  [default: one a core]", min=1)
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="What one file may take.  [default: 300]"),
    ] = None,
    memory_limit: Annotated[
        int | None,
        typer.Option(
            metavar="MB",
            help="What one worker may take.  [default: its share of the machine, at least 2048]",
        ),
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read what this lists, one path a line.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with what comes into the folders, until Ctrl-C.")
    ] = False,
    retry_errors: Annotated[
        bool,
        typer.Option("--retry-errors", help="Read again what ended in error in the last run."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Read everything again, whatever an earlier run knows.")
    ] = False,
    ocr_cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep OCR results here between runs.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML as configs/extract.yaml; options win over it."),
    ] = None,
) -> None:
    """Read receipts into JSONL, CSV or Parquet: one record a page, whatever happens.

    A file that cannot be read, takes too long or too much memory, or crashes its worker,
    becomes a record with the status "error" and the reason. Progress and summary go to the
    standard error.

    The same command goes on after any end, a power failure included, and reads only what is
    new or has changed when run again later: OUT.journal beside OUT knows what has been read.
    Without OUT nothing is kept.

    \b
    Exit codes:
      0    every input has its record and none is an error
      1    finished, but some records are errors
      2    wrong usage, configuration or engine: nothing was run
      130  interrupted: what was finished is kept
    """
    from rich.console import Console

    from pipeline.commands.console import log_to
    from pipeline.config import load_config

    console = Console(stderr=True)
    log_to(console)
    given = {
        "engine": engine,
        "model": model,
        "workers": workers,
        "timeout": timeout,
        "memory_limit": memory_limit,
        "auto_approve": auto_approve,
        "ocr_cache": ocr_cache,
    }
    with usage_errors():
        settings = load_config(
            config, {key: value for key, value in given.items() if value is not None}
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
        _check_inputs(job)
        code = _run(job, settings, console)
    raise typer.Exit(code)


def _table(shape: str, format_: Format) -> Table:
    """The records' table, for ``--shape``.

    Raises:
        ConfigError: there is no such shape, or the format has columns instead.
    """
    from pipeline.batch.sinks import Format
    from pipeline.batch.tables import RECEIPTS, in_shape
    from pipeline.errors import ConfigError

    if shape == "receipt":
        return RECEIPTS
    table = in_shape(shape)
    if format_ is not Format.JSONL:
        raise ConfigError(f"--shape {shape} is for JSONL: {format_} has columns of its own")
    return table


def _plan(inputs: list[str], output: Path, items: Path | None, format_: str | None) -> Job:
    """Check all of the outputs that can be checked before models are loaded.

    Raises:
        ConfigError: one that cannot be written.
    """
    from pipeline.batch.job import Job
    from pipeline.batch.sinks import Format, check_writable, format_named, format_of
    from pipeline.errors import ConfigError

    to_stdout = str(output) == "-"
    if format_ is not None:
        chosen = format_named(format_)
    else:
        chosen = Format.JSONL if to_stdout else format_of(output)
    if to_stdout and chosen is Format.PARQUET:
        raise ConfigError("Parquet cannot go to the standard output; name a file with --output")
    if items is not None and format_of(items) is Format.JSONL:
        raise ConfigError(f"{items}: line items are written as CSV or Parquet")
    files = [path for path in (None if to_stdout else output, items) if path is not None]
    if len({path.absolute() for path in files}) < len(files):
        raise ConfigError(f"{items}: --output and --items are the same file")
    for path in files:
        check_writable(path)
    return Job(tuple(inputs), None if to_stdout else output, chosen, items)


def _again(retry_errors: bool, fresh: bool) -> Again:
    from pipeline.batch.outputs import Again
    from pipeline.errors import ConfigError

    if retry_errors and fresh:
        raise ConfigError("--fresh reads everything again, errors included; leave out one")
    if fresh:
        return Again.EVERYTHING
    return Again.ERRORS if retry_errors else Again.NOTHING


def _check_inputs(job: Job) -> None:
    """Check what is asked for besides.

    Raises:
        ConfigError: nothing to read, or options that do not go together.
    """
    from pipeline.batch.outputs import Again
    from pipeline.batch.watch import check_watchable
    from pipeline.errors import ConfigError

    if not job.arguments and job.manifest is None:
        raise ConfigError("nothing to read: name a PATH, or a list of them with --manifest")
    if job.records is None and job.again is Again.ERRORS:
        raise ConfigError("--retry-errors needs the --output of the run before")
    if job.watch:
        if job.manifest is not None:
            raise ConfigError("--watch goes with folders, not with --manifest")
        check_watchable(job.arguments)


def _run(job: Job, settings: ExtractConfig, console: Console) -> ExitCode:
    from pipeline.batch.job import Watcher, run_job
    from pipeline.commands.console import files_read

    def tell(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    with _stop_on_signal() as stop:
        with files_read(console) as advance:
            summary = run_job(job, settings, stop, Watcher(tell, advance))
        for line in summary.lines():
            tell(line)
        if stop.is_set() and not summary.is_complete:
            return ExitCode.INTERRUPTED
    is_good = summary.is_complete and not summary.errors
    return ExitCode.OK if is_good else ExitCode.PROBLEMS


@contextmanager
def _stop_on_signal() -> Iterator[Event]:
    """Within the block the first Ctrl-C or SIGTERM sets the event; a second one acts as usual."""
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
