"""Scripts and styles of the pages, from this package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import starlette.staticfiles
from starlette.responses import Response

STATIC_PATH = "/static"


class StaticFiles(starlette.staticfiles.StaticFiles):
    """The files beside this module; browsers ask each time whether they have changed."""

    def __init__(self) -> None:
        super().__init__(directory=Path(__file__).parent / "static")

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
