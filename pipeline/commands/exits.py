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
    PROBLEMS = 1  # it ran, but some inputs or annotations have errors
    NOT_RUN = 2  # arguments or inputs cannot be used
    BELOW = 3  # a figure is beyond its bound
    INTERRUPTED = 130  # as shells count a Ctrl-C


@contextmanager
def usage_errors(kept: str | None = None) -> Iterator[None]:
    """Print errors of the pipeline as one line and exit with code 2; after Ctrl-C with 130.

    Args:
        kept: for the message after Ctrl-C: which results are kept.
    """
    try:
        yield
    except PipelineError as error:
        print_error(f"error: {error}")
        raise typer.Exit(ExitCode.NOT_RUN) from error
    except KeyboardInterrupt as error:
        print_error(f"interrupted: {kept}" if kept else "interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from error


def kept_ocr_results(ocr_cache: Path | None) -> str:
    """For the message after Ctrl-C: whether OCR results are kept."""
    if ocr_cache is None:
        return "nothing was written (with --ocr-cache DIR a later run need not repeat OCR)"
    return f"nothing was written; OCR results are kept in {ocr_cache}"


def print_error(text: str) -> None:
    """Print a line on the standard error, without wrapping and markup."""
    from rich.console import Console

    Console(stderr=True).print(text, style="red", markup=False, highlight=False, soft_wrap=True)
