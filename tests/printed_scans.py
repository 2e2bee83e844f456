"""Drawn scans: lines of amounts with the noise of paper and scanner, and where they stand."""

from __future__ import annotations

import io

import fontpkg
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.audit.tampering.picture import Picture, picture_of

AMOUNTS = (
    *("128.50", "73.19", "46.82", "905.37", "61.24", "18.90", "352.76", "40.15", "97.63"),
    *("21.48", "584.09", "13.75", "66.21", "830.94", "57.02", "29.36", "104.87", "75.58"),
)
WIDTH, STEP, LEFT = 420, 30, 40


def texts() -> list[tuple[str, tuple[float, float, float, float]]]:
    """The amounts with their boxes, one a line."""
    return [
        (
            text,
            (
                LEFT - 2.0,
                20.0 + STEP * row,
                LEFT + 2.0 + font_of_scans().getlength(text),
                42.0 + STEP * row,
            ),
        )
        for row, text in enumerate(AMOUNTS)
    ]


def scan(seed: int = 1, noise: float = 5.0) -> Image.Image:
    """The page, blurred and with noise; each line a part of a pixel aside."""
    rng = np.random.default_rng(seed)
    fine = Image.new("L", (4 * WIDTH, 4 * (40 + STEP * len(AMOUNTS))), 236)
    pen = ImageDraw.Draw(fine)
    for row, text in enumerate(AMOUNTS):
        place = 4 * LEFT + int(rng.integers(0, 4)), 4 * (20 + STEP * row) + int(rng.integers(0, 4))
        pen.text(place, text, fill=50, font=font_of_scans(4))
        pen.text((4 * 200, place[1]), "ITEM SOLD", fill=60, font=font_of_scans(4))
    page = fine.resize((fine.width // 4, fine.height // 4), Image.Resampling.BOX)
    levels = np.asarray(page, dtype=np.float32)
    levels = levels + rng.normal(0, noise, levels.shape)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).convert("RGB")


def saved(image: Image.Image, quality: int) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=quality)
    return data.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def picture(content: bytes) -> Picture:
    return picture_of(content, opened(content), 0)


def font_of_scans(scale: int = 1) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fontpkg.path("Arimo", weight=400, nearest=True)), 22 * scale)
