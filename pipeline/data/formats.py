"""Formats of annotated data by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.cord import read_cord
from pipeline.data.jsonl import read_annotated
from pipeline.data.sroie import read_sroie
from pipeline.data.wildreceipt import read_wildreceipt
from pipeline.errors import ConfigError, did_you_mean

READERS: dict[str, Callable[[Path], Iterator[AnnotatedPage]]] = {
    "cord": read_cord,
    "jsonl": read_annotated,
    "sroie": read_sroie,
    "wildreceipt": read_wildreceipt,
}


def read(format_name: str, path: Path) -> Iterator[AnnotatedPage]:
    """Read annotated pages.

    Raises:
        ConfigError: no reader has that name; the message suggests the nearest.
        DataError: the data cannot be read.
    """
    if format_name not in READERS:
        hint = did_you_mean(format_name, READERS)
        raise ConfigError(f"no format {format_name!r}{hint} (known: {', '.join(READERS)})")
    return READERS[format_name](path)
