"""Degrade a clean print to a scan, a phone photo or a crumpled receipt.

An effect takes a receipt, a random generator and a strength from 0 to 1; recipes are tuples of
effects. Whatever moves pixels moves the boxes with them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import augraphy
import cv2
import numpy as np
import numpy.typing as npt

from pipeline.synthetic.picture.camera import (
    compressed,
    defocused,
    motion_blurred,
    noisy,
    shadowed,
    uneven_light,
)
from pipeline.synthetic.picture.paper import (
    Effect,
    as_picture,
    creased,
    faded,
    folded,
    low_contrast,
    with_picture,
)
from pipeline.synthetic.picture.render import RenderedReceipt
from pipeline.synthetic.picture.surface import SURFACES, Plane, smooth_noise
from pipeline.synthetic.picture.warp import Warp, perspective_warp, warped_page

# A4 is 1654 x 2339; these are whole PDF points, so that a PDF is rendered to the same pixels.
A4_AT_200_DPI = (1650, 2350)

Corners = npt.NDArray[np.float32]
"""Four points, x and y: top left, top right, bottom right, bottom left."""


def degrade(
    rendered: RenderedReceipt, seed: int, strength: float, effects: Sequence[Effect]
) -> RenderedReceipt:
    """Apply effects in order, each with its own probability.

    Args:
        seed: the same seed gives the same picture.
        strength: 0 (almost none) to 1 (the worst that is realistic).
        effects: such as ``SCAN``, ``PHOTO`` or ``CRUMPLED_PHOTO``.

    Raises:
        ValueError: the strength is not between 0 and 1.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength {strength} is not between 0 and 1")
    for number, effect in enumerate(effects):
        rendered = effect(rendered, np.random.default_rng((seed, number)), strength)
    return rendered


def badly_printed(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """A worn print head: pale rows and mottled ink, by augraphy."""
    rows = round(2 + 10 * strength)
    low_ink = augraphy.LowInkRandomLines(count_range=(rows, rows + 1), noise_probability=0.1, p=1)
    mottling = augraphy.InkMottling(
        ink_mottling_alpha_range=(0.1 + 0.2 * strength,) * 2,
        ink_mottling_noise_scale_range=(2, 2),
        p=1,
    )
    picture = np.asarray(rendered.image).copy()
    with_low_ink = _by_augraphy(low_ink, picture, rng)
    return with_picture(rendered, _by_augraphy(mottling, with_low_ink, rng).astype(np.float32))


def dirty_glass(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """A scanner's dirty drum: pale streaks along the paper, by augraphy."""
    drum = augraphy.DirtyDrum(
        line_width_range=(1, 2),
        line_concentration=0.02 + 0.05 * strength,
        direction=1,
        noise_intensity=0.2 * strength,
        noise_value=(200, 240),
        p=1,
    )
    picture = np.asarray(rendered.image).copy()
    streaked = _by_augraphy(drum, picture, rng).astype(np.float32)
    return with_picture(rendered, picture + strength * (streaked - picture))


def on_scanner(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """Scan slightly rotated under a white lid, with a margin around it."""
    margin = round(rendered.image.width * rng.uniform(0.01, 0.08))
    corners = _askew(rendered.image.size, strength * rng.uniform(-2.5, 2.5))
    perspective, size = _framed(rendered.image.size, corners, (margin,) * 4)
    warp = perspective_warp(rendered.image.size, perspective, size)
    picture = warp.warp_image(as_picture(rendered), rng.uniform(246, 255))
    return replace(with_picture(rendered, picture), page=warped_page(rendered.page, warp))


def on_flatbed(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """Scan as a whole A4 page at 200 dpi, with the receipt somewhere on it.

    Raises:
        ValueError: the receipt is larger than the page.
    """
    width, height = A4_AT_200_DPI
    corners = _askew(rendered.image.size, strength * rng.uniform(-2.5, 2.5))
    room = np.array(A4_AT_200_DPI) - np.ceil(np.ptp(corners, axis=0))
    if room.min() < 0:
        raise ValueError(f"{rendered.page.id}: {rendered.image.size} pixels do not fit on A4")
    left, top = (int(side) for side in room * rng.uniform(0.1, 0.6, 2))
    perspective, _ = _framed(rendered.image.size, corners, (left, top, 0, 0))
    warp = perspective_warp(rendered.image.size, perspective, (width, height))
    picture = warp.warp_image(as_picture(rendered), rng.uniform(250, 255))
    return replace(with_picture(rendered, picture), page=warped_page(rendered.page, warp))


def on_table(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """Photograph on a table from above: perspective, curl, a shadow below."""
    sheet = rendered.image.size
    corners = _askew(sheet, strength * rng.uniform(-6, 6))
    jitter = 0.045 * strength * sheet[0]
    corners = corners + rng.uniform(-jitter, jitter, (4, 2)).astype(np.float32)
    margins = tuple(round(sheet[0] * rng.uniform(0.04, 0.16)) for _ in range(4))
    perspective, size = _framed(sheet, corners, margins)
    warp = Warp(perspective, *_curl(sheet, rng, strength), size)
    cover = np.clip(warp.warp_image(_cut_sheet(sheet, rng), 0), 0, 1)
    paper = warp.warp_image(as_picture(rendered), 240)
    surface = SURFACES[int(rng.integers(len(SURFACES)))]((size[1], size[0]), rng)
    ground = surface * (1 - 0.55 * _cast_shadow(cover, rng))[..., None]
    picture = ground + (paper - ground) * cover[..., None]
    return replace(with_picture(rendered, picture), page=warped_page(rendered.page, warp))


SCAN: tuple[Effect, ...] = (dirty_glass, on_scanner, defocused, compressed)
FLATBED: tuple[Effect, ...] = (faded, dirty_glass, on_flatbed, defocused, compressed)
WORN_SCAN: tuple[Effect, ...] = (
    faded,
    badly_printed,
    folded,
    creased,
    dirty_glass,
    on_scanner,
    defocused,
    noisy,
    compressed,
)
PHOTO: tuple[Effect, ...] = (on_table, uneven_light, defocused, noisy, compressed)
CRUMPLED_PHOTO: tuple[Effect, ...] = (
    faded,
    folded,
    creased,
    on_table,
    uneven_light,
    shadowed,
    low_contrast,
    motion_blurred,
    noisy,
    compressed,
)
RECIPES: dict[str, tuple[Effect, ...]] = {
    "scan": SCAN,
    "flatbed": FLATBED,
    "worn_scan": WORN_SCAN,
    "photo": PHOTO,
    "crumpled_photo": CRUMPLED_PHOTO,
}


def _by_augraphy(
    effect: object, picture: npt.NDArray[np.uint8], rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Call an augraphy effect with ``rng`` as its only source of randomness.

    augraphy draws from the global generators; they are put back as they were.
    """
    before, numpy_before = random.getstate(), np.random.get_state()
    seed = int(rng.integers(2**31))
    random.seed(seed)
    np.random.seed(seed)
    cv2.setRNGSeed(seed)
    try:
        result = effect(picture)  # type: ignore[operator]
    finally:
        random.setstate(before)
        np.random.set_state(numpy_before)
    return np.asarray(result, np.uint8)


def _askew(sheet: tuple[int, int], degrees: float) -> Corners:
    """The sheet's corners, rotated clockwise around its centre."""
    width, height = sheet
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    middle = np.array([width / 2, height / 2], np.float32)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rotation = np.array([(cos, -sin), (sin, cos)], np.float32)
    return np.asarray((corners - middle) @ rotation.T + middle, np.float32)


def _framed(
    sheet: tuple[int, int], corners: Corners, margins: Sequence[int]
) -> tuple[npt.NDArray[np.float64], tuple[int, int]]:
    """The perspective that maps the sheet to ``corners``, shifted into a picture with margins.

    Args:
        margins: left, top, right, bottom, in pixels.
    """
    left, top, right, bottom = margins
    low, high = corners.min(axis=0), corners.max(axis=0)
    placed = corners - low + np.array([left, top], np.float32)
    flat = _askew(sheet, 0)
    size = np.ceil(high - low).astype(int) + np.array([left + right, top + bottom])
    matrix = cv2.getPerspectiveTransform(flat, placed.astype(np.float32))
    return np.asarray(matrix, np.float64), (int(size[0]), int(size[1]))


def _curl(sheet: tuple[int, int], rng: np.random.Generator, strength: float) -> tuple[Plane, Plane]:
    """The displacement field of curled paper: bowed lines, a wavy edge."""
    width, height = sheet
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    bow = strength * width * rng.uniform(-0.03, 0.03)
    change = rng.uniform(-0.5, 0.5)
    sway = strength * width * rng.uniform(0, 0.018)
    phase, waves = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.4)
    shift_y = bow * (across**2 - 0.5) * (1 + change * np.cos(np.pi * down))
    shift_x = sway * np.sin(2 * np.pi * waves * down + phase) + 0 * across
    return shift_x.astype(np.float32), shift_y.astype(np.float32)


def _cut_sheet(sheet: tuple[int, int], rng: np.random.Generator) -> Plane:
    """1 on the paper, 0 off it: straight sides, ends torn along a toothed bar."""
    width, height = sheet
    pitch = rng.uniform(7, 12)
    teeth = np.abs((np.arange(width) / pitch) % 1 - 0.5) * pitch * 0.6
    uneven = 1.2 * (smooth_noise((1, width), 0.2 * width, rng)[0] + 2)
    rows = np.arange(height, dtype=np.float32)[:, None]
    top, bottom = teeth + uneven, height - 1 - teeth - uneven[::-1]
    return np.asarray((rows >= top) & (rows <= bottom), np.float32)


def _cast_shadow(cover: Plane, rng: np.random.Generator) -> Plane:
    offset = rng.uniform(-9, 9, 2)
    move = np.array([(1, 0, offset[0]), (0, 1, offset[1])], np.float32)
    moved = cv2.warpAffine(cover, move, (cover.shape[1], cover.shape[0]))
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), rng.uniform(4, 11)), np.float32)
