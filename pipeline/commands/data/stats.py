"""``receipts data stats``: counts of pages, tokens, merchants and labels."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.commands.console import table_of
from pipeline.commands.data.common import Data, FormatName
from pipeline.commands.exits import usage_errors

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.data.stats import DataStats


def stats(
    path: Data,
    format_name: FormatName,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List receipts whose fields were not found.")
    ] = False,
) -> None:
    """Count pages, tokens, merchants and labels.

    Also counts fields whose text was not found on their page.

    \b
    Exit codes:
      0    counted
      2    the data cannot be read
    """
    with usage_errors():
        from pipeline.data.formats import read
        from pipeline.data.stats import collect_stats

        found = collect_stats(read(format_name, path))
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
    title = (
        f"{found.pages} pages, {found.tokens} tokens, {found.items} line items, "
        f"{found.merchants} merchants"
    )
    rows = []
    for label, entry in found.labels.items():
        counts = (entry.annotated, entry.pages, entry.spans, entry.tokens, len(entry.unaligned))
        rows.append((label, *map(str, counts)))
    headings = ("label", "annotated on", "pages", "spans", "tokens", "not found")
    return table_of(title, headings, rows)
