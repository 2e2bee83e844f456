"""Cut the lines of an annotated page as the engine would, and give each its transcript."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.document import Token
from pipeline.ocr.detection import find_text
from pipeline.ocr.networks import Network
from pipeline.ocr.quads import Pixels, Quad, lies_on_its_side, line_picture, side
from pipeline.ocr.rapid import RapidOcrOptions
from pipeline.ocr.recognition import LINE_HEIGHT
from pipeline.ocr.text_size import detection_scale

_WIDTHS = (12, 900)  # pixels of a line
_INSIDE, _OUTSIDE = 0.75, 0.2  # share of a word's length that lies in a quad
_DEFAULT_SQUEEZE_SHARE = 0.5  # so many lines are squeezed as the engine does by default
_SQUEEZES = (0.65, 1.0)

FindLines = Callable[[Pixels], Sequence[Quad]]


def line_finder(detection: Network) -> FindLines:
    """Detection with the engine's default options."""
    options = RapidOcrOptions()

    def find(pixels: Pixels) -> list[Quad]:
        scale = detection_scale(pixels, options.detection_text_height, options.detection_pixels)
        return find_text(detection, pixels, scale)

    return find


def as_pixels(image: Image.Image) -> Pixels:
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def upright_quads(pixels: Pixels, find: FindLines) -> list[Quad]:
    """The detected lines; none on a page that lies on its side, whose boxes nobody turned."""
    quads = list(find(pixels))
    return [] if lies_on_its_side(quads) else quads


def cut(pixels: Pixels, quad: Quad, squeeze: float) -> Pixels:
    """The picture of one line, as the engine cuts it."""
    return line_picture(pixels, quad, LINE_HEIGHT, squeeze)


def can_train(picture: Pixels) -> bool:
    """Whether a line is neither too long nor too short to train on."""
    return _WIDTHS[0] <= int(picture.shape[1]) <= _WIDTHS[1]


def varied_squeezes(rng: random.Random) -> Iterator[float]:
    """Half of the lines as the engine squeezes them, the others by any factor in use."""
    while True:
        default = rng.random() < _DEFAULT_SQUEEZE_SHARE
        yield RapidOcrOptions().squeeze if default else rng.uniform(*_SQUEEZES)


def with_words(quads: Sequence[Quad], tokens: Sequence[Token]) -> Iterator[tuple[Quad, list[int]]]:
    """Each quad and the indices of the words that stand in it, from left to right; none if no
    annotated word touches it. Quads in which a word lies only partly are left out: what they show
    is not known."""
    boxes = np.array([token.box.as_tuple() for token in tokens], np.float32).reshape(-1, 4)
    for quad in quads:
        shares = _shares_inside(quad, boxes)
        inside = np.flatnonzero(shares >= _INSIDE)
        if not ((shares > _OUTSIDE) & (shares < _INSIDE)).any():
            yield quad, sorted(inside.tolist(), key=lambda index: float(boxes[index, 0]))


def _shares_inside(quad: Quad, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The share of each box's middle line, from its left to its right side, that is in the quad."""
    length, height = max(side(quad, 0, 1), 1.0), max(side(quad, 0, 3), 1.0)
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    to_square = cv2.getPerspectiveTransform(quad, square)
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    ends = [np.stack([boxes[:, side_], middle], axis=1) for side_ in (0, 2)]
    if not len(boxes) or min(length, height) <= 1:
        return np.zeros(len(boxes), np.float32)
    left, right = (cv2.perspectiveTransform(end[None], to_square)[0] for end in ends)
    overlap = np.minimum(right[:, 0], 1) - np.maximum(left[:, 0], 0)
    share = np.clip(overlap, 0, None) / np.maximum(right[:, 0] - left[:, 0], 1e-3)
    beside = (left[:, 1] + right[:, 1]) / 2
    return np.where((beside > 0.15) & (beside < 0.85), share, 0).astype(np.float32)
