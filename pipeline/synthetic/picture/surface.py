"""Noise textures: uneven paper, and the surfaces that receipts lie on."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""One value a pixel, shape (height, width)."""

Picture = npt.NDArray[np.float32]
"""RGB, 0 to 255, shape (height, width, 3)."""

Shape = tuple[int, int]


def smooth_noise(shape: Shape, grain: float, rng: np.random.Generator) -> Plane:
    """Smooth noise of ``(height, width)``, mean about 0 and deviation about 1.

    Args:
        grain: the size of its blots, in pixels.
    """
    return stretched_noise(shape, grain, grain, rng)


def stretched_noise(shape: Shape, across: float, down: float, rng: np.random.Generator) -> Plane:
    """As ``smooth_noise``, with patches ``across`` wide and ``down`` high, in pixels."""
    rows, columns = max(2, round(shape[0] / down) + 2), max(2, round(shape[1] / across) + 2)
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    sized = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(sized, np.float32)


def wood(shape: Shape, rng: np.random.Generator) -> Picture:
    """A table top: growth rings cut lengthwise, fine fibres, joints between boards."""
    rows = np.linspace(0, rng.uniform(5, 14), shape[0], dtype=np.float32)[:, None]
    rings = np.sin(2 * np.pi * (rows + 0.5 * stretched_noise(shape, 900, 160, rng)))
    fibres = stretched_noise(shape, 140, 1.6, rng) + 0.6 * stretched_noise(shape, 300, 5, rng)
    tone = 0.09 * rings + 0.055 * fibres + 0.05 * smooth_noise(shape, 400, rng)
    board = shape[0] / rng.integers(2, 6)
    boards = np.floor((rows / rows.max()) * shape[0] / board + rng.uniform())
    tone = tone + 0.04 * np.sin(boards * 7.3)
    joint = np.abs((rows / rows.max() * shape[0] / board + rng.uniform()) % 1 - 0.5) * board
    tone = tone - 0.28 * np.exp(-((joint / 2.2) ** 2))
    brown = _tint(rng, [(96, 62, 40), (150, 108, 72), (188, 150, 110), (70, 50, 40)])
    return _toned(brown, tone)


def cloth(shape: Shape, rng: np.random.Generator) -> Picture:
    """A woven cloth: threads both ways and soft folds."""
    pitch = rng.uniform(3.5, 6)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    weave = np.sin(2 * np.pi * rows / pitch) * np.sin(2 * np.pi * columns / pitch)
    threads = stretched_noise(shape, 60, 1.5, rng) + stretched_noise(shape, 1.5, 60, rng)
    tone = 0.05 * weave + 0.035 * threads + 0.11 * smooth_noise(shape, 260, rng)
    colour = _tint(rng, [(52, 58, 74), (112, 44, 48), (148, 140, 128), (60, 76, 62)])
    return _toned(colour, tone)


def stone(shape: Shape, rng: np.random.Generator) -> Picture:
    """A counter top: speckles on a dark or grey ground."""
    speckles = np.clip(smooth_noise(shape, 2.2, rng) - 0.9, 0, 2) + 0.5 * smooth_noise(
        shape, 5, rng
    )
    tone = 0.16 * speckles + 0.1 * smooth_noise(shape, 120, rng)
    colour = _tint(rng, [(58, 58, 60), (118, 112, 106), (172, 166, 158), (36, 34, 36)])
    return _toned(colour, tone)


def plain(shape: Shape, rng: np.random.Generator) -> Picture:
    """A desk pad or painted board: one colour, hardly any texture."""
    tone = 0.05 * smooth_noise(shape, 350, rng) + 0.012 * smooth_noise(shape, 1.5, rng)
    colour = _tint(rng, [(30, 32, 38), (92, 96, 100), (64, 84, 108), (142, 132, 118)])
    return _toned(colour, tone)


SURFACES: tuple[Callable[[Shape, np.random.Generator], Picture], ...] = (wood, cloth, stone, plain)


def _tint(rng: np.random.Generator, colours: list[tuple[int, int, int]]) -> npt.NDArray[np.float64]:
    chosen = np.array(colours[int(rng.integers(len(colours)))], np.float64)
    return np.asarray(chosen * rng.uniform(0.85, 1.15) + rng.normal(0, 4, 3))


def _toned(colour: npt.NDArray[np.float64], tone: Plane) -> Picture:
    picture = colour[None, None, :] * (1 + tone[..., None])
    return np.asarray(np.clip(picture, 0, 255), np.float32)
