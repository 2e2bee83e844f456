"""Simulate paper and print defects: fading, creases, folds, curl, a bad print head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.synthetic.picture.render import RenderedReceipt
from pipeline.synthetic.picture.surface import Picture, Plane, smooth_noise
from pipeline.synthetic.picture.warp import Warp, warped_page

Effect = Callable[[RenderedReceipt, np.random.Generator, float], RenderedReceipt]
"""From a receipt, a random generator and a strength from 0 (none) to 1 to a changed receipt."""


def as_picture(rendered: RenderedReceipt) -> Picture:
    return np.asarray(rendered.image, np.float32)


def with_picture(rendered: RenderedReceipt, picture: npt.ArrayLike) -> RenderedReceipt:
    """The same truth with new pixels of the same size."""
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    return replace(rendered, image=image)


def faded(rendered: RenderedReceipt, rng: np.random.Generator, strength: float) -> RenderedReceipt:
    """Thermal print after months in a wallet: ink fades in patches."""
    picture = as_picture(rendered)
    paper = np.percentile(picture, 95, axis=(0, 1))
    blots = smooth_noise(picture.shape[:2], 0.3 * picture.shape[1], rng)
    kept = 1 - strength * np.clip(0.42 + 0.16 * blots, 0, 0.72)
    return with_picture(rendered, paper + (picture - paper) * kept[..., None])


def low_contrast(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """A grey exposure: black is raised and white lowered."""
    black = strength * rng.uniform(15, 50)
    white = 255 - strength * rng.uniform(25, 75)
    return with_picture(rendered, black + as_picture(rendered) * (white - black) / 255)


def creased(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """Crumpled and smoothed again: facets that reflect light, and slightly bent lines."""
    picture = as_picture(rendered)
    shape = picture.shape[:2]
    relief = _crumpled_relief(shape, rng, round(4 + 14 * strength))
    angle = rng.uniform(0, 2 * np.pi)
    slope_y, slope_x = (np.asarray(slope, np.float32) for slope in np.gradient(relief))
    facing = np.cos(angle) * slope_x + np.sin(angle) * slope_y
    facing = facing / (np.abs(facing).std() + 1e-6)
    shade = 1 + strength * np.clip(0.04 * facing, -0.16, 0.08)
    shaded = with_picture(rendered, picture * shade[..., None])
    return _bent(shaded, 2.0 * strength * _unit(slope_x), 1.7 * strength * _unit(slope_y))


def folded(rendered: RenderedReceipt, rng: np.random.Generator, strength: float) -> RenderedReceipt:
    """Folded across one to three times: panels of different brightness, with worn lines between."""
    picture = as_picture(rendered)
    height, width = picture.shape[:2]
    folds = int(rng.integers(1, 4))
    rows = np.arange(height, dtype=np.float32)[:, None]
    wave = 2.0 * smooth_noise((1, width), 0.4 * width, rng)
    slant = rng.uniform(-0.01, 0.01) * np.arange(width, dtype=np.float32)[None, :]
    shade = np.ones((height, width), np.float32)
    for fold in range(folds):
        middle = height * (fold + 1) / (folds + 1) + rng.normal(0, 0.03 * height)
        above = rows - (middle + wave + slant)
        side = rng.choice([-1, 1])
        shade += side * strength * 0.07 * np.exp(-np.abs(above) / (0.1 * height)) * np.sign(above)
        shade -= strength * 0.17 * np.exp(-((above / 1.6) ** 2))
        shade += strength * 0.1 * np.exp(-(((above - 3 * side) / 2.0) ** 2))
    return with_picture(rendered, picture * shade[..., None])


def _crumpled_relief(shape: tuple[int, int], rng: np.random.Generator, creases: int) -> Plane:
    """Heights of a crumpled sheet: ridges that begin and end, each a bent plane on both sides."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    reach = 0.5 * shape[1]
    relief = 0.08 * reach * smooth_noise(shape, 0.45 * shape[1], rng)
    for _ in range(creases):
        angle = rng.uniform(0, np.pi)
        y, x = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        off = (columns - x) * np.sin(angle) - (rows - y) * np.cos(angle)
        along = (columns - x) * np.cos(angle) + (rows - y) * np.sin(angle)
        fall = np.exp(-((along / reach) ** 2) - (off / (0.5 * reach)) ** 2)
        relief += rng.choice([-1, 1]) * rng.uniform(0.3, 1.0) * np.sqrt(off**2 + 2.0) * fall
    smooth = cv2.GaussianBlur(relief, (0, 0), 1.2)
    return np.asarray(smooth, np.float32)


def _unit(slope: Plane) -> Plane:
    """A slope as a smooth displacement field, deviation 1 (a sharp one would tear the letters)."""
    smooth = cv2.GaussianBlur(slope, (0, 0), 14)
    return np.asarray(np.clip(smooth / (smooth.std() + 1e-6), -2.5, 2.5), np.float32)


def _bent(rendered: RenderedReceipt, shift_x: Plane, shift_y: Plane) -> RenderedReceipt:
    size = rendered.image.size
    warp = Warp(np.eye(3), shift_x, shift_y, size)
    picture = as_picture(rendered)
    paper = float(np.percentile(picture, 90))
    bent = with_picture(rendered, warp.warp_image(picture, paper))
    return replace(bent, page=warped_page(rendered.page, warp))
