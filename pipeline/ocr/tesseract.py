"""The engine ``tesseract``: the installed Tesseract program, through pytesseract.

Tesseract's layout analysis needs a flat, evenly lit page with only text on it, and its recogniser
needs capitals of about 30 pixels. So it gets such a page: the receipt's lines, found by the
detection network of the default engine, straightened, scaled to one height, black on white, one
below the other. One run of the program reads them all. Lines read with low confidence are read in
three more variants, and the readings vote.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytesseract
from PIL import Image
from pydantic import Field

from pipeline.document import Page
from pipeline.errors import PipelineError
from pipeline.ocr.amount_repair import repaired
from pipeline.ocr.detection import find_text
from pipeline.ocr.engine import EngineOptions
from pipeline.ocr.line_cleaning import Grey, black_on_white, fitted, softened, without_neighbours
from pipeline.ocr.line_sheet import lay_out
from pipeline.ocr.networks import detection_network
from pipeline.ocr.page_reading import ReadLine, ReadWord, read_page
from pipeline.ocr.quads import Pixels, Quad, line_picture
from pipeline.ocr.text_size import detection_scale
from pipeline.ocr.voting import voted

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
        line_height: pixels of the lines given to Tesseract; capitals have about 0.6 of it.
        retry_below: lines with a word read with less confidence, 0 to 1, are read in three more
            ways; 0 reads every line once, 1 (nearly) every line four times.
        detection_text_height: for detection the page is scaled so that its characters have
            this height in pixels, as measured by ``text_size.character_height``.
        detection_pixels: the largest area of the scaled page.
        max_pixels: larger pages are shrunk to this area first.
        min_confidence: words read with less are dropped, 0 to 1.
        orient: whether to turn pages that are sideways or upside down.
        timeout: seconds for one run of Tesseract.
    """

    language: str = Field("eng", pattern=r"^[\w/+]+$")
    tessdata: Path | None = None
    page_segmentation: int = Field(6, ge=3, le=13)
    line_height: int = Field(48, ge=16, le=200)
    retry_below: float = Field(0.9, ge=0, le=1)
    detection_text_height: float = Field(12, ge=6)
    detection_pixels: int = Field(1_300_000, ge=100_000)
    max_pixels: int = Field(6_000_000, ge=250_000)
    min_confidence: float = Field(0.1, ge=0, le=1)
    orient: bool = True
    timeout: float = Field(60, gt=0)


class TesseractEngine:
    """Tesseract on detected lines: a few runs of the program per page."""

    name = "tesseract"
    options_type = TesseractOptions

    def __init__(self, options: TesseractOptions) -> None:
        self.options = options
        self._detection = detection_network()

    @classmethod
    def why_unavailable(cls) -> str | None:
        try:
            pytesseract.get_tesseract_version()
        except pytesseract.TesseractNotFoundError:
            return f"the program `tesseract` was not found; {_INSTALL}"
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
        """Read each line, and those with a doubtful word in three more variants."""
        (first,) = self._read_sheets([_FIRST_VARIANT], pixels, quads)
        readings = [[line] for line in first]
        doubtful = [index for index, line in enumerate(first) if self._is_doubtful(line)]
        again = [quads[index] for index in doubtful]
        for lines in self._read_sheets(_RETRY_VARIANTS, pixels, again):
            for index, line in zip(doubtful, lines, strict=True):
                readings[index].append(line)
        return [_line(voted(of_line)) for of_line in readings]

    def _is_doubtful(self, line: Sequence[ReadWord]) -> bool:
        weakest = min((word.confidence for word in line), default=0.0)
        return weakest < self.options.retry_below

    def _read_sheets(
        self, variants: Sequence[_Variant], pixels: Pixels, quads: Sequence[Quad]
    ) -> list[list[tuple[ReadWord, ...]]]:
        """For each variant, the words of each line. All share one run of Tesseract, because
        starting it takes longer than reading a few lines."""
        if not quads:
            return [[] for _ in variants]
        height = self.options.line_height
        sheets = [
            lay_out([variant(pixels, quad, height) for quad in quads]) for variant in variants
        ]
        words: list[list[list[ReadWord]]] = [[[] for _ in quads] for _ in variants]
        for row in _run([Image.fromarray(sheet.pixels) for sheet in sheets], self.options):
            text, confidence = row["text"].strip(), float(row["conf"]) / 100
            if text and confidence >= self.options.min_confidence:
                number = int(row["page_num"]) - 1
                left, top = int(row["left"]), int(row["top"])
                middle = top + int(row["height"]) / 2
                line, start, end = sheets[number].place(middle, left, left + int(row["width"]))
                words[number][line].append(ReadWord(text, start, end, min(1.0, confidence)))
        return [
            [repaired(sorted(line, key=lambda word: word.start)) for line in lines]
            for lines in words
        ]


def _line(words: tuple[ReadWord, ...]) -> ReadLine:
    return ReadLine(words, min((word.confidence for word in words), default=1.0))


def _smooth(pixels: Pixels, quad: Quad, height: int) -> Grey:
    return softened(_cleaned(line_picture(pixels, quad, height, 1.0)))


def _small(pixels: Pixels, quad: Quad, height: int) -> Grey:
    return _cleaned(line_picture(pixels, quad, round(height * _SMALL), 1.0))


def _fitted(pixels: Pixels, quad: Quad, height: int) -> Grey:
    return fitted(_cleaned(line_picture(pixels, quad, height, 1.0)))


def _wide(pixels: Pixels, quad: Quad, height: int) -> Grey:
    return softened(_cleaned(line_picture(pixels, quad, height, _WIDE)))


def _cleaned(line: Pixels) -> Grey:
    return without_neighbours(black_on_white(line))


_SMALL, _WIDE = 2 / 3, 1.25
_Variant = Callable[[Pixels, Quad, int], Grey]
_FIRST_VARIANT: _Variant = _smooth
_RETRY_VARIANTS: tuple[_Variant, ...] = (_small, _fitted, _wide)
"""How lines are prepared for Tesseract: all of them, and those read with low confidence. Each
variant causes other mistakes, so that the vote is right more often than any one reading."""


def _run(sheets: Sequence[Image.Image], options: TesseractOptions) -> Iterator[dict[str, str]]:
    """The rows of Tesseract's output table, for all sheets."""
    config = f"--psm {options.page_segmentation} --dpi 300"
    if options.tessdata is not None:
        config += f' --tessdata-dir "{options.tessdata}"'
    with tempfile.TemporaryDirectory(prefix="sheets-") as folder:
        path = Path(folder) / "sheets.tif"
        sheets[0].save(path, save_all=True, append_images=sheets[1:])
        try:
            table: Mapping[str, list[object]] = pytesseract.image_to_data(
                str(path),
                lang=options.language,
                config=config,
                output_type=pytesseract.Output.DICT,
                timeout=options.timeout,
            )
        except pytesseract.TesseractError as error:
            raise PipelineError(f"tesseract failed: {error}") from error
        except RuntimeError as error:  # pytesseract's timeout
            raise PipelineError(f"tesseract gave up after {options.timeout:g} s") from error
    for values in zip(*table.values(), strict=True):
        yield {key: str(value) for key, value in zip(table, values, strict=True)}
