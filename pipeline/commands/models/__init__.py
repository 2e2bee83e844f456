"""`receipts models`: the life cycle of models."""

from __future__ import annotations

import typer

from pipeline.commands.models.changing import promote, register, rollback, shadow
from pipeline.commands.models.looking import compare, list_models

models_app = typer.Typer(
    no_args_is_help=True, help="Models: register, compare, promote, take back."
)
models_app.command("list")(list_models)
models_app.command()(register)
models_app.command()(shadow)
models_app.command()(compare)
models_app.command()(promote)
models_app.command()(rollback)
