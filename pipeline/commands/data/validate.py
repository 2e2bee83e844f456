"""``receipts data validate``: what is wrong with annotated data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.data.common import Data, FormatName
from pipeline.commands.exits import ExitCode, usage_errors


def validate(
    path: Data,
    format_name: FormatName,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A label set; other labels are mistakes.")
    ] = None,
    held_out: Annotated[
        Path | None,
        typer.Option("--held-out", help="Held-out receipts, none of which may occur in DATA."),
    ] = None,
    held_out_format: Annotated[
        str | None, typer.Option("--held-out-format", help="Its format.  [default: --format]")
    ] = None,
) -> None:
    """Say what is wrong, each with its file and record.

    Looked for: records that cannot be read, boxes outside of their page, inverted or empty,
    tokens without text, empty pages, I- tags that continue nothing, labels that are not in
    the set, pictures that are missing or of another shape, and receipts that occur twice or
    are held out (the same picture or the same words).

    Exit code 0: nothing is wrong. 1: something is. 2: the data cannot be read at all.
    """
    with usage_errors():
        from pipeline.data.formats import records
        from pipeline.data.validate import find_problems
        from pipeline.labels import load_label_set

        known = frozenset(load_label_set(labels).names) if labels else None
        apart = records(held_out_format or format_name, held_out) if held_out else ()
        found = list(records(format_name, path))
        problems = 0
        for problem in find_problems(found, known, apart):
            problems += 1
            typer.echo(f"{problem.place}: {problem.what}")
    typer.echo(f"{len(found)} records, {problems} problems", err=True)
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS)
