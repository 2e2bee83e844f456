"""Draw several receipts on one picture: on the glass of a scanner, or photographed on a table.

Each receipt lies at its own angle. They are pushed together until their papers touch or nearly
do, row by row, as people lay them on the glass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.picture.camera import compressed, defocused, noisy, uneven_light
from pipeline.synthetic.picture.paper import Effect, faded
from pipeline.synthetic.picture.render import RenderedReceipt, render
from pipeline.synthetic.picture.surface import SURFACES, Picture, Plane

Outline = npt.NDArray[np.float32]
"""The corners of a paper, (4, 2), in pixels of the sheet: those printed top left, top right, bottom
right and bottom left."""

_COARSE = 8  # papers are pushed together in steps of so many pixels
_TALLEST = 1900  # pixels of a receipt; a longer one is drawn anew
_LONGEST_SIDE = 3500  # pixels of the sheet: A4 at 300 dpi
_SCAN: tuple[Effect, ...] = (defocused, compressed)
_PHOTO: tuple[Effect, ...] = (uneven_light, defocused, noisy, compressed)


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A picture of several receipts.

    Attributes:
        receipts: each with its boxes in pixels of the picture. ``Page.rotation`` says how far the
            picture is turned clockwise so that the receipt stands upright, tilt aside.
        outlines: of their papers.
        ground: what they lie on.
    """

    image: Image.Image
    receipts: tuple[AnnotatedPage, ...]
    outlines: tuple[Outline, ...]
    ground: str


@dataclass(frozen=True, slots=True)
class _Lying:
    """A receipt as it lies: its picture, where it is (0 to 1), its corners and boxes."""

    picture: Picture
    cover: Plane
    outline: Outline
    receipt: AnnotatedPage


def draw_sheet(seed: int, count: int | None = None, tilt: float = 8) -> DrawnSheet:
    """A sheet of two to six receipts; the same seed always gives the same one.

    Args:
        count: of receipts.
        tilt: the largest angle at which one lies, in degrees.

    Raises:
        DataError: a typeface is not installed.
    """
    rng = np.random.default_rng((seed, 41))
    count = int(rng.integers(2, 7)) if count is None else count
    steepest = tilt * float(rng.choice([0.25, 1.0], p=[0.3, 0.7]))
    lying = [_laid(_receipt(rng), rng, steepest) for _ in range(count)]
    gap = int(rng.choice([0, 0, 2, 5]))
    places, size = pushed_together([one.cover for one in lying], gap, rng)
    ground_name, ground = _ground(size, rng)
    picture = ground.copy()
    for one, (x, y) in zip(lying, places, strict=True):
        _lay_down(picture, one, (x, y), float(rng.uniform(0.0, 0.35)))
    receipts = [_moved(one.receipt, place, size) for one, place in zip(lying, places, strict=True)]
    outlines = [
        one.outline + np.array(place, np.float32) for one, place in zip(lying, places, strict=True)
    ]
    scale = min(1.0, _LONGEST_SIDE / max(size))
    image = _finished(picture, scale, ground_name, seed, rng)
    return DrawnSheet(
        image,
        tuple(_scaled(receipt, scale) for receipt in receipts),
        tuple(outline * np.float32(scale) for outline in outlines),
        ground_name,
    )


def _receipt(rng: np.random.Generator) -> RenderedReceipt:
    """A print that is not too long for a sheet, faded or not."""
    while True:
        number = int(rng.integers(2**31))
        rendered = render(draw_receipt(number), number)
        if rendered.image.height <= _TALLEST:
            return faded(rendered, rng, float(rng.uniform(0, 0.5)))


def _laid(rendered: RenderedReceipt, rng: np.random.Generator, steepest: float) -> _Lying:
    """The receipt turned: by a little, and some by quarter turns too."""
    turns = int(rng.choice([0, 1, 2, 3], p=[0.84, 0.04, 0.08, 0.04]))
    degrees = 90 * turns + float(rng.uniform(-steepest, steepest))
    width, height = rendered.image.size
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    matrix = np.array([(cos, -sin), (sin, cos)])
    turned = flat @ matrix.T
    low = turned.min(axis=0)
    size = tuple(int(side) for side in np.ceil(np.ptp(turned, axis=0)))
    affine = np.hstack([matrix, -low[:, None]])
    picture = _warped(np.asarray(rendered.image, np.float32), affine, size, 240)
    cover = _warped(np.ones((height, width), np.float32), affine, size, 0)
    page = rendered.page.page
    tokens = tuple(replace(token, box=_turned_box(token.box, affine)) for token in page.tokens)
    receipt = replace(
        rendered.page, page=Page(size[0], size[1], tokens, rotation=-90 * turns % 360)
    )
    return _Lying(picture, cover, (turned - low).astype(np.float32), receipt)


def _warped(
    picture: npt.NDArray[np.float32], affine: Any, size: Sequence[int], outside: float
) -> npt.NDArray[np.float32]:
    moved = cv2.warpAffine(
        picture, affine, tuple(size), flags=cv2.INTER_LINEAR, borderValue=(outside,) * 3
    )
    return np.asarray(moved, np.float32)


def _turned_box(box: Box, affine: npt.NDArray[np.float64]) -> Box:
    corners = np.array(
        [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)], np.float64
    )
    moved = corners @ affine[:, :2].T + affine[:, 2]
    return Box.around((float(x), float(y)) for x, y in moved)


def pushed_together(
    covers: Sequence[Plane], gap: int, rng: np.random.Generator
) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """The top left corners of the papers' pictures on the sheet, and the size of the sheet.

    Args:
        covers: where the papers are in their pictures, 0 to 1.
        gap: between papers, in steps of eight pixels.
    """
    columns = int(np.ceil(len(covers) / rng.integers(1, 1 + int(np.ceil(len(covers) / 2)))))
    masks = [_coarse(cover, gap) for cover in covers]
    reach = sum(max(mask.shape) for mask in masks) + 8
    taken = np.zeros((reach, reach), bool)
    corners = []
    row = 0
    for index, mask in enumerate(masks):
        if starts_row := index % columns == 0:
            row = int(np.flatnonzero(taken.any(axis=1)).max(initial=-1)) + 1
        x, y = 0 if starts_row else reach - mask.shape[1], row
        while x > 0 and not _collides(taken, mask, x - 1, y):
            x -= 1
        while y > 0 and not _collides(taken, mask, x, y - 1):
            y -= 1
        taken[y : y + mask.shape[0], x : x + mask.shape[1]] |= mask
        corners.append((x, y))
    low_y, low_x = (int(np.flatnonzero(taken.any(axis=axis)).min()) for axis in (1, 0))
    high_y, high_x = (int(np.flatnonzero(taken.any(axis=axis)).max()) + 1 for axis in (1, 0))
    margins = [int(rng.integers(2, 14)) for _ in range(4)]
    places = [
        ((x - low_x + margins[0]) * _COARSE, (y - low_y + margins[1]) * _COARSE) for x, y in corners
    ]
    width = (high_x - low_x + margins[0] + margins[2]) * _COARSE
    height = (high_y - low_y + margins[1] + margins[3]) * _COARSE
    return places, (width, height)


def _coarse(cover: Plane, gap: int) -> npt.NDArray[np.bool_]:
    """Which coarse pixels the paper touches, with room around it."""
    height, width = (-(-side // _COARSE) for side in cover.shape)
    padded = np.zeros((height * _COARSE, width * _COARSE), np.float32)
    padded[: cover.shape[0], : cover.shape[1]] = cover
    highest = padded.reshape(height, _COARSE, width, _COARSE).max(axis=(1, 3))
    blocks = np.asarray(highest > 0.5, np.bool_)
    if not gap:
        return blocks
    room = np.pad(blocks, ((0, gap), (0, gap))).astype(np.uint8)
    grown = cv2.dilate(room, np.ones((gap + 1, gap + 1), np.uint8))
    return np.asarray(grown, np.bool_)


def _collides(taken: npt.NDArray[np.bool_], mask: npt.NDArray[np.bool_], x: int, y: int) -> bool:
    return bool((taken[y : y + mask.shape[0], x : x + mask.shape[1]] & mask).any())


def _ground(size: tuple[int, int], rng: np.random.Generator) -> tuple[str, Picture]:
    shape = (size[1], size[0])
    name = str(rng.choice(["white", "grey", "black", "table"], p=[0.4, 0.15, 0.15, 0.3]))
    if name == "table":
        return name, SURFACES[int(rng.integers(len(SURFACES)))](shape, rng)
    low, high = {"white": (246, 255), "grey": (170, 225), "black": (8, 45)}[name]
    ground = np.full((*shape, 3), rng.uniform(low, high), np.float32)
    return name, ground + rng.normal(0, 0.8, (*shape, 1)).astype(np.float32)


def _lay_down(picture: Picture, one: _Lying, place: tuple[int, int], shadow: float) -> None:
    """Put the paper on the picture, with a narrow shadow around its edge."""
    x, y = place
    height, width = one.cover.shape
    room = 6
    padded = np.pad(one.cover, room)
    dark = np.asarray(cv2.GaussianBlur(padded, (0, 0), 2.0), np.float32)
    y0, x0 = max(y - room, 0), max(x - room, 0)
    y1 = min(y + height + room, picture.shape[0])
    x1 = min(x + width + room, picture.shape[1])
    cut = (slice(y0 - y + room, y1 - y + room), slice(x0 - x + room, x1 - x + room))
    picture[y0:y1, x0:x1] *= (1 - shadow * dark[cut])[..., None]
    under = picture[y : y + height, x : x + width]
    under += (one.picture - under) * one.cover[..., None]


def _moved(receipt: AnnotatedPage, place: tuple[int, int], size: tuple[int, int]) -> AnnotatedPage:
    tokens = tuple(replace(token, box=token.box.moved(*place)) for token in receipt.page.tokens)
    return replace(receipt, page=Page(*size, tokens, receipt.page.rotation))


def _scaled(receipt: AnnotatedPage, scale: float) -> AnnotatedPage:
    page = receipt.page
    tokens = tuple(replace(token, box=token.box.scaled(scale, scale)) for token in page.tokens)
    size = (round(page.width * scale), round(page.height * scale))
    return replace(receipt, page=Page(*size, tokens, page.rotation))


def _finished(
    picture: Picture, scale: float, ground: str, seed: int, rng: np.random.Generator
) -> Image.Image:
    """The picture as the scanner or the camera gives it."""
    height, width = picture.shape[:2]
    size = (round(width * scale), round(height * scale))
    smaller = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    image = Image.fromarray(np.clip(smaller, 0, 255).astype(np.uint8))
    nothing = AnnotatedPage("", "", Page(*size, ()), (), frozenset())
    seen = RenderedReceipt(image, nothing)
    strength = float(rng.uniform(0.1, 0.6))
    for number, effect in enumerate(_PHOTO if ground == "table" else _SCAN):
        seen = effect(seen, np.random.default_rng((seed, number, 7)), strength)
    return seen.image
