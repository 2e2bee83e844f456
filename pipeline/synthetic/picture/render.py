"""Render a drawn receipt as a picture of flat, complete paper.

The print is made the way a receipt printer makes it: every word is set in dots, about 24 to
the line, black or not at all, then seen at the resolution of a scanner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token
from pipeline.synthetic.drawn import DrawnReceipt, DrawnToken, annotated_page
from pipeline.synthetic.picture.fonts import TYPEFACES, Typeface, load_font
from pipeline.synthetic.picture.surface import Plane, smooth_noise
from pipeline.synthetic.picture.typesetting import typeset

LINE_DOTS = 24
# No printer reaches the paper's very edge.
_EDGE_DOTS = 14
# Words are set this many times finer than the dots and then averaged into them.
_FINER = 3


@dataclass(frozen=True, slots=True)
class RenderedReceipt:
    """A picture with its ground truth; boxes are in pixels of this picture."""

    image: Image.Image
    page: AnnotatedPage


@dataclass(frozen=True, slots=True)
class Printer:
    """The print style of one printer.

    Attributes:
        dots: ``thermal`` sets hard dots, ``matrix`` separate round needles, ``laser`` smooth edges.
        ink: its colour, RGB.
        density: 0 (blank) to 1 (full ink).
        burn: how much a dot spreads, in dots: negative prints thin.
        zoom: scanner pixels per dot.
        feed: paper before the first and after the last line, in dots.
        tallness: how much taller than wide it prints its characters, 1 as laid out.
    """

    dots: str
    ink: tuple[int, int, int]
    density: float
    burn: float
    zoom: float
    feed: tuple[int, int]
    tallness: float


def render(drawn: DrawnReceipt, seed: int, typeface: Typeface | None = None) -> RenderedReceipt:
    """Draw a receipt: white paper, no perspective, nothing else in the picture.

    Args:
        drawn: words and places in layout units.
        seed: chooses typeface, printer and paper; the same seed draws the same picture.
        typeface: that of the print; ``None`` leaves it to the seed.

    Returns:
        An RGB image and its page; every token's box spans its ink from left to right, and
        its line from ascender to descender.
    """
    rng = np.random.default_rng(seed)
    shares = [share for _, share in TYPEFACES]
    chosen = TYPEFACES[rng.choice(len(TYPEFACES), p=shares)][0]
    typeface = typeface or chosen
    printer = _some_printer(rng)

    ink, boxes = _print_dots(drawn, typeset(drawn, typeface), typeface, printer)
    ink = _seen_by_scanner(ink, printer)
    height, width = ink.shape
    image = _on_paper(ink, printer, rng)
    boxes = [box.scaled(printer.zoom, printer.zoom) for box in boxes]
    return RenderedReceipt(image, _annotated(drawn, boxes, width, height))


def _some_printer(rng: np.random.Generator) -> Printer:
    dots = str(rng.choice(["thermal", "laser", "matrix"], p=[0.7, 0.2, 0.1]))
    black, blue, violet = (28, 28, 32), (40, 48, 88), (62, 48, 104)
    inks = (black, blue) if dots == "thermal" else (black, violet)
    ink = inks[int(rng.random() < 0.2)] if dots != "laser" else black
    return Printer(
        dots=dots,
        ink=ink,
        density=float(rng.uniform(0.72, 1.0)),
        burn=float(rng.uniform(-0.12, 0.2)),
        zoom=float(rng.uniform(0.9, 1.3)),
        feed=(int(rng.integers(6, 60)), int(rng.integers(12, 90))),
        tallness=float(rng.choice([1.0, rng.uniform(1.0, 1.25)])),
    )


def _print_dots(
    drawn: DrawnReceipt, tokens: list[DrawnToken], typeface: Typeface, printer: Printer
) -> tuple[Plane, list[Box]]:
    """Ink, 0 to 1, one value a dot, and the boxes in dots."""
    down = LINE_DOTS / drawn.font_size
    across = down / printer.tallness
    top, bottom = printer.feed
    height = round(drawn.height * down) + top + bottom
    canvas = np.zeros((height, round(drawn.width * across) + 2 * _EDGE_DOTS), np.float32)
    placed = [token.box.scaled(across, down).moved(_EDGE_DOTS, top) for token in tokens]
    boxes = [
        _print_word(canvas, token, box, typeface, printer)
        for token, box in zip(tokens, placed, strict=True)
    ]
    return canvas, boxes


def _print_word(
    canvas: Plane, token: DrawnToken, box: Box, typeface: Typeface, printer: Printer
) -> Box:
    """Draw one word on ``canvas`` and return its box, as wide as its ink."""
    dots = _word_dots(token, box, typeface)
    if printer.dots != "laser":
        dots = (dots > 0.5 - printer.burn).astype(np.float32)
    if printer.dots == "matrix":
        dots *= _needle_grid(dots.shape)
    above = (dots.shape[0] - round(box.height)) // 2
    top, left = round(box.y0) - above, round(box.x0)
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + dots.shape[0], canvas.shape[0]), min(left + dots.shape[1], canvas.shape[1])
    seen = dots[y0 - top : y1 - top, x0 - left : x1 - left]
    np.maximum(canvas[y0:y1, x0:x1], seen, out=canvas[y0:y1, x0:x1])
    inked = np.flatnonzero(seen.max(axis=0) > 0.2)
    if len(inked) == 0:
        return box
    return Box(x0 + float(inked[0]) - 0.5, box.y0, x0 + float(inked[-1]) + 1.5, box.y1)


def _word_dots(token: DrawnToken, box: Box, typeface: Typeface) -> Plane:
    """The word's coverage of each dot, 0 to 1; half a line of room above and below its box."""
    height, width = round(box.height), max(1, round(box.width))
    font = load_font(typeface, token.style, round(box.height * _FINER))
    _, ascender, _, descender = font.getbbox("bp", anchor="ls")
    room = height // 2
    advance = max(1.0, font.getlength(token.text))
    # The typeface's line, from the top of b to the foot of p, fills 94 % of the box.
    scale = 0.94 * height / (descender - ascender)
    baseline = (room + 0.03 * height) / scale - ascender
    fine = Image.new("L", (round(advance), round((height + 2 * room) / scale)))
    ImageDraw.Draw(fine).text((0, baseline), token.text, fill=255, font=font, anchor="ls")
    sized = cv2.resize(
        np.asarray(fine, np.float32) / 255,
        (width, height + 2 * room),
        interpolation=cv2.INTER_AREA,
    )
    return np.asarray(sized, np.float32)


def _needle_grid(shape: tuple[int, ...]) -> Plane:
    """The grid of a needle printer: ink fades between the needles, 2.6 dots apart."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    wave = (1 + np.cos(2 * np.pi * rows / 2.6)) * (1 + np.cos(2 * np.pi * columns / 2.6)) / 4
    return np.asarray(0.45 + 0.55 * wave, np.float32)


def _seen_by_scanner(ink: Plane, printer: Printer) -> Plane:
    height, width = (round(side * printer.zoom) for side in ink.shape)
    soft = cv2.GaussianBlur(ink, (0, 0), 0.55)
    method = cv2.INTER_CUBIC if printer.zoom > 1 else cv2.INTER_AREA
    sized = cv2.resize(soft, (width, height), interpolation=method)
    return np.asarray(np.clip(sized, 0, 1), np.float32)


def _on_paper(ink: Plane, printer: Printer, rng: np.random.Generator) -> Image.Image:
    """Blend ink into paper; both are a little uneven."""
    shape = ink.shape
    white = np.array([rng.uniform(240, 253)] * 3) - rng.uniform(0, 1) * np.array([0, 2, 7])
    paper = white + 1.6 * smooth_noise(shape, 90, rng)[..., None]
    paper = paper + rng.normal(0, 0.9, (*shape, 1))
    evenness = 1 + 0.06 * smooth_noise(shape, 60, rng) + 0.05 * smooth_noise((shape[0], 1), 9, rng)
    share = np.clip(ink * printer.density * evenness, 0, 1)[..., None]
    pixels = paper * (1 - share) + np.array(printer.ink) * share
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _annotated(drawn: DrawnReceipt, boxes: list[Box], width: int, height: int) -> AnnotatedPage:
    tokens = tuple(
        Token(token.text, box, line=token.line)
        for token, box in zip(drawn.tokens, boxes, strict=True)
    )
    return replace(annotated_page(drawn), page=Page(width, height, tokens))
