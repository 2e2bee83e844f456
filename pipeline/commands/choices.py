"""Options with a few possible values: shown in the help and completed by the shell.

The names are repeated here because their modules load far more than `--help` needs; a test
compares them with those modules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import typer
import yaml

from pipeline.errors import ConfigError

OUTPUT_FORMATS = ("jsonl", "json", "csv", "parquet")
SHAPES = ("receipt", "azure", "textract")
BACKENDS = ("local", "ray")
PROFILES = ("fast", "balanced")
TOKENS = ("boxes", "image")
DATA_FORMATS = (
    "conll",
    "cord",
    "datasets",
    "doccano",
    "funsd",
    "jsonl",
    "label-studio",
    "label-studio-predictions",
    "reviews",
    "sroie",
    "transcribed",
    "wildreceipt",
)
DAMAGE = ("rotation", "skew", "blur", "low-resolution", "jpeg", "shadow", "noise")
WRITTEN_DATA_FORMATS = ("conll", "datasets", "jsonl", "label-studio")


def one_of(names: Sequence[str], *flags: str, help: str) -> Any:  # noqa: A002 - as typer's
    """An option whose value is one of ``names``; the command itself checks it."""
    return typer.Option(
        *flags, help=help, metavar=f"[{'|'.join(names)}]", autocompletion=completion(names)
    )


def data_format(names: Sequence[str], *flags: str, help: str) -> Any:  # noqa: A002
    """As ``one_of``; the names are too many for one line and are listed in the help."""
    listed = f"{', '.join(names[:-1])} or {names[-1]}"
    return typer.Option(
        *flags, help=f"{help}: {listed}.", metavar="FORMAT", autocompletion=completion(names)
    )


def engine_option(purpose: str, default: str | None = None) -> Any:
    """The OCR engine; the shell completes those that are installed.

    Args:
        default: shown where the option itself has none.
    """
    shown = f"  [default: {default}]" if default else ""
    return typer.Option(
        "--engine",
        metavar="ENGINE",
        help=f"{purpose}: rapidocr, tesseract or another of `receipts engines`.{shown}",
        autocompletion=_installed_engines,
    )


def parse_engine_options(given: Sequence[str]) -> dict[str, Any]:
    """``NAME=VALUE`` texts as the options of an engine, which checks them itself.

    Raises:
        ConfigError: a text without an equals sign.
    """
    options: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"--engine-option {text}: write NAME=VALUE, such as squeeze=0.8")
        options[name] = yaml.safe_load(value)
    return options


def completion(names: Sequence[str]) -> Callable[[str], list[str]]:
    """For the shell: the names that begin as typed."""

    def complete(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return complete


def _installed_engines(incomplete: str) -> list[str]:
    from pipeline.ocr.installed_engines import engine_names

    return completion(engine_names())(incomplete)
