"""Options shared by the commands that extract, and the settings made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pipeline.config import ExtractConfig

ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="receipts-base, rules or a model folder.  [default: receipts-base]",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", help="Worker processes.  [default: one per core]", min=1
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", help="Time limit per file.  [default: 300]"),
]
MemoryLimit = Annotated[
    int | None,
    typer.Option(
        "--memory-limit",
        metavar="MB",
        help="Memory limit per worker.  [default: an equal share of the machine's memory, "
        "at least 2048]",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="YAML settings, as configs/extract.yaml; options override it.",
    ),
]


def settings_of(config: Path | None, **options: Any) -> ExtractConfig:
    """The settings of a config file, overridden by the options that are not ``None``.

    Raises:
        ConfigError: the file cannot be read, or a setting is wrong.
    """
    from pipeline.config import load_config

    given = {name: value for name, value in options.items() if value is not None}
    return load_config(config, given)
