"""Simulate light, lens and compression on a picture, without moving anything."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from pipeline.synthetic.picture.paper import as_picture, with_picture
from pipeline.synthetic.picture.render import RenderedReceipt
from pipeline.synthetic.picture.surface import Plane, smooth_noise


def uneven_light(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """Light from one side: a brightness gradient, darker corners, a colour cast."""
    picture = as_picture(rendered)
    height, width = picture.shape[:2]
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = 0.18 * (np.cos(angle) * x + np.sin(angle) * y)
    corners = 0.08 * (x**2 + y**2)
    light = 1 - strength * (np.clip(0.06 - slope, 0, 1) + corners)
    warmth = strength * rng.uniform(-0.05, 0.09)
    cast = np.array([1 + warmth / 2, 1, 1 - warmth])
    return with_picture(rendered, picture * light[..., None] * cast)


def shadowed(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """The shadow of a hand or a phone: a soft-edged region, darker and slightly bluer."""
    picture = as_picture(rendered)
    shade = _shadow(picture.shape[:2], rng)[..., None]
    depth = strength * rng.uniform(0.15, 0.42) * np.array([1.05, 1.0, 0.92])
    return with_picture(rendered, picture * (1 - depth * shade))


def defocused(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """A slight defocus blur."""
    radius = strength * rng.uniform(0.5, 1.25)
    if radius < 0.1:
        return rendered
    return with_picture(rendered, cv2.GaussianBlur(as_picture(rendered), (0, 0), radius))


def motion_blurred(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """Motion blur: a short straight smear in one direction."""
    length = strength * rng.uniform(1.5, 4.5)
    angle = rng.uniform(0, np.pi)
    side = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((side, side), np.float32)
    for step in np.linspace(-length / 2, length / 2, 4 * side):
        row, column = side // 2 + step * np.sin(angle), side // 2 + step * np.cos(angle)
        kernel[round(row), round(column)] += 1
    smeared = cv2.filter2D(
        as_picture(rendered), -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE
    )
    return with_picture(rendered, smeared)


def noisy(rendered: RenderedReceipt, rng: np.random.Generator, strength: float) -> RenderedReceipt:
    """Sensor noise: fine in brightness, blotchy in colour."""
    picture = as_picture(rendered)
    shape = picture.shape[:2]
    grain = 5.5 * rng.standard_normal((*shape, 1)).astype(np.float32)
    blotches = np.stack([2.5 * smooth_noise(shape, 3, rng) for _ in range(3)], axis=-1)
    return with_picture(rendered, picture + strength * (grain + blotches))


def compressed(
    rendered: RenderedReceipt, rng: np.random.Generator, strength: float
) -> RenderedReceipt:
    """JPEG artefacts, quality 92 down to about 35."""
    quality = round(92 - strength * rng.uniform(25, 57))
    data = io.BytesIO()
    rendered.image.save(data, "JPEG", quality=quality)
    return RenderedReceipt(Image.open(data).convert("RGB"), rendered.page)


def _shadow(shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    """1 in the shadow, 0 in the light: a half plane with a bumpy, blurred edge."""
    height, width = shape
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    across = (columns - width / 2) * np.cos(angle) + (rows - height / 2) * np.sin(angle)
    edge = rng.uniform(-0.1, 0.35) * width + 0.1 * width * smooth_noise(shape, 0.4 * width, rng)
    softness = rng.uniform(0.02, 0.09) * width
    return np.asarray(1 / (1 + np.exp(np.clip((edge - across) / softness, -30, 30))), np.float32)
