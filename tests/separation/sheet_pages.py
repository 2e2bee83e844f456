"""Pages of several receipts, made of words alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from pipeline.document import Box, Corners, Page, Token

NOODLES = ("NOODLE BAR", "05/02/2025", "RAMEN|12.00", "TAX|0.99", "TOTAL|12.99")
BOOKS = ("BOOK NOOK", "05/03/2025", "NOVEL|8.50", "PEN|1.50", "TOTAL|10.00")
CAFE = (
    "CAFE LUNA",
    "12 High Street, Leeds",
    "Tel 0113 496 0000",
    "14/03/2025 10:22",
    "FLAT WHITE|3.40",
    "CARROT CAKE|4.10",
    "TEA|2.20",
    "SUBTOTAL|9.70",
    "TOTAL|9.70",
    "CARD|9.70",
    "THANK YOU",
)
WIDTH, PITCH, HEIGHT, LETTER = 520, 34, 24, 14


def placed(
    rows: Sequence[str], left: float, top: float, degrees: float = 0.0, first_line: int = 0
) -> tuple[list[Token], list[Corners]]:
    """The words and detected quads of a receipt whose top left corner lies at a point.

    A row is ``description|amount``; the amount stands at the right edge.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turned(x: float, y: float) -> tuple[float, float]:
        return left + x * cos - y * sin, top + x * sin + y * cos

    tokens, quads = [], []
    for number, row in enumerate(rows):
        y = number * PITCH
        for text, at_right in zip(row.split("|"), (False, True), strict=False):
            length = len(text) * LETTER
            start = WIDTH - length if at_right else 0
            sides = (start, y, start + length, y + HEIGHT)
            quads.append(
                tuple(
                    turned(x, down)
                    for x, down in (sides[:2], (sides[2], y), sides[2:], (start, y + HEIGHT))
                )
            )
            at = start
            for word in text.split():
                ends = at, at + len(word) * LETTER
                box = Box.around(turned(x, y + down) for x in ends for down in (0, HEIGHT))
                tokens.append(Token(word, box, 0.99, first_line + number))
                at += (len(word) + 1) * LETTER
    return tokens, quads


def sheet(*receipts: tuple[list[Token], list[Corners]], with_quads: bool = True) -> Page:
    """One page of all the receipts."""
    tokens = [token for own, _ in receipts for token in own]
    quads = [quad for _, own in receipts for quad in own] if with_quads else []
    return Page(2000, 2000, tuple(tokens), quads=tuple(quads))


def picture(page: Page, *receipts: tuple[list[Token], list[Corners]]) -> Image.Image:
    """The page's papers, without print, on a dark table."""
    image = Image.new("RGB", (page.width, page.height), (70, 60, 50))
    brush = ImageDraw.Draw(image)
    for _, quads in receipts:
        points = np.array(quads).reshape(-1, 2)
        along = np.array(quads[0][1]) - np.array(quads[0][0])
        axes = np.array([along, (-along[1], along[0])]) / np.linalg.norm(along)
        low, high = ((points @ axes.T).min(axis=0) - 20, (points @ axes.T).max(axis=0) + 20)
        flat = [low, (high[0], low[1]), high, (low[0], high[1])]
        brush.polygon([tuple(corner @ axes) for corner in flat], fill=(245, 245, 245))
    return image
