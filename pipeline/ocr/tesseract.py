"""Tesseract, through pytesseract, on the program that the system installs.

Tesseract's own search for lines wants a flat, evenly lit page with nothing but text on it,
its recogniser wants capitals of about 30 pixels. So it is given such a page: the lines of
the receipt, found by the detection network of the default engine, each straightened,
brought to one height and to black on white, laid below each other. One run of the program
reads them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from pipeline.document import Page
from pipeline.errors import EngineUnavailable, PipelineError
from pipeline.ocr.detection import find_text
from pipeline.ocr.engine import EngineOptions
from pipeline.ocr.networks import DETECTION, detection_network, model_file
from pipeline.ocr.page_reading import ReadLine, ReadWord, read_page
from pipeline.ocr.quads import Pixels, Quad, line_picture
from pipeline.ocr.text_size import detection_scale

_INSTALL = (
    "install Tesseract 5 (Debian, Ubuntu: apt-get install tesseract-ocr; macOS: brew install "
    "tesseract; Windows: the installer of UB Mannheim) so that `tesseract` is on the PATH"
)


class TesseractOptions(EngineOptions):
    """Settings of the ``tesseract`` engine.

    Attributes:
        language: Tesseract's codes joined by ``+``, such as ``eng+deu``.
        tessdata: the folder of Tesseract's models, such as those of tessdata_best; by
            default the program's own.
        page_segmentation: Tesseract's ``--psm``; 6 reads one block of lines.
        line_height: of the lines that Tesseract sees, pixels; capitals get about 0.6 of it.
        detection_text_height: detection sees the page scaled so that its characters have
            this many pixels, as ``text_size.character_height`` measures them,
        detection_pixels: but no larger than this area.
        max_pixels: larger pages are shrunk to this area before anything else.
        min_confidence: words read with less are dropped, 0 to 1.
        orient: whether to turn pages that lie on their side or upside down.
        timeout: seconds for one run of Tesseract.
    """

    language: str = Field("eng", pattern=r"^[\w/+]+$")
    tessdata: Path | None = None
    page_segmentation: int = Field(6, ge=3, le=13)
    line_height: int = Field(48, ge=16, le=200)
    detection_text_height: float = Field(12, ge=6)
    detection_pixels: int = Field(1_300_000, ge=100_000)
    max_pixels: int = Field(6_000_000, ge=250_000)
    min_confidence: float = Field(0.1, ge=0, le=1)
    orient: bool = True
    timeout: float = Field(60, gt=0)


class TesseractEngine:
    """The classic: two runs of the program a page, no recogniser of its own in this package."""

    name = "tesseract"
    options_type = TesseractOptions

    def __init__(self, options: TesseractOptions) -> None:
        self.options = options
        self._detection = detection_network()

    @classmethod
    def why_unavailable(cls) -> str | None:
        try:
            pytesseract.get_tesseract_version()
            model_file(DETECTION)
        except pytesseract.TesseractNotFoundError:
            return f"the program `tesseract` was not found; {_INSTALL}"
        except EngineUnavailable as error:
            return str(error)
        return None

    def read(self, image: Image.Image) -> Page:
        return read_page(
            image,
            self._find,
            self._read,
            orient=self.options.orient,
            max_pixels=self.options.max_pixels,
            min_confidence=0.0,  # words are dropped one by one
        )

    def _find(self, pixels: Pixels) -> list[Quad]:
        options = self.options
        scale = detection_scale(pixels, options.detection_text_height, options.detection_pixels)
        return find_text(self._detection, pixels, scale)

    def _read(self, pixels: Pixels, quads: Sequence[Quad]) -> list[ReadLine]:
        if not quads:
            return []
        height = self.options.line_height
        sheet = _lay_out([_clean(line_picture(pixels, quad, height, 1.0)) for quad in quads])
        words: dict[int, list[ReadWord]] = {}
        for row in _rows(_run(Image.fromarray(sheet.pixels), self.options)):
            text, confidence = row["text"].strip(), float(row["conf"]) / 100
            if text and confidence >= self.options.min_confidence:
                left, top = int(row["left"]), int(row["top"])
                middle = top + int(row["height"]) / 2
                line, start, end = sheet.place(middle, left, left + int(row["width"]))
                word = ReadWord(text, start, end, min(1.0, confidence))
                words.setdefault(line, []).append(word)
        return [_line(words.get(index, [])) for index in range(len(quads))]


def _line(words: Sequence[ReadWord]) -> ReadLine:
    joined = [
        replace(word, text=_ZERO.sub("0", word.text))
        for word in _joined(sorted(words, key=lambda word: word.start))
    ]
    return ReadLine(tuple(joined), min((word.confidence for word in joined), default=1.0))


# A slashed zero before the cents, as Tesseract takes it: `@.72`, `RMO.20`.
_ZERO = re.compile(r"(?:(?<![^\W_])|(?<=RM))[@OQ](?=[.,]\d\d(?!\d))")
_HALVES = re.compile(r"\d(?:[.,]\s\d\d|\s[.,]\d\d)(?!\d)")


def _joined(words: Sequence[ReadWord]) -> tuple[ReadWord, ...]:
    """Amounts that Tesseract cuts at the decimal mark, such as ``295 .00``, in one word."""
    joined: list[ReadWord] = []
    for word in words:
        if joined and _HALVES.search(f"{joined[-1].text[-2:]} {word.text}"):
            first = joined.pop()
            certain = min(first.confidence, word.confidence)
            word = ReadWord(first.text + word.text, first.start, word.end, certain)
        joined.append(word)
    return tuple(joined)


_BLACK, _WHITE = 2, 85  # the percentiles of a line's brightness that are ink and paper
_EDGE = 4  # rows above and below the text, where a line shows its paper
_FLATTEST = 30  # grey levels between the two; a line with less is not stretched to noise


def _clean(line: Pixels) -> NDArray[np.uint8]:
    """Black on white, shadows gone: paper is what each neighbourhood has at its brightest.

    White on black, as some receipts print their total, is turned over.
    """
    grey = np.asarray(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), np.uint8)
    margin = np.concatenate([grey[:_EDGE], grey[-_EDGE:]]).mean(axis=0)
    if (grey - margin).mean() > 0:
        grey = 255 - grey
    size = grey.shape[0] // 2 * 2 + 1
    paper = cv2.blur(cv2.dilate(grey, np.ones((size, size), np.uint8)), (size, size))
    even = grey.astype(np.float32) * 255 / np.maximum(paper, 1)
    black, white = np.percentile(even, [_BLACK, _WHITE])
    stretched = (even - black) * 255 / max(white - black, _FLATTEST)
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Lines below each other on white.

    Attributes:
        pixels: the picture, grey.
        widths: of each line, pixels.
        pitch: pixels from one line to the next.
        margin: white on the left and at the top, pixels.
    """

    pixels: NDArray[np.uint8]
    widths: tuple[int, ...]
    pitch: int
    margin: int

    def place(self, middle: float, left: int, right: int) -> tuple[int, float, float]:
        """The line that something at this height stands on, and its start and end there, as
        shares of the line's length."""
        index = int((middle - self.margin / 2) // self.pitch)
        index = min(max(index, 0), len(self.widths) - 1)
        shares = [(x - self.margin) / self.widths[index] for x in (left, right)]
        start, end = (min(1.0, max(0.0, share)) for share in shares)
        return index, start, end


def _lay_out(lines: Sequence[NDArray[np.uint8]]) -> _Sheet:
    height = lines[0].shape[0]
    margin = height // 2
    pitch = height + margin
    widest = max(line.shape[1] for line in lines)
    pixels = np.full((margin + pitch * len(lines), widest + 2 * margin), 255, np.uint8)
    for index, line in enumerate(lines):
        top = margin + index * pitch
        pixels[top : top + height, margin : margin + line.shape[1]] = line
    return _Sheet(pixels, tuple(line.shape[1] for line in lines), pitch, margin)


def _run(image: Image.Image, options: TesseractOptions) -> Mapping[str, list[object]]:
    config = f"--psm {options.page_segmentation} --dpi 300"
    if options.tessdata is not None:
        config += f' --tessdata-dir "{options.tessdata}"'
    try:
        table: Mapping[str, list[object]] = pytesseract.image_to_data(
            image,
            lang=options.language,
            config=config,
            output_type=pytesseract.Output.DICT,
            timeout=options.timeout,
        )
    except pytesseract.TesseractError as error:
        raise PipelineError(f"tesseract failed: {error}") from error
    except RuntimeError as error:  # what pytesseract raises when the time is up
        raise PipelineError(f"tesseract gave up after {options.timeout:g} s: {error}") from error
    return table


def _rows(table: Mapping[str, list[object]]) -> Iterator[dict[str, str]]:
    for values in zip(*table.values(), strict=True):
        yield {key: str(value) for key, value in zip(table, values, strict=True)}
