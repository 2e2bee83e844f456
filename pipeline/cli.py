"""The command line: `receipts COMMAND`. Each command is a module of `pipeline.commands`."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.audit import audit
from pipeline.commands.calibrate import calibrate
from pipeline.commands.compare import compare
from pipeline.commands.data import data_app
from pipeline.commands.drift import drift
from pipeline.commands.engines import engines
from pipeline.commands.evaluate import evaluate
from pipeline.commands.extract import extract
from pipeline.commands.keys import keys_app
from pipeline.commands.models import models_app
from pipeline.commands.schema import schema
from pipeline.commands.serve import serve
from pipeline.commands.show import show
from pipeline.commands.train import train
from pipeline.commands.train_ocr import train_ocr

app = typer.Typer(
    name="receipts",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(extract)
app.command()(show)
app.command()(audit)
app.command()(drift)
app.command()(serve)
app.add_typer(keys_app, name="keys")
app.command()(train)
app.command()(train_ocr)
app.command()(evaluate)
app.command()(calibrate)
app.command()(compare)
app.add_typer(models_app, name="models")
app.add_typer(data_app, name="data")
app.command()(engines)
app.command()(schema)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from pipeline.public_names import installed_version

        try:
            typer.echo(f"receipts {installed_version()}")
        except AttributeError as error:
            typer.echo(f"receipts: {error}")
        raise typer.Exit


@app.callback()
def receipts(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Turn receipt images into checked, structured JSON."""


if __name__ == "__main__":
    app()
