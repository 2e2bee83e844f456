"""`receipts keys`: the API keys of the service."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.choices import one_of
from pipeline.commands.exits import usage_errors
from pipeline.commands.serve import DatabaseAddress, DataFolder, SettingsFile

if TYPE_CHECKING:
    from pipeline.service.store.database import Database

ROLES = ("read", "submit", "review", "admin")

keys_app = typer.Typer(no_args_is_help=True, help="API keys of the service.")


@keys_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Shown beside what the key does.")],
    role: Annotated[list[str], one_of(ROLES, "--role", help="What it may do; repeatable.")],
    tenant: Annotated[
        str,
        typer.Option(metavar="NAME", help="Keys of one tenant see the same records."),
    ] = "default",
    data: DataFolder = None,
    database: DatabaseAddress = None,
    settings: SettingsFile = None,
) -> None:
    """Make a key and print it; it cannot be shown again."""
    with usage_errors(), _opened(data, database, settings) as opened:
        from pipeline.service.store.keys import make_key, roles_named

        typer.echo(make_key(opened, name, roles_named(role), tenant))


@keys_app.command(name="list")
def list_keys(
    data: DataFolder = None,
    database: DatabaseAddress = None,
    settings: SettingsFile = None,
) -> None:
    """List all keys: name, roles, tenant, when made, whether revoked."""
    with usage_errors(), _opened(data, database, settings) as opened:
        from pipeline.service.store.keys import all_keys

        for row in all_keys(opened):
            made = datetime.datetime.fromtimestamp(row.created_at, datetime.UTC)
            state = "revoked" if row.revoked_at is not None else "valid"
            typer.echo(f"{row.name}\t{row.roles}\t{row.tenant}\t{made:%Y-%m-%d}\t{state}")


@keys_app.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the key.")],
    data: DataFolder = None,
    database: DatabaseAddress = None,
    settings: SettingsFile = None,
) -> None:
    """Revoke a key, at once."""
    with usage_errors(), _opened(data, database, settings) as opened:
        from pipeline.service.store.keys import revoke_key

        revoke_key(opened, name)


@contextmanager
def _opened(data: Path | None, database: str | None, settings: Path | None) -> Iterator[Database]:
    from pipeline.install import needs

    with needs("the service", "serve"):
        from pipeline.service.opening import open_database
        from pipeline.service.settings import load_settings
    opened = open_database(load_settings(settings, {"data": data, "database": database}))
    try:
        yield opened
    finally:
        opened.close()
