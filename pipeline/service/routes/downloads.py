"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastapi.responses import StreamingResponse

FILE = {"schema": {"type": "string"}}
"""How the API's description gives the content of a file."""
_CHUNK = 1 << 16


def download(content: Iterator[bytes], name: str, media_type: str) -> StreamingResponse:
    """An answer that a browser saves under this name."""
    return StreamingResponse(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def pieces_of(path: Path) -> Iterator[bytes]:
    """The file's content, piece by piece, so that memory does not grow."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
