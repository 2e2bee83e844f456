"""Arguments that commands on annotated data share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.choices import DATA_FORMATS, WRITTEN_DATA_FORMATS, data_format, one_of
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.data.formats import Format

Data = Annotated[Path, typer.Argument(metavar="DATA", help="Annotated receipts: a file or folder.")]
FormatName = Annotated[str, data_format(DATA_FORMATS, "--format", help="Format of DATA")]
ToFormat = Annotated[
    str | None,
    one_of(
        WRITTEN_DATA_FORMATS, "--to", help="Format to write.  [default: by the output's suffix]"
    ),
]
OcrCache = Annotated[
    Path | None,
    typer.Option("--ocr-cache", metavar="DIR", help="Store OCR results here for later runs."),
]


def writable_format(name: str | None, path: Path) -> Format:
    """The format to write a path in: as named, else by its suffix.

    Raises:
        ConfigError: there is no such format, or none that can be written.
    """
    from pipeline.data.formats import FORMATS, format_named

    by_suffix = {entry.suffix: key for key, entry in FORMATS.items() if entry.suffix}
    chosen = name or by_suffix.get(path.suffix.lower())
    if chosen is None:
        known = ", ".join(f"{suffix} ({key})" for suffix, key in by_suffix.items())
        raise ConfigError(f"{path}: no format with this suffix can be written; known: {known}")
    found = format_named(chosen)
    if found.write is None:
        writable = ", ".join(by_suffix.values())
        raise ConfigError(f"format {chosen!r} can only be read; can be written: {writable}")
    return found
