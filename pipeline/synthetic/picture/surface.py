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


def cloud(shape: Shape, grain: float, random: np.random.Generator) -> Plane:
    """Smooth noise of ``(height, width)``, mean about 0 and deviation about 1.

    Args:
        grain: the size of its blots, in pixels.
    """
    return streaks(shape, grain, grain, random)


def streaks(shape: Shape, across: float, down: float, random: np.random.Generator) -> Plane:
    """As ``cloud``, with patches ``across`` wide and ``down`` high, in pixels."""
    rows, columns = max(2, round(shape[0] / down) + 2), max(2, round(shape[1] / across) + 2)
    coarse = random.standard_normal((rows, columns)).astype(np.float32)
    sized = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(sized, np.float32)


def wood(shape: Shape, random: np.random.Generator) -> Picture:
    """A table top: growth rings cut lengthwise, fine fibres, joints between boards."""
    rows = np.linspace(0, random.uniform(5, 14), shape[0], dtype=np.float32)[:, None]
    rings = np.sin(2 * np.pi * (rows + 0.5 * streaks(shape, 900, 160, random)))
    fibres = streaks(shape, 140, 1.6, random) + 0.6 * streaks(shape, 300, 5, random)
    tone = 0.09 * rings + 0.055 * fibres + 0.05 * cloud(shape, 400, random)
    board = shape[0] / random.integers(2, 6)
    boards = np.floor((rows / rows.max()) * shape[0] / board + random.uniform())
    tone = tone + 0.04 * np.sin(boards * 7.3)
    joint = np.abs((rows / rows.max() * shape[0] / board + random.uniform()) % 1 - 0.5) * board
    tone = tone - 0.28 * np.exp(-((joint / 2.2) ** 2))
    brown = _tint(random, [(96, 62, 40), (150, 108, 72), (188, 150, 110), (70, 50, 40)])
    return _toned(brown, tone)


def cloth(shape: Shape, random: np.random.Generator) -> Picture:
    """A woven cloth: threads both ways and soft folds."""
    pitch = random.uniform(3.5, 6)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    weave = np.sin(2 * np.pi * rows / pitch) * np.sin(2 * np.pi * columns / pitch)
    threads = streaks(shape, 60, 1.5, random) + streaks(shape, 1.5, 60, random)
    tone = 0.05 * weave + 0.035 * threads + 0.11 * cloud(shape, 260, random)
    colour = _tint(random, [(52, 58, 74), (112, 44, 48), (148, 140, 128), (60, 76, 62)])
    return _toned(colour, tone)


def stone(shape: Shape, random: np.random.Generator) -> Picture:
    """A counter top: speckles on a dark or grey ground."""
    speckles = np.clip(cloud(shape, 2.2, random) - 0.9, 0, 2) + 0.5 * cloud(shape, 5, random)
    tone = 0.16 * speckles + 0.1 * cloud(shape, 120, random)
    colour = _tint(random, [(58, 58, 60), (118, 112, 106), (172, 166, 158), (36, 34, 36)])
    return _toned(colour, tone)


def plain(shape: Shape, random: np.random.Generator) -> Picture:
    """A desk pad or painted board: one colour, hardly any texture."""
    tone = 0.05 * cloud(shape, 350, random) + 0.012 * cloud(shape, 1.5, random)
    colour = _tint(random, [(30, 32, 38), (92, 96, 100), (64, 84, 108), (142, 132, 118)])
    return _toned(colour, tone)


SURFACES: tuple[Callable[[Shape, np.random.Generator], Picture], ...] = (wood, cloth, stone, plain)


def _tint(
    random: np.random.Generator, colours: list[tuple[int, int, int]]
) -> npt.NDArray[np.float64]:
    chosen = np.array(colours[int(random.integers(len(colours)))], np.float64)
    return np.asarray(chosen * random.uniform(0.85, 1.15) + random.normal(0, 4, 3))


def _toned(colour: npt.NDArray[np.float64], tone: Plane) -> Picture:
    picture = colour[None, None, :] * (1 + tone[..., None])
    return np.asarray(np.clip(picture, 0, 255), np.float32)
