"""The command line: `receipts COMMAND`. Each command is a module of `pipeline.commands`."""

from __future__ import annotations

import typer

from pipeline.commands.calibrate import calibrate
from pipeline.commands.compare import compare
from pipeline.commands.data import data_app
from pipeline.commands.engines import engines
from pipeline.commands.evaluate import evaluate
from pipeline.commands.extract import extract
from pipeline.commands.schema import schema
from pipeline.commands.show import show
from pipeline.commands.train import train

app = typer.Typer(
    name="receipts",
    help="Receipt images to checked, structured JSON.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
)
app.command()(extract)
app.command()(show)
app.command()(train)
app.command()(evaluate)
app.command()(calibrate)
app.command()(compare)
app.add_typer(data_app, name="data")
app.command()(engines)
app.command()(schema)


if __name__ == "__main__":
    app()
