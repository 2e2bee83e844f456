"""``receipts data formats``: list the formats of annotated data."""

from __future__ import annotations

import typer


def formats() -> None:
    """List the formats of annotated data.

    All can be read; those with a suffix can be written too.
    """
    from pipeline.data.formats import FORMATS

    for name, entry in FORMATS.items():
        typer.echo(f"{name:25} {'read, written ' + str(entry.suffix) if entry.write else 'read'}")
