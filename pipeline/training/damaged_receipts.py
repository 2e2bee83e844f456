"""Drawn receipts in bad pictures, with their numbers as the recogniser reads them.

What is fitted on misread digits needs many of them. Reading a word from its known place takes a
fraction of the time of reading a page.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count
from statistics import median

import numpy as np
from PIL import Image

from pipeline.document import Box, Page, Token
from pipeline.ocr.networks import Recognition
from pipeline.ocr.quads import Quad, line_picture
from pipeline.ocr.recognition import LINE_HEIGHT, recognise
from pipeline.synthetic.drawn import DrawnReceipt
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.picture.degrade import RECIPES, degrade
from pipeline.synthetic.picture.render import RenderedReceipt, render

_STRENGTHS = (0.3, 1.0)
_LINE_HEIGHTS = (9.0, 17.0)  # pixels, from ascender to descender
_MOST_TOKENS = 80
_SUMS = frozenset({"subtotal", "tax", "total", "cash", "change"})
_LEAST_SUMS = 4
_NEXT = 10_000_000  # to the seed that is tried next
_MARGIN = 0.15  # of the line's height, around a word, pixels
_SQUEEZE = 0.75  # as the engine's default profile


def draw_damaged(seed: int) -> RenderedReceipt:
    """One short drawn receipt with several sums, in small print and damaged.

    The same seed gives the same picture.

    Raises:
        DataError: a typeface is not installed.
    """
    rng = random.Random(f"damaged/{seed}")
    drawn = next(filter(_has_sums, (draw_receipt(seed + n * _NEXT) for n in count())))
    clean = render(drawn, seed)
    height = median(token.box.height for token in clean.page.page.tokens)
    small = _shrunk(clean, min(1.0, rng.uniform(*_LINE_HEIGHTS) / height))
    recipe = RECIPES[rng.choice([name for name in RECIPES if name != "flatbed"])]
    return degrade(small, seed, rng.uniform(*_STRENGTHS), recipe)


def read_numbers(receipt: RenderedReceipt, recognition: Recognition) -> Page:
    """The page of a picture whose words with digits are read, each from its box; the others are as
    printed. Words that gave no text are missing."""
    pixels = np.ascontiguousarray(np.asarray(receipt.image.convert("RGB"))[:, :, ::-1])
    page = receipt.page.page
    numbers = [n for n, token in enumerate(page.tokens) if any(map(str.isdigit, token.text))]
    pictures = [
        line_picture(pixels, _around(page.tokens[n].box), LINE_HEIGHT, _SQUEEZE) for n in numbers
    ]
    lines = dict(zip(numbers, recognise(recognition, pictures), strict=True))
    tokens: list[Token] = []
    for number, token in enumerate(page.tokens):
        if number not in lines:
            tokens.append(token)
            continue
        tokens += [
            replace(token, text=w.text, confidence=w.confidence, readings=w.readings)
            for w in lines[number].words[:1]
        ]
    return replace(page, tokens=tuple(tokens))


def _around(box: Box) -> Quad:
    margin = _MARGIN * box.height
    x0, y0, x1, y1 = box.x0 - margin, box.y0 - margin / 2, box.x1 + margin, box.y1 + margin / 2
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def _has_sums(drawn: DrawnReceipt) -> bool:
    return len(drawn.tokens) <= _MOST_TOKENS and len(_SUMS & drawn.fields.keys()) >= _LEAST_SUMS


def _shrunk(receipt: RenderedReceipt, scale: float) -> RenderedReceipt:
    size = (round(receipt.image.width * scale), round(receipt.image.height * scale))
    across, down = size[0] / receipt.image.width, size[1] / receipt.image.height
    page = receipt.page.page
    tokens = tuple(replace(token, box=token.box.scaled(across, down)) for token in page.tokens)
    return RenderedReceipt(
        receipt.image.resize(size, Image.Resampling.LANCZOS),
        replace(receipt.page, page=Page(*size, tokens)),
    )
