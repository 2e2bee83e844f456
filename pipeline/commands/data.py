"""``receipts data``: look at annotated data before training on it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.data.stats import DataStats

_USAGE_ERROR = 2

data_app = typer.Typer(help="Look at annotated data.", no_args_is_help=True)


@data_app.callback()
def data() -> None:
    """Look at annotated data."""


@data_app.command()
def stats(
    path: Annotated[Path, typer.Argument(help="Annotated receipts: a folder or file.")],
    format_name: Annotated[
        str, typer.Option("--format", help="sroie, wildreceipt, cord or jsonl.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not a table.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name the receipts that could not be aligned.")
    ] = False,
) -> None:
    """Count pages, tokens, merchants and labels, and what truth was not found on its page.

    Exit code 2: the data cannot be read, or there is no such format.
    """
    from pipeline.data.formats import read
    from pipeline.data.stats import collect_stats

    try:
        found = collect_stats(read(format_name, path))
    except PipelineError as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(_USAGE_ERROR) from error
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
        return
    console = Console()
    console.print(_table(found))
    if verbose:
        for label, entry in found.labels.items():
            for name in entry.unaligned:
                console.print(f"not found on its page: {label} of {name}", highlight=False)


def _table(found: DataStats) -> Table:
    table = Table(
        title=f"{found.pages} pages, {found.tokens} tokens, {found.items} line items, "
        f"{found.merchants} merchants",
        title_justify="left",
    )
    table.add_column("label")
    for heading in ("annotated on", "pages", "spans", "tokens", "not found"):
        table.add_column(heading, justify="right")
    for label, entry in found.labels.items():
        counts = (entry.annotated, entry.pages, entry.spans, entry.tokens, len(entry.unaligned))
        table.add_row(label, *map(str, counts))
    return table
