"""Encode pages as model input: word pieces, the 0-1000 grid, overlapping windows.

Training and inference share this code, so that a model gets the same input in both.

Two choices differ from LayoutLM as published. The grid spans the page's *text*, not the picture,
so that the background of a photo does not matter. And all tokens of one text line get the same
vertical position on the grid, so that on a skewed photo an amount is level with its description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.document import Box, Page
from pipeline.tagging.input_format import InputFormat, special_piece
from pipeline.tagging.tokenizer import Tokenizer

GRID = 1000
# A barcode or a rule of dashes can have dozens of pieces; the first ones are enough.
MAX_PIECES_PER_TOKEN = 8

GridBox = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """One model input: consecutive tokens of the page.

    Attributes:
        tokens: their indices on the page.
        pieces: the word pieces of each, at least one.
        boxes: x0, y0, x1, y1 of each on the grid.
    """

    tokens: tuple[int, ...]
    pieces: tuple[tuple[int, ...], ...]
    boxes: tuple[GridBox, ...]


def encode(
    page: Page, tokenizer: Tokenizer, wanted: InputFormat, max_length: int, stride: int
) -> list[Window]:
    """Split a page into windows of at most ``max_length`` positions that overlap by ``stride``. A
    position is a word piece, or a word for models that read whole words; two are special ones.

    A page without tokens gives no windows. Tokens are never split between windows.
    """
    pieces = _pieces(page, tokenizer)
    boxes = grid_boxes(page)
    lengths = [wanted.positions(len(ids)) for ids in pieces]
    return [
        Window(tuple(range(start, end)), tuple(pieces[start:end]), tuple(boxes[start:end]))
        for start, end in _spans(lengths, max_length - 2, stride)
    ]


def grid_boxes(page: Page) -> list[GridBox]:
    """Each token's box on the 0-1000 grid that spans the page's text."""
    if not page.tokens:
        return []
    around = Box.union(token.box for token in page.tokens)
    bands = [_band(page, line) for line in page.lines()]
    band_of = {
        index: band for line, band in zip(page.lines(), bands, strict=True) for index in line
    }

    def scaled(value: float, low: float, high: float) -> int:
        share = (value - low) / (high - low) if high > low else 0.0
        return min(GRID, max(0, round(GRID * share)))

    boxes = []
    for index, token in enumerate(page.tokens):
        y0, y1 = band_of[index]
        x0 = scaled(token.box.x0, around.x0, around.x1)
        x1 = scaled(token.box.x1, around.x0, around.x1)
        top = scaled(y0, around.y0, around.y1)
        bottom = scaled(y1, around.y0, around.y1)
        boxes.append((x0, top, max(x0, x1), max(top, bottom)))
    return boxes


def best_windows(windows: Sequence[Window], token_count: int) -> list[tuple[int, int]]:
    """For each token the window in which it has most context, and its index in that window."""
    best: list[tuple[int, int, int] | None] = [None] * token_count
    for number, window in enumerate(windows):
        for place, token in enumerate(window.tokens):
            context = min(place, len(window.tokens) - 1 - place)
            known = best[token]
            if known is None or context > known[0]:
                best[token] = (context, number, place)
    return [(found[1], found[2]) for found in best if found is not None]


def _pieces(page: Page, tokenizer: Tokenizer) -> list[tuple[int, ...]]:
    texts = [token.text for token in page.tokens]
    unknown = special_piece(tokenizer, "unknown")
    return [ids[:MAX_PIECES_PER_TOKEN] or (unknown,) for ids in tokenizer.encode(texts)]


def _band(page: Page, line: Sequence[int]) -> tuple[float, float]:
    """The top and bottom of a text line: its middle, plus and minus half its median height."""
    boxes = [page.tokens[index].box for index in line]
    middle = sum(box.center[1] for box in boxes) / len(boxes)
    half = median(box.height for box in boxes) / 2
    return middle - half, middle + half


def _spans(lengths: Sequence[int], capacity: int, stride: int) -> list[tuple[int, int]]:
    """Runs of tokens that fit the capacity, each starting ``stride`` pieces before the end of the
    last."""
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(lengths):
        end, used = start, 0
        while end < len(lengths) and used + lengths[end] <= capacity:
            used += lengths[end]
            end += 1
        spans.append((start, end))
        if end == len(lengths):
            break
        shared = 0
        following = end
        while following - 1 > start and shared + lengths[following - 1] <= stride:
            following -= 1
            shared += lengths[following]
        start = following
    return spans
