"""Tables, progress bars and log lines on the terminal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from rich import progress
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.highlighter import NullHighlighter
from rich.logging import RichHandler
from rich.table import Table

from pipeline.progress import Progress

_HEADING = 10  # characters of a heading's word that are kept together


def table_of(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table of names, in the first column, and numbers.

    Names and headings are wrapped where the terminal is too narrow, numbers never.
    """
    table = Table(
        title=title,
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column(headings[0], overflow="fold")
    for column, heading in enumerate(headings[1:], start=1):
        words = [min(len(word), _HEADING) for word in heading.split()]
        width = max([*words, *(len(row[column]) for row in rows)], default=0)
        table.add_column(heading, justify="right", width=width, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


@contextmanager
def files_progress(console: Console) -> Iterator[Callable[[int | None], None]]:
    """A bar with count, rate and time left, if the console is a terminal; yields its step."""
    bar = progress.Progress(
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]:.2f} files/s"),
        progress.TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("reading", total=None, rate=0.0)
        started = perf_counter()

        def advance(total: int | None) -> None:
            done = bar.tasks[0].completed + 1
            bar.update(task, advance=1, total=total, rate=done / (perf_counter() - started))

        yield advance


@contextmanager
def work_progress(console: Console) -> Iterator[Progress]:
    """A bar with time left, if the console is a terminal. It disappears when the work is done."""
    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task("", visible=False)

        def show(what: str, done: int, total: int) -> None:
            if bar.tasks[0].description != what:
                # The steps done before a resumed run must not count for its speed.
                bar.reset(task, description=what, completed=done, total=total, visible=True)
                bar.refresh()
            bar.update(task, completed=done, total=total, visible=done < total)

        yield show


def log_plainly_to(console: Console) -> None:
    """Log messages of the pipeline as plain lines, above the progress bar if there is one."""
    handler: logging.Handler = logging.StreamHandler(console.file)
    if console.is_terminal:
        handler = RichHandler(
            console=console,
            show_time=False,
            show_level=False,
            show_path=False,
            highlighter=NullHighlighter(),
        )
    logging.basicConfig(handlers=[handler], format="%(message)s")
    logging.getLogger("pipeline").setLevel(logging.INFO)  # other packages only warn


def log_warnings_to(console: Console) -> None:
    """Log warnings and errors above the progress bar."""
    handler = RichHandler(console=console, show_path=False, markup=False)
    logging.basicConfig(handlers=[handler], format="%(message)s", level=logging.WARNING)
