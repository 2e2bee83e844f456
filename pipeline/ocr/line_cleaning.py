"""Clean the picture of a text line for Tesseract: black on white, neighbours erased, blurred."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.quads import Pixels

Grey = NDArray[np.uint8]
"""A picture (height, width)."""

_BLACK, _WHITE = 2, 85  # percentiles of a line's brightness that count as ink and paper
_FLATTEST = 30  # least contrast: lines with less are not stretched, as that amplifies noise
_EDGE = 0.3  # share of the height, at top and bottom, that may belong to neighbours
_SMALLEST = 0.25  # share of the height: characters are higher, specks and dots are not
_FEWEST = 0.25  # share of the height: lower text is not enlarged
_ALIGNED = 15  # percentile of the tops and bottoms of characters that the text spans


def black_on_white(line: Pixels) -> Grey:
    """Remove shadows: the brightest value in each neighbourhood counts as paper.

    White text on black, as in some receipts' totals, is inverted.
    """
    grey = np.asarray(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), np.uint8)
    darkest, paper_level, brightest = np.percentile(grey, [2, 50, 98])
    if brightest - paper_level > paper_level - darkest:
        grey = 255 - grey
    size = grey.shape[0] // 2 * 2 + 1
    paper = cv2.blur(cv2.dilate(grey, np.ones((size, size), np.uint8)), (size, size))
    even = grey.astype(np.float32) * 255 / np.maximum(paper, 1)
    black, white = np.percentile(even, [_BLACK, _WHITE])
    stretched = (even - black) * 255 / max(white - black, _FLATTEST)
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def without_neighbours(line: Grey) -> Grey:
    """Erase parts of the lines above and below and rules: ink that touches the edge and does not
    reach the middle."""
    height = line.shape[0]
    labels, patches = _patches(line)
    top = patches[:, cv2.CC_STAT_TOP]
    bottom = top + patches[:, cv2.CC_STAT_HEIGHT]
    foreign = (top == 0) & (bottom < _EDGE * height)
    foreign |= (bottom == height) & (top > (1 - _EDGE) * height)
    foreign[0] = False  # the paper
    halo = cv2.dilate(foreign[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.where(halo > 0, np.uint8(255), line)


def softened(line: Grey) -> Grey:
    """Blur, so that the dots of dot-matrix print form strokes and noise disappears: Tesseract
    misreads fewer digits if edges are not hard."""
    return np.asarray(cv2.GaussianBlur(line, (0, 0), line.shape[0] / 32), np.uint8)


def fitted(line: Grey) -> Grey:
    """Scale the text to the height of the picture less an eighth above and below, whatever margin
    the line was detected with."""
    height = line.shape[0]
    _, patches = _patches(line)
    high = patches[1:, cv2.CC_STAT_HEIGHT]
    tops = patches[1:, cv2.CC_STAT_TOP][high >= _SMALLEST * height]
    if not len(tops):
        return line
    bottoms = (patches[1:, cv2.CC_STAT_TOP] + high)[high >= _SMALLEST * height]
    top, bottom = np.percentile(tops, _ALIGNED), np.percentile(bottoms, 100 - _ALIGNED)
    if bottom - top < _FEWEST * height:
        return line
    margin = height / 8
    scale = (height - 2 * margin) / (bottom - top)
    warp = np.array([[scale, 0, 0], [0, scale, margin - top * scale]], np.float32)
    size = (max(8, round(line.shape[1] * scale)), height)
    moved = cv2.warpAffine(line, warp, size, flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(moved, np.uint8)


def _patches(line: Grey) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Connected ink: the component number of each pixel, and the measures of each component;
    component 0 is the paper."""
    _, ink = cv2.threshold(line, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, labels, patches, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(patches, np.int32)
