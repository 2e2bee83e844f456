"""Tesseract, through pytesseract, on the program that the system installs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytesseract
from PIL import Image
from pydantic import Field

from pipeline.document import Box, Page
from pipeline.errors import PipelineError
from pipeline.images import turned
from pipeline.ocr.engine import EngineOptions
from pipeline.ocr.reading_order import Segment, Word, tokens_in_reading_order

_INSTALL = (
    "install Tesseract 5 (Debian, Ubuntu: apt-get install tesseract-ocr; macOS: brew install "
    "tesseract; Windows: the installer of UB Mannheim) so that `tesseract` is on the PATH"
)


class TesseractOptions(EngineOptions):
    """Settings of the ``tesseract`` engine.

    Attributes:
        language: Tesseract's codes joined by ``+``, such as ``eng+deu``.
        page_segmentation: Tesseract's ``--psm``; 6 reads a receipt as one block of lines.
        text_height: pages whose median word is lower, in pixels, are enlarged to it.
        max_scale: by how much at most.
        min_confidence: words read with less are dropped, 0 to 1.
        orient: whether to turn pages that lie on their side or upside down.
        timeout: seconds for one run of Tesseract.
    """

    language: str = "eng"
    page_segmentation: int = Field(6, ge=3, le=13)
    text_height: int = Field(30, ge=10)
    max_scale: float = Field(2.0, ge=1)
    min_confidence: float = Field(0.1, ge=0, le=1)
    orient: bool = True
    timeout: float = Field(60, gt=0)


class TesseractEngine:
    """The classic: a process a page, no model of its own in this package."""

    name = "tesseract"
    options_type = TesseractOptions

    def __init__(self, options: TesseractOptions) -> None:
        self.options = options

    @classmethod
    def why_unavailable(cls) -> str | None:
        try:
            pytesseract.get_tesseract_version()
        except pytesseract.TesseractNotFoundError:
            return f"the program `tesseract` was not found; {_INSTALL}"
        return None

    def read(self, image: Image.Image) -> Page:
        image = image.convert("RGB")
        if not self.options.orient:
            return self._page(image, 0)
        rotation = self._rotation(image)
        return self._page(turned(image, rotation), rotation)

    def _page(self, image: Image.Image, rotation: int) -> Page:
        words = self._words(image, 1.0)
        scale = self._scale(words)
        if scale > 1.2:
            size = (round(image.width * scale), round(image.height * scale))
            words = self._words(image.resize(size, Image.Resampling.BICUBIC), scale)
        segments = [_segment(line) for line in words]
        return Page(image.width, image.height, tokens_in_reading_order(segments), rotation)

    def _scale(self, lines: list[list[Word]]) -> float:
        heights = sorted(word.box.height for line in lines for word in line)
        if not heights:
            return self.options.max_scale
        return min(self.options.max_scale, self.options.text_height / heights[len(heights) // 2])

    def _words(self, image: Image.Image, scale: float) -> list[list[Word]]:
        """Words by Tesseract's own lines; boxes in pixels of the picture before scaling."""
        table = _run(image, self.options)
        lines: dict[tuple[int, int, int], list[Word]] = {}
        for row in _rows(table):
            confidence = float(row["conf"]) / 100
            text = str(row["text"]).strip()
            if not text or confidence < self.options.min_confidence:
                continue
            left, top = int(row["left"]), int(row["top"])
            box = Box(left, top, left + int(row["width"]), top + int(row["height"]))
            box = Box(box.x0 / scale, box.y0 / scale, box.x1 / scale, box.y1 / scale)
            key = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
            lines.setdefault(key, []).append(Word(text, box, min(1.0, confidence)))
        return list(lines.values())

    def _rotation(self, image: Image.Image) -> int:
        """Degrees clockwise that turn the page upright, from Tesseract's orientation detection."""
        try:
            answer = pytesseract.image_to_osd(
                image, config="--dpi 300", timeout=self.options.timeout
            )
        except pytesseract.TesseractError as error:
            if "Too few characters" in str(error):
                return 0  # a nearly blank page has no direction
            raise PipelineError(
                f"tesseract could not find the page's direction: {error}"
            ) from error
        rotate = re.search(r"Rotate: (\d+)", answer)
        confidence = re.search(r"Orientation confidence: ([\d.]+)", answer)
        if rotate is None or confidence is None or float(confidence[1]) < 1.0:
            return 0
        return int(rotate[1]) % 360


def _run(image: Image.Image, options: TesseractOptions) -> Mapping[str, list[object]]:
    try:
        table: Mapping[str, list[object]] = pytesseract.image_to_data(
            image,
            lang=options.language,
            config=f"--psm {options.page_segmentation} --dpi 300",
            output_type=pytesseract.Output.DICT,
            timeout=options.timeout,
        )
    except pytesseract.TesseractError as error:
        raise PipelineError(f"tesseract failed: {error}") from error
    except RuntimeError as error:  # what pytesseract raises when the time is up
        raise PipelineError(f"tesseract gave up after {options.timeout:g} s: {error}") from error
    return table


def _rows(table: Mapping[str, list[object]]) -> Iterable[dict[str, str]]:
    for values in zip(*table.values(), strict=True):
        yield {key: str(value) for key, value in zip(table, values, strict=True)}


def _segment(words: list[Word]) -> Segment:
    words = sorted(words, key=lambda word: word.box.x0)
    first, last = words[0].box, words[-1].box
    height = sorted(word.box.height for word in words)[len(words) // 2]
    return Segment(tuple(words), (first.x0, first.center[1]), (last.x1, last.center[1]), height)
