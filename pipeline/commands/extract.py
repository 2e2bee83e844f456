"""`receipts extract`: a folder of receipts to one file of records."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from pathlib import Path
from threading import Event
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.batch.inputs import Inputs
    from pipeline.batch.sinks import Format, Sink
    from pipeline.config import ExtractConfig


class ExitCode(IntEnum):
    """What the shell gets to see; documented in the command's help."""

    OK = 0
    SOME_ERRORS = 1
    NOT_RUN = 2
    INTERRUPTED = 130


def extract(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Images, PDFs, folders (read recursively) or quoted globs.",
            show_default=False,
        ),
    ],
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
    engine: Annotated[
        str | None,
        typer.Option(help="OCR engine; see `receipts engines`.  [default: rapidocr]"),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Model folder, or receipts-base, or rules.  [default: receipts-base]"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes.  [default: one a core]", min=1)
    ] = None,
    ocr_cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep OCR results here between runs.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML as configs/extract.yaml; options win over it."),
    ] = None,
) -> None:
    """Read receipts into JSONL, CSV or Parquet: one record a page, whatever happens.

    A file that cannot be read becomes a record with the status "error" and the reason.
    Progress and summary go to the standard error.

    \b
    Exit codes:
      0    every input has its record and none is an error
      1    finished, but some records are errors
      2    wrong usage, configuration or engine: nothing was run
      130  interrupted: what was finished is kept
    """
    from rich.console import Console

    from pipeline.config import load_config
    from pipeline.errors import PipelineError

    console = Console(stderr=True)
    _log_to(console)
    given = {"engine": engine, "model": model, "workers": workers, "ocr_cache": ocr_cache}
    try:
        settings = load_config(config, {key: value for key, value in given.items() if value})
        job = _plan(inputs, output, items, format_)
        code = _run(job, settings, console)
    except PipelineError as error:
        console.print(f"error: {error}", style="red", markup=False, highlight=False)
        code = ExitCode.NOT_RUN
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class _Job:
    """What to read and what to write; an output of ``None`` is the standard output."""

    inputs: Inputs
    output: Path | None
    output_format: Format
    items: Path | None


def _plan(inputs: list[str], output: Path, items: Path | None, format_: str | None) -> _Job:
    """Check everything that can be checked before models are loaded.

    Raises:
        ConfigError: nothing to read, or an output that cannot be written.
    """
    from pipeline.batch.inputs import find_inputs
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
    found = find_inputs(inputs, files)
    if not found.paths:
        others = f"; {len(found.skipped)} other files are there" if found.skipped else ""
        raise ConfigError(f"no image or PDF found in {', '.join(inputs)}{others}")
    return _Job(found, None if to_stdout else output, chosen, items)


def _run(job: _Job, settings: ExtractConfig, console: Console) -> ExitCode:
    from pipeline.batch.run import extract_all
    from pipeline.batch.summary import Summary
    from pipeline.batch.workers import WorkerPool
    from pipeline.errors import PipelineError
    from pipeline.extractor import Extractor

    paths = job.inputs.paths
    summary = Summary(len(paths), job.inputs.skipped)
    size = min(settings.worker_count(), len(paths))
    with ExitStack() as stack:
        stop = stack.enter_context(_stop_on_signal())
        pool = stack.enter_context(WorkerPool(partial(Extractor, settings), size))
        sinks = _open_sinks(job, stack)
        advance = stack.enter_context(_progress(len(paths), console))
        started = perf_counter()
        try:
            for outcome in extract_all(pool, paths, stop.is_set):
                for sink in sinks:
                    sink.write(outcome.records)
                summary.add(outcome.records)
                advance()
        except PipelineError as error:  # a dead worker could not be replaced
            console.print(f"stopped: {error}", style="red", markup=False, highlight=False)
        seconds = perf_counter() - started
    for line in summary.lines(seconds):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if stop.is_set():
        return ExitCode.INTERRUPTED
    complete = summary.files_done == summary.inputs and not summary.errors
    return ExitCode.OK if complete else ExitCode.SOME_ERRORS


def _open_sinks(job: _Job, stack: ExitStack) -> list[Sink]:
    from pipeline.batch.sinks import format_of, open_file_sink, open_stdout_sink
    from pipeline.batch.tables import ITEMS, RECEIPTS

    if job.output is None:
        sinks = [stack.enter_context(open_stdout_sink(job.output_format, RECEIPTS))]
    else:
        sinks = [stack.enter_context(open_file_sink(job.output, job.output_format, RECEIPTS))]
    if job.items is not None:
        sink = open_file_sink(job.items, format_of(job.items), ITEMS)
        sinks.append(stack.enter_context(sink))
    return sinks


@contextmanager
def _progress(total: int, console: Console) -> Iterator[Callable[[], None]]:
    """A bar with count, rate and time left, where somebody watches; gives its step."""
    from rich import progress

    bar = progress.Progress(
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]:.2f} files/s"),
        progress.TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    started = perf_counter()
    with bar:
        task = bar.add_task("reading", total=total, rate=0.0)

        def advance() -> None:
            done = bar.tasks[0].completed + 1
            bar.update(task, advance=1, rate=done / (perf_counter() - started))

        yield advance


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


def _log_to(console: Console) -> None:
    from rich.logging import RichHandler

    handler = RichHandler(console=console, show_path=False, markup=False)
    logging.basicConfig(handlers=[handler], format="%(message)s", level=logging.WARNING)
