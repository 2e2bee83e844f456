"""``receipts data``: inspect, check, convert, split, print and label annotated data."""

from __future__ import annotations

import typer

from pipeline.commands.data.convert import convert
from pipeline.commands.data.formats import formats
from pipeline.commands.data.prelabel import prelabel
from pipeline.commands.data.reprint import reprint
from pipeline.commands.data.self_label import self_label
from pipeline.commands.data.split import split
from pipeline.commands.data.stats import stats
from pipeline.commands.data.validate import validate

data_app = typer.Typer(
    help="Inspect, check, convert, split or print annotated data.",
    no_args_is_help=True,
)
data_app.command()(formats)
data_app.command()(stats)
data_app.command()(validate)
data_app.command()(convert)
data_app.command()(split)
data_app.command("print")(reprint)
data_app.command()(prelabel)
data_app.command()(self_label)
