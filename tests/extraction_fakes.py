"""An OCR engine and a tagger that need no model, for the tests of what surrounds them.

The engine reads a page's top left pixel: each colour below stands for a behaviour. Worker
processes import this module, as does the test distribution that declares the engine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from pipeline.document import Box, Page, Token
from pipeline.extractor import Extractor
from pipeline.labels import LabelSet, load_label_set
from pipeline.ocr.engine import EngineOptions
from pipeline.tagging.types import Tags

GOOD = (255, 255, 255)
BLANK = (200, 200, 200)
NO_TOTAL = (0, 0, 255)
RAISES = (255, 0, 0)
CRASHES = (0, 0, 0)
SLOW = (0, 255, 0)

SLOW_MARK = "SLOW_MARK"
"""The environment variable with the file that stands once a slow page is being read."""

WORDS = {
    "ACME": "B-merchant_name",
    "2024-01-31": "B-date",
    "TOTAL": "O",
    "12.50": "B-total",
}
LABELS = Path(__file__).resolve().parent.parent / "configs" / "labels" / "receipts.yaml"


class FakeOptions(EngineOptions):
    """The options of the fake engine: none."""


class FakeEngine:
    """Reads the same receipt from every page, unless its colour says otherwise."""

    name = "fake"
    options_type = FakeOptions

    def __init__(self, options: FakeOptions) -> None:
        self.options = options

    @classmethod
    def why_unavailable(cls) -> str | None:
        return None

    def read(self, image: Image.Image) -> Page:
        colour = image.getpixel((0, 0))
        if colour == CRASHES:
            os._exit(7)
        if colour == RAISES:
            raise RuntimeError("the lens fell off")
        if colour == SLOW:
            if SLOW_MARK in os.environ:
                Path(os.environ[SLOW_MARK]).touch()
            time.sleep(600)
        words = [] if colour == BLANK else list(WORDS)
        if colour == NO_TOTAL:
            words = words[:2]
        tokens = tuple(
            Token(word, Box(10, 20 * line, 90, 20 * line + 15), 0.9, line)
            for line, word in enumerate(words)
        )
        return Page(image.width, image.height, tokens)


class BrokenEngine(FakeEngine):
    """Cannot run anywhere."""

    name = "broken"

    @classmethod
    def why_unavailable(cls) -> str | None:
        return "install the unobtainable"


class FakeTagger:
    """Tags the fake engine's words."""

    name = "fake-model"
    reads_images = False
    folder = None

    def __init__(self) -> None:
        self.label_set: LabelSet = load_label_set(LABELS)

    def tag(self, pages: Sequence[Page], images: object = None) -> list[Tags]:
        return [
            Tags(
                tuple(WORDS[token.text] for token in page.tokens),
                tuple(0.95 for _ in page.tokens),
            )
            for page in pages
        ]


def fake_extractor() -> Extractor:
    return Extractor.of_parts(FakeEngine(FakeOptions()), FakeTagger())
