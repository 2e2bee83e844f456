"""Text detection: PP-OCR's network and the post-processing of its output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.networks import Network
from pipeline.ocr.quads import Pixels, Quad

_STEP = 32  # the network downsamples by 32
_MIN_PIXEL_PROBABILITY = 0.3  # of a pixel of text
_MIN_LINE_PROBABILITY = 0.5  # of a line, on average
_UNCLIP_RATIO = 1.6  # the network shrinks lines: each side moves out by area / perimeter times this
_MIN_SIDE = 3  # of a line, pixels at the network's scale


def find_text(network: Network, pixels: Pixels, scale: float) -> list[Quad]:
    """Text lines as quads in pixels of the given picture, top to bottom.

    Args:
        network: from ``networks.detection_network``.
        pixels: the page.
        scale: the scale factor of the page for the network.
    """
    height, width = pixels.shape[:2]
    size = (_steps(width * scale), _steps(height * scale))
    smaller = size[0] < width
    method = cv2.INTER_AREA if smaller and scale < 0.5 else cv2.INTER_LINEAR
    resized = cv2.resize(pixels, size, interpolation=method)
    probability = network(as_input([np.asarray(resized, np.uint8)]))[0, 0]
    back = np.array([width / size[0], height / size[1]], np.float32)
    limit = np.array([width - 1, height - 1], np.float32)
    quads = [np.clip(quad * back, 0, limit) for quad in _quads(probability)]
    return sorted(quads, key=lambda quad: float(quad[0, 1]))


def as_input(pictures: list[Pixels]) -> NDArray[np.float32]:
    """Pictures of one size as network input: (pictures, 3, height, width), -1 to 1."""
    blob = cv2.dnn.blobFromImages(pictures, 1 / 127.5, mean=(127.5, 127.5, 127.5))
    return np.asarray(blob, np.float32)


def _steps(length: float) -> int:
    return max(_STEP, round(length / _STEP) * _STEP)


def _quads(probability: NDArray[np.float32]) -> Iterator[Quad]:
    """A quad around each connected region of probable text."""
    mask = (probability > _MIN_PIXEL_PROBABILITY).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        centre, (along, across), angle = cv2.minAreaRect(contour)
        if min(along, across) < _MIN_SIDE:
            continue
        tight = _corners(centre, along, across, angle)
        if _mean_inside(probability, tight) < _MIN_LINE_PROBABILITY:
            continue
        grown = _UNCLIP_RATIO * along * across / (along + across)
        yield _ordered(_corners(centre, along + grown, across + grown, angle))


def _corners(
    centre: Sequence[float], along: float, across: float, angle: float
) -> NDArray[np.float32]:
    return np.asarray(cv2.boxPoints((centre, (along, across), angle)), np.float32)


def _mean_inside(probability: NDArray[np.float32], quad: NDArray[np.float32]) -> float:
    height, width = probability.shape
    x0, y0 = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    x1, y1 = np.clip(np.ceil(quad.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
    cv2.fillPoly(mask, [(quad - (x0, y0)).astype(np.int32)], 1)
    return float(cv2.mean(probability[y0 : y1 + 1, x0 : x1 + 1], mask)[0])


def _ordered(corners: NDArray[np.float32]) -> Quad:
    """The corners as top left, top right, bottom right, bottom left on the page."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
