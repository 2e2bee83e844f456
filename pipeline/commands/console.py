"""What commands show on the terminal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich import progress
from rich.console import Console
from rich.logging import RichHandler

_WIDTH = 140


def wide_console() -> Console:
    """The terminal, or as wide as a table needs where the output is none."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


@contextmanager
def files_read(console: Console) -> Iterator[Callable[[int | None], None]]:
    """A bar with count, rate and time left, where somebody watches; gives its step."""
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


def log_to(console: Console) -> None:
    """Warnings and what is worse, above the progress bar."""
    handler = RichHandler(console=console, show_path=False, markup=False)
    logging.basicConfig(handlers=[handler], format="%(message)s", level=logging.WARNING)
