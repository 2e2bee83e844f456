"""``receipts data validate``: list problems of annotated data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.choices import DATA_FORMATS, completion
from pipeline.commands.data.common import Data, FormatName
from pipeline.commands.exits import ExitCode, usage_errors


def validate(
    path: Data,
    format_name: FormatName,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Label set; a label that it lacks is a problem."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Held-out receipts; one that is also in DATA is a problem."
        ),
    ] = None,
    against_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="Format of --against.  [default: --format]",
            autocompletion=completion(DATA_FORMATS),
        ),
    ] = None,
) -> None:
    """List what is wrong with annotated data, by file and record.

    Checks for unreadable records, boxes that are outside the page, inverted or empty,
    tokens without text, empty pages, I- tags that continue no span, labels missing from the
    label set, images that are missing or of another shape, and receipts (same image or same
    words) that occur twice or are held out.

    \b
    Exit codes:
      0    no problem
      1    problems were found
      2    no record can be read; the data may have another format
    """
    with usage_errors():
        from pipeline.data.formats import checked_records
        from pipeline.data.validate import find_problems
        from pipeline.labels import load_label_set

        known = frozenset(load_label_set(labels).names) if labels else None
        apart = checked_records(against_format or format_name, against) if against else ()
        found = checked_records(format_name, path)
        problems = 0
        for problem in find_problems(found, known, apart):
            problems += 1
            typer.echo(f"{problem.place}: {problem.what}")
    typer.echo(f"{len(found)} records, {problems} problems", err=True)
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS)
