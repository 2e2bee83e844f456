"""`receipts extract`: read receipts into one file of records."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.choices import (
    BACKENDS,
    OUTPUT_FORMATS,
    PROFILES,
    SHAPES,
    engine_option,
    one_of,
)
from pipeline.commands.exits import ExitCode, usage_errors
from pipeline.commands.extract_checks import again_of, check_inputs, plan, table_in
from pipeline.commands.extract_on_ray import cluster_job, on_gpus, ray_options
from pipeline.commands.settings import (
    ConfigFile,
    MemoryLimit,
    ModelName,
    Timeout,
    Workers,
    settings_of,
)

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.batch.job import Job, Watcher
    from pipeline.batch.summary import Summary
    from pipeline.cluster.job import ClusterJob
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
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Output file; - is standard output. With --backend ray a folder or address.",
        ),
    ] = "-",
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
    workers: Workers = None,
    timeout: Timeout = None,
    memory_limit: MemoryLimit = None,
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
    backend: Annotated[
        str,
        one_of(
            BACKENDS,
            "--backend",
            help="Where to read: in processes of this machine, or on a Ray cluster.",
        ),
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="The cluster of --backend ray.  [default: RAY_ADDRESS, or this machine]",
        ),
    ] = None,
    gpus_per_worker: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Run OCR on GPUs; so many for each worker, such as 0.25 (--backend ray).",
        ),
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
        on_ray = ray_options(backend, ray_address, gpus_per_worker)
        if on_ray is not None:
            local = {"--items": items, "--format": format_, "--csv-raw": csv_raw, "--watch": watch}
            local |= {"--shape": shape != "receipt"}
            again = again_of(retry_errors, fresh)
            given = tuple(inputs or []), manifest, output, again, on_ray.gpus
            code = _run_on_ray(
                cluster_job(*given, local), on_gpus(settings, on_ray), on_ray.address, console
            )
            raise typer.Exit(code)
        job = plan(inputs or [], Path(output), items, format_)
        job = replace(
            job,
            manifest=manifest,
            watch=watch,
            again=again_of(retry_errors, fresh),
            table=table_in(shape, job.format),
        )
        if csv_raw:
            job = replace(
                job, table=with_raw_text(job.table), items_table=with_raw_text(job.items_table)
            )
        check_inputs(job)
        code = _run(job, settings, console)
    raise typer.Exit(code)


def _run(job: Job, settings: ExtractConfig, console: Console) -> ExitCode:
    from pipeline.batch.job import run_job

    return _told(partial(run_job, job, settings), console)


def _run_on_ray(
    job: ClusterJob, settings: ExtractConfig, address: str | None, console: Console
) -> ExitCode:
    from pipeline.cluster.job import run_on_cluster
    from pipeline.cluster.ray_session import connected

    with connected(address):  # which handles signals, too: ours come after
        return _told(partial(run_on_cluster, job, settings), console)


def _told(run: Callable[[Event, Watcher], Summary], console: Console) -> ExitCode:
    """Run with progress, and print the summary."""
    from pipeline.batch.job import Watcher
    from pipeline.commands.console import files_progress

    def tell(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    with _stop_on_signal() as stop:
        with files_progress(console) as advance:
            summary = run(stop, Watcher(tell, advance))
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
