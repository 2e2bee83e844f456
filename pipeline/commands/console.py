"""Where tables are printed."""

from __future__ import annotations

from rich.console import Console

_WIDTH = 140


def wide_console() -> Console:
    """The terminal, or as wide as a table needs where the output is none."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)
