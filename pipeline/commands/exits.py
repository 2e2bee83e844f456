"""Exit codes and error messages of all commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import typer

from pipeline.errors import PipelineError


class ExitCode(IntEnum):
    """How a command ended; documented in its help."""

    OK = 0
    PROBLEMS = 1  # it ran, and some inputs or annotations are not as they should be
    NOT_RUN = 2  # what it was given cannot be used
    BELOW = 3  # a figure is below what was asked for
    INTERRUPTED = 130  # as shells count a Ctrl-C


@contextmanager
def usage_errors(kept: str | None = None) -> Iterator[None]:
    """Errors of the pipeline become a line on the standard error and exit code 2, a Ctrl-C one
    and exit code 130.

    Args:
        kept: what is left of the work after a Ctrl-C.
    """
    try:
        yield
    except PipelineError as error:
        say_error(f"error: {error}")
        raise typer.Exit(ExitCode.NOT_RUN) from error
    except KeyboardInterrupt as error:
        say_error(f"interrupted: {kept}" if kept else "interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from error


def kept_of_ocr(ocr_cache: Path | None) -> str:
    """What a Ctrl-C leaves of the images that were read."""
    if ocr_cache is None:
        return "nothing was written (with --ocr-cache DIR a later run need not repeat OCR)"
    return f"nothing was written; OCR results are kept in {ocr_cache}"


def say_error(text: str) -> None:
    """A line on the standard error, as it is: unbroken, and brackets in it are no markup."""
    from rich.console import Console

    Console(stderr=True).print(text, style="red", markup=False, highlight=False, soft_wrap=True)
