"""Take a digit off a scan and draw another one in a similar face, with the scan's ink and noise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.audit.tampering.characters import Character, IntBox
from pipeline.synthetic.picture.fonts import TYPEFACES, Typeface, load_font

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Face = tuple[Typeface, str]
_FACES = [(face, style) for face, _ in TYPEFACES for style in ("normal", "bold")]
_EM = 100
_FINE = 4  # drawn so many times larger, then made smaller
_COMPARED = 4  # digits of the scan with which a face is compared
_BLURS = (0.0, 0.4, 0.7, 1.0)  # pixels
_REACH = 3  # of inpainting, in pixels


def ink_and_paper(part: Floats) -> tuple[Floats, Floats]:
    """The colours of the ink and of the paper in a part of a scan."""
    levels = part.reshape(-1, part.shape[-1])
    grey = levels.mean(axis=1)
    is_dark, is_light = grey <= np.percentile(grey, 12), grey >= np.percentile(grey, 70)
    return np.median(levels[is_dark], axis=0), np.median(levels[is_light], axis=0)


def painted_over(pixels: Pixels, box: IntBox, rng: random.Random) -> Pixels:
    """The box filled with the colour and noise of the paper in and around it."""
    x0, y0, x1, y1 = box
    found = pixels.copy()
    around = pixels[max(0, y0 - 4) : y1 + 4, max(0, x0 - 4) : x1 + 4].astype(np.float32)
    _, paper = ink_and_paper(around)
    noise = _noise(around, (y1 - y0, x1 - x0), rng)
    found[y0:y1, x0:x1] = np.clip(np.rint(paper + noise[:, :, None]), 0, 255)
    return found


def inpainted(pixels: Pixels, box: IntBox, rng: random.Random) -> Pixels:
    """The ink in the box filled in from around it (Telea's method)."""
    x0, y0, x1, y1 = box
    mask = np.zeros(pixels.shape[:2], dtype=np.uint8)
    part = pixels[y0:y1, x0:x1].mean(axis=2)
    limit = (np.percentile(part, 80) + part.min()) / 2 + 0.3 * np.ptp(part)
    mask[y0:y1, x0:x1] = (part < limit).astype(np.uint8)
    grown = cv2.dilate(mask, np.ones((3, 3), dtype=np.uint8))
    top, left = max(0, y0 - 8), max(0, x0 - 8)
    around = (slice(top, y1 + 8), slice(left, x1 + 8))
    found = pixels.copy()
    found[around] = cv2.inpaint(
        np.ascontiguousarray(pixels[around]),
        np.ascontiguousarray(grown[around]),
        _REACH,
        cv2.INPAINT_TELEA,
    )
    return found


def redrawn(
    clean: Pixels,
    original: Pixels,
    target: Character,
    beside: Sequence[Character],
    text: str,
    rng: random.Random,
) -> Pixels:
    """The scan without the target, with ``text`` drawn in its place.

    The face and its blur are those that draw other digits of the scan best, and ink and noise are
    those of these digits.
    """
    x0, _, x1, y1 = target.box
    size = _usual_size(text, target, beside)
    samples = rng.sample(list(beside), min(len(beside), _COMPARED))
    usual = _BLURS[1]
    face = min(_FACES, key=lambda one: sum(_unlike(original, at, one, usual) for at in samples))
    blur = min(_BLURS, key=lambda one: sum(_unlike(original, at, face, one) for at in samples))
    margin = 2
    cover = _drawn(text, face, size, blur, margin)
    colours = [ink_and_paper(_part(original, one).astype(np.float32))[0] for one in samples]
    ink = np.median(colours, axis=0)
    left = (x0 + x1 - size[0]) // 2 - margin
    top = y1 - size[1] - margin + rng.choice((0, 0, 0, 1, -1))
    height, width = clean.shape[:2]
    y, x = max(0, top), max(0, left)
    cover = cover[y - top : height - top, x - left : width - left]
    found = clean.astype(np.float32)
    place = (slice(y, y + cover.shape[0]), slice(x, x + cover.shape[1]))
    noise = _noise(_part(original, samples[0]).astype(np.float32), cover.shape, rng)
    drawn = found[place] * (1 - cover[:, :, None]) + cover[:, :, None] * ink
    found[place] = drawn + (cover * noise)[:, :, None]
    return np.clip(np.rint(found), 0, 255).astype(np.uint8)


def _usual_size(text: str, target: Character, beside: Sequence[Character]) -> tuple[int, int]:
    """Width and height of the digit: those of the scan's own, if it has this one."""
    same = [one for one in beside if one.text == text] or list(beside)
    return round(float(np.median([one.width for one in same]))), target.height


def _part(pixels: Pixels, one: Character) -> Pixels:
    return pixels[one.box[1] : one.box[3], one.box[0] : one.box[2]]


def _unlike(pixels: Pixels, sample: Character, face: Face, blur: float) -> float:
    """The difference between a digit of the scan and the same one drawn."""
    part = _part(pixels, sample).mean(axis=2)
    ink = (part.max() - part) / max(float(np.ptp(part)), 1.0)
    cover = _drawn(sample.text, face, (sample.width, sample.height), blur, 0)
    return float(np.abs(ink - cover).mean())


@lru_cache(maxsize=4096)
def _drawn(text: str, face: Face, size: tuple[int, int], blur: float, margin: int) -> Floats:
    """How much of each pixel a digit covers, its ink as large as ``size``, with a margin."""
    font = load_font(*face, _EM)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font)
    fine = image.resize((size[0] * _FINE, size[1] * _FINE), Image.Resampling.BILINEAR)
    small = fine.resize(size, Image.Resampling.BOX)
    cover: Floats = np.pad(np.asarray(small, dtype=np.float32) / 255, margin)
    return cv2.GaussianBlur(cover, (0, 0), blur).astype(np.float32) if blur else cover


def _noise(part: Floats, shape: tuple[int, ...], rng: random.Random) -> Floats:
    """Noise as strong as that of the lighter half of a part of a scan."""
    grey = part.mean(axis=2)
    rough = cv2.Laplacian(grey, cv2.CV_32F)[grey >= np.median(grey)]
    strength = float(np.median(np.abs(rough))) / 0.6745 / np.sqrt(20)
    numbers = np.random.default_rng(rng.getrandbits(64))
    return numbers.normal(0, strength, shape[:2]).astype(np.float32)
