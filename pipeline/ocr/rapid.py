"""RapidOCR: PP-OCR detection and recognition on ONNX Runtime, models inside the wheel.

The engine drives RapidOCR's own steps one by one, for three reasons. Detection runs at
the size a receipt needs: by default RapidOCR enlarges the short side to 736 pixels, which
costs three times the time and finds no more amounts. Short lines are not padded to 320
pixels before recognition. And the page is turned upright from a vote over its widest
lines, where RapidOCR decides for each line alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from pipeline.document import Box, Page
from pipeline.ocr.engine import EngineOptions
from pipeline.ocr.reading_order import Segment, Word, tokens_in_reading_order

Pixels = NDArray[np.uint8]
# Four corners (x, y): top left, top right, bottom right, bottom left, seen in reading direction.
Quad = NDArray[np.float32]


class RapidOcrOptions(EngineOptions):
    """Settings of the ``rapidocr`` engine.

    Attributes:
        detection_long_side, detection_short_side: detection sees the page shrunk until its
            long side fits, but never so far that its short side falls below the second
            (a long receipt would become unreadable); pixels. Pages are never enlarged.
        max_pixels: larger pages are shrunk to this area before recognition.
        min_confidence: lines read with less are dropped, 0 to 1.
        orient: whether to turn pages that lie on their side or upside down.
        threads: of ONNX Runtime, for one page.
    """

    detection_long_side: int = Field(1280, ge=320)
    detection_short_side: int = Field(640, ge=160)
    max_pixels: int = Field(6_000_000, ge=250_000)
    min_confidence: float = Field(0.3, ge=0, le=1)
    orient: bool = True
    threads: int = Field(1, ge=1)


@dataclass(frozen=True, slots=True)
class _Line:
    quad: Quad
    text: str
    columns: tuple[int, ...]  # CTC column of each character that is not white space
    column_count: float
    confidences: tuple[float, ...]  # one a character, white space included


class RapidOcrEngine:
    """The default engine; see the module's text for what it does differently."""

    name = "rapidocr"
    options_type = RapidOcrOptions

    def __init__(self, options: RapidOcrOptions) -> None:
        from rapidocr import RapidOCR

        self.options = options
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        # RapidOCR's own annotations do not hold what its steps take and give.
        steps: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.return_word_box": True,
                "Global.use_vertical_padding": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": options.threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.limit_type": "max",
                "Rec.rec_img_shape": [3, 48, 96],
            }
        )
        self._steps = steps
        self._detector = steps._load_det_model()

    @classmethod
    def why_unavailable(cls) -> str | None:
        try:
            import rapidocr  # noqa: F401
        except ImportError as error:
            return f"{error}; install it with: pip install rapidocr"
        return None

    def read(self, image: Image.Image) -> Page:
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        work, scale = _shrink(pixels, self.options.max_pixels)
        quads = self._detect(work)
        rotation = 0
        if self.options.orient and len(quads):
            work, quads, rotation = self._turn_upright(work, quads)
        lines = [
            line
            for line in self._recognise(work, quads)
            if float(np.mean(line.confidences)) >= self.options.min_confidence
        ]
        width, height = (image.height, image.width) if rotation in (90, 270) else image.size
        segments = [_segment(line, 1 / scale) for line in lines]
        return Page(width, height, tokens_in_reading_order(segments), rotation)

    def _detect(self, pixels: Pixels) -> list[Quad]:
        """Text lines as quads, in pixels of the picture given."""
        height, width = pixels.shape[:2]
        aspect = max(height, width) / min(height, width)
        options = self.options
        self._detector.limit_side_len = max(
            options.detection_long_side, round(options.detection_short_side * aspect)
        )
        found = self._detector(pixels)
        return [] if found.boxes is None else [np.asarray(quad, np.float32) for quad in found.boxes]

    def _turn_upright(self, pixels: Pixels, quads: list[Quad]) -> tuple[Pixels, list[Quad], int]:
        """The upright picture, its quads, and the degrees clockwise by which it was turned."""
        rotation = 0
        if _lies_on_its_side(quads):
            pixels, rotation = np.ascontiguousarray(np.rot90(pixels, -1)), 90
            quads = self._detect(pixels)
        if quads and self._stands_on_its_head(pixels, quads):
            height, width = pixels.shape[:2]
            pixels, rotation = np.ascontiguousarray(np.rot90(pixels, 2)), rotation + 180
            corner = np.array([width, height], np.float32)
            quads = [np.roll(corner - quad, 2, axis=0) for quad in quads]
        return pixels, quads, rotation

    def _stands_on_its_head(self, pixels: Pixels, quads: Sequence[Quad]) -> bool:
        """The widest lines read both ways: the way with the higher confidence is upright.

        PP-OCR's angle classifier is asked first; recognition decides where it wavers.
        """
        widest = sorted(quads, key=lambda quad: -_side(quad, 0, 1))[:10]
        crops = self._steps.crop_text_regions(pixels, widest)
        _, votes = self._steps.cls_and_rotate(crops)
        turned = sum(label == "180" for label, _ in votes.cls_res) / len(crops)
        if turned <= 0.1:
            return False
        upright = self._steps.recognize_txt(crops)
        flipped = self._steps.recognize_txt([cv2.rotate(crop, cv2.ROTATE_180) for crop in crops])
        return float(np.mean(flipped.scores)) > float(np.mean(upright.scores))

    def _recognise(self, pixels: Pixels, quads: list[Quad]) -> list[_Line]:
        if not quads:
            return []
        result = self._steps.recognize_txt(self._steps.crop_text_regions(pixels, quads))
        lines = []
        for quad, text, info in zip(quads, result.txts, result.word_results, strict=True):
            if text.strip():
                columns = tuple(column for word in info.word_cols for column in word)
                lines.append(_Line(quad, text, columns, info.line_txt_len, tuple(info.confs)))
        return lines


def _shrink(pixels: Pixels, max_pixels: int) -> tuple[Pixels, float]:
    """The picture at no more than ``max_pixels``, and the factor by which it was scaled."""
    height, width = pixels.shape[:2]
    scale = min(1.0, (max_pixels / (height * width)) ** 0.5)
    if scale == 1.0:
        return pixels, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _side(quad: Quad, start: int, end: int) -> float:
    return float(np.linalg.norm(quad[end] - quad[start]))


def _lies_on_its_side(quads: Sequence[Quad]) -> bool:
    """Whether most text, by length, runs down the page rather than across."""
    down = across = 0.0
    for quad in quads:
        width, height = _side(quad, 0, 1), _side(quad, 0, 3)
        if height > 1.5 * width:
            down += height
        elif width > 1.5 * height:
            across += width
    return down > across


def _segment(line: _Line, scale: float) -> Segment:
    """Cut a recognised line into words at its spaces, by the columns of its characters."""
    quad = line.quad * scale
    words = []
    edges = _word_edges(line)
    confidence_at = 0
    for text, (start, end) in zip(line.text.split(), edges, strict=True):
        confidence_at = line.text.index(text, confidence_at)
        certain = line.confidences[confidence_at : confidence_at + len(text)]
        confidence_at += len(text)
        words.append(Word(text, _part_of(quad, start, end), float(np.mean(certain))))
    left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    height = (_side(quad, 0, 3) + _side(quad, 1, 2)) / 2
    return Segment(
        tuple(words),
        (float(left[0]), float(left[1])),
        (float(right[0]), float(right[1])),
        height,
    )


def _word_edges(line: _Line) -> list[tuple[float, float]]:
    """Where each word starts and ends, as shares (0 to 1) of the line's length."""
    words = line.text.split()
    if len(words) == 1:
        return [(0.0, 1.0)]
    columns, total = line.columns, max(line.column_count, 1.0)
    # A character's ink spreads about half a step to either side of its CTC column.
    half = max(0.5, (columns[-1] - columns[0]) / max(1, len(columns) - 1) / 2)
    edges = []
    at = 0
    for word in words:
        first, last = columns[at], columns[at + len(word) - 1]
        at += len(word)
        edges.append(
            (max(0.0, (first + 0.5 - half) / total), min(1.0, (last + 0.5 + half) / total))
        )
    return edges


def _part_of(quad: Quad, start: float, end: float) -> Box:
    """The axis-aligned box around the part of a quad between two shares of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = (
        quad[0] + start * top,
        quad[0] + end * top,
        quad[3] + start * bottom,
        quad[3] + end * bottom,
    )
    return Box.around((float(x), float(y)) for x, y in corners)
