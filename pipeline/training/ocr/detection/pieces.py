"""Pages as detection sees them, and pieces of them to train on."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.ocr_tokens import load_picture
from pipeline.data.parts import Part
from pipeline.documents.load import load_page
from pipeline.ocr.detection import as_input
from pipeline.ocr.networks import RECOGNITION, recognition_from
from pipeline.ocr.quads import Pixels
from pipeline.ocr.rapid import RapidOcrOptions
from pipeline.ocr.text_size import detection_scale
from pipeline.progress import Progress
from pipeline.training.ocr.batches import noisy
from pipeline.training.ocr.corpus import chosen_first, pictures_of, receipts_by_part
from pipeline.training.ocr.cutting import as_pixels
from pipeline.training.ocr.detection.config import NarrowDetectionConfig
from pipeline.training.ocr.drawn import draw
from pipeline.training.progress import tracked

_SCALES = (0.75, 1.3)  # of the size that the engine would choose
_FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1)
_TURNED = 0.1  # share of pieces turned by a right angle or two: pages may lie on their side
_STEP = 32  # pixels: the network halves its input five times
_GREY = 127  # of the room beside a page that is smaller than a piece


LoadPage = Callable[[], Pixels]
Encoded = NDArray[np.uint8]
"""The bytes of a PNG."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of a part, each loaded when it is asked for."""

    train: Sequence[LoadPage]
    development: Sequence[LoadPage]


def pages_of(config: NarrowDetectionConfig) -> Pages:
    """The pages of all sources.

    Raises:
        ConfigError: a source's format or folder does not exist.
        DataError: a source cannot be read.
    """
    train: list[LoadPage] = []
    development: list[LoadPage] = []
    for name, by_part in receipts_by_part(config.annotated, config.parts).items():
        source = config.annotated[name]
        chosen = chosen_first(by_part[Part.TRAIN], source.receipts)
        train += [partial(_annotated, page) for page in chosen]
        scored = chosen_first(by_part[Part.DEVELOPMENT], source.development)
        development += [partial(_annotated, page) for page in scored]
    for unlabelled in config.unlabelled.values():
        train += [partial(_file, path) for path in pictures_of(unlabelled)]
    if (drawn := config.drawn) is not None:
        seeds = range(drawn.seed, drawn.seed + drawn.receipts)
        train += [partial(_drawn, seed, drawn.rare) for seed in seeds]
    return Pages(train, development)


def _annotated(page: AnnotatedPage) -> Pixels:
    return as_pixels(load_picture(page))


def _file(path: Path) -> Pixels:
    return as_pixels(load_page(path, 1))


def _drawn(seed: int, rare: float) -> Pixels:
    return as_pixels(draw(seed, rare, recognition_from(RECOGNITION).characters).image)


def at_detection_size(pixels: Pixels, factor: float = 1.0) -> Pixels:
    """The page as large as the engine scales it by default, times a factor; sides of whole steps
    of the network, 32 pixels."""
    options = RapidOcrOptions()
    scale = detection_scale(pixels, options.detection_text_height, options.detection_pixels)
    height, width = (
        max(_STEP, round(side * scale * factor / _STEP) * _STEP) for side in pixels.shape[:2]
    )
    method = cv2.INTER_AREA if scale * factor < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)


def prepared(pages: Sequence[LoadPage], seed: int, progress: Progress) -> list[Encoded]:
    """All pages near the size that the engine would choose, each as a PNG in memory: loading and
    drawing them anew for each piece would take longer than training."""
    scales = random.Random(f"{seed}/scales")
    found = []
    for load in tracked(pages, len(pages), "pages", progress):
        scaled = at_detection_size(load(), scales.uniform(*_SCALES))
        found.append(cv2.imencode(".png", scaled, _FAST)[1])
    return found


def pieces(
    pages: Sequence[Encoded], config: NarrowDetectionConfig, step: int
) -> NDArray[np.float32]:
    """The input of a step; it depends on the config's seed and the step alone.

    Args:
        pages: from ``prepared``.
    """
    rng = random.Random(f"{config.seed}/{step}")
    chosen = rng.choices(pages, k=config.batch_size)
    return as_input([_piece(page, config.piece, rng) for page in chosen])


def _piece(page: Encoded, size: int, rng: random.Random) -> Pixels:
    scaled = cv2.imdecode(page, cv2.IMREAD_COLOR)
    assert scaled is not None
    top = rng.randint(0, max(0, scaled.shape[0] - size))
    left = rng.randint(0, max(0, scaled.shape[1] - size))
    cut = scaled[top : top + size, left : left + size]
    piece = np.full((size, size, 3), _GREY, np.uint8)
    piece[: cut.shape[0], : cut.shape[1]] = cut
    if rng.random() < _TURNED:
        piece = np.rot90(piece, rng.randint(1, 3)).copy()
    return noisy(piece, np.random.default_rng(rng.getrandbits(32)))
