"""`receipts serve`: the HTTP service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.choices import engine_option
from pipeline.commands.exits import usage_errors
from pipeline.commands.settings import (
    ConfigFile,
    MemoryLimit,
    ModelName,
    Timeout,
    Workers,
    settings_of,
)

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder for the database and the posted files.  [default: receipts-data]",
    ),
]
DatabaseAddress = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Another database, such as postgresql://user@host/name.  [default: SQLite in DIR]",
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", metavar="FILE", help="YAML settings of the service; options override it."
    ),
]


def serve(
    data: DataFolder = None,
    database: DatabaseAddress = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Where to listen; other machines need a key.  [default: 127.0.0.1]",
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", help="[default: 8000]", min=0, max=65535)
    ] = None,
    workers: Workers = None,
    keep_days: Annotated[
        float | None,
        typer.Option(metavar="DAYS", help="Delete files and records after so many days."),
    ] = None,
    audit: Annotated[
        bool | None,
        typer.Option("--audit", help="Audit each record: duplicates, wrong sums, changed digits."),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="POLICY",
            help="Audit with a policy: a YAML file, or us-company, eu-company, university.",
        ),
    ] = None,
    timeout: Timeout = None,
    memory_limit: MemoryLimit = None,
    engine: Annotated[str | None, engine_option("OCR engine", "rapidocr")] = None,
    model: ModelName = None,
    models: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of models; its served.json names the one that is used, and may change.",
        ),
    ] = None,
    settings: SettingsFile = None,
    config: ConfigFile = None,
) -> None:
    """Run the HTTP service: post receipts, get their records as JSON.

    What was accepted is stored and is read even if the service is killed meanwhile. Stops at
    Ctrl-C or SIGTERM: takes nothing new, finishes what is being read or gives it back. Logs go
    to standard error, one JSON object per line. --config has the settings of extraction.
    """
    from pipeline.install import needs

    with usage_errors():
        extraction = settings_of(
            config,
            engine=engine,
            model=model,
            workers=workers,
            timeout=timeout,
            memory_limit=memory_limit,
        )
        with needs("the service", "serve"):
            from pipeline.service import logs, server
            from pipeline.service.settings import load_settings
        options = {
            "data": data,
            "models": models,
            "database": database,
            "host": host,
            "port": port,
            "keep_days": keep_days,
            "audit": audit,
            "policy": policy,
        }
        of_service = load_settings(settings, options)
        logs.log_to()
        server.serve(of_service, extraction)
