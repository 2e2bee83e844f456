"""Report how far the reading of images, or other work, has got."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from pipeline.document import Page
    from pipeline.page_reader import PageReader

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class ReportingReader:
    """An OCR engine that reports each image it has read.

    Args:
        total: how many images it will be given.
        progress: called before and after each.
    """

    def __init__(self, engine: PageReader, total: int, progress: Progress) -> None:
        self._engine = engine
        self._total = total
        self._progress = progress
        self._done = 0
        self.name = engine.name

    def read(self, image: Image.Image) -> Page:
        self._report()
        try:
            return self._engine.read(image)
        finally:
            self._done += 1
            self._report()

    def _report(self) -> None:
        self._progress("reading images", self._done, self._total)
