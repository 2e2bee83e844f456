"""`receipts schema`: the JSON Schema of a record."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of one record."""
    from pipeline.receipt import receipt_schema

    typer.echo(json.dumps(receipt_schema(), indent=2))
