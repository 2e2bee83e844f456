"""The sheets that scripts/fit_separation learns from: several receipts as boxes on papers without
print, because a cut is judged by where the lines are, by what they say and by the picture between
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from pipeline.document import Box, Page, Token
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.picture.sheet import pushed_together


def layout(seed: int) -> tuple[Page, np.ndarray, dict[tuple[float, ...], int]]:
    """A sheet's lines, its brightness, and by the centre of each line its receipt's number."""
    rng = np.random.default_rng((seed, 43))
    receipts = [paper(rng) for _ in range(int(rng.integers(2, 7)))]
    steepest = float(rng.choice([0.0, 2.0, 8.0], p=[0.3, 0.2, 0.5]))
    turns, covers = [], []
    for _, (width, height) in receipts:
        quarter = int(rng.choice([0, 1, 2, 3], p=[0.84, 0.04, 0.08, 0.04])) if steepest else 0
        degrees = 90 * quarter + float(rng.uniform(-steepest, steepest))
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        matrix = np.array([(cos, -sin), (sin, cos)])
        outline = np.array([(0, 0), (width, 0), (width, height), (0, height)]) @ matrix.T
        low = outline.min(axis=0)
        cover = np.zeros(np.ceil(np.ptp(outline, axis=0))[::-1].astype(int) + 1, np.float32)
        cv2.fillConvexPoly(cover, (outline - low).round().astype(np.int32), 1.0)
        turns.append((matrix, low, quarter))
        covers.append(cover)
    places, size = pushed_together(covers, int(rng.choice([0, 0, 2, 5])), rng)
    grey, quads, tokens, owners = ground(size, rng), [], [], {}
    shown = float(rng.choice([0.0, 0.1, 0.3]))  # the shadow around papers
    for number, ((runs, _), (matrix, low, quarter), cover, place) in enumerate(
        zip(receipts, turns, covers, places, strict=True)
    ):
        lay_down(grey, cover, place, float(rng.uniform(236, 252)), shown)
        # On its side, it is read from the left or from the right.
        is_clear = quarter == 0 or (quarter != 2 and rng.random() < 0.5)
        for line, (words, box) in enumerate(runs):
            flat = np.array(
                [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]
            )
            corners = flat @ matrix.T - low + place
            quad = in_page_order(corners)
            quads.append(tuple(map(tuple, quad.tolist())))
            owners[tuple(quad.mean(axis=0).round(3))] = number
            middle = corners.mean(axis=0)
            spot = Box(*(middle - 1), *(middle + 1))
            tokens += [
                Token(word, spot, sure, line=1000 * number + line)
                for word, sure in seen_words(words, is_clear, rng)
            ]
    noisy = grey + rng.normal(0, rng.uniform(0.5, 3), grey.shape)
    page = Page(*size, tuple(tokens), quads=tuple(quads))
    return page, np.clip(cv2.GaussianBlur(noisy, (0, 0), 0.8), 0, 255).astype(np.uint8), owners


def seen_words(
    words: Sequence[str], is_clear: bool, rng: np.random.Generator
) -> list[tuple[str, float]]:
    """The words of a line with confidences, as OCR gives them for clear text and for text that is
    upside down, where it reads no line in five."""
    if is_clear:
        return [(word, float(rng.uniform(0.94, 1))) for word in words]
    sure = float(np.clip(rng.normal(0.73, 0.09), 0.5, 0.96))
    return [(word[::-1], sure) for word in words] if rng.random() < 0.8 else []


def paper(rng: np.random.Generator) -> tuple[list[tuple[list[str], Box]], tuple[int, int]]:
    """A receipt's runs of words with their boxes on its paper, and the paper's size."""
    drawn = annotated_page(draw_receipt(int(rng.integers(2**31))))
    scale = float(rng.uniform(18, 30)) / np.median([t.box.height for t in drawn.page.tokens])
    page, tags = drawn.page, drawn.tags
    if rng.random() < 0.25:  # a very short receipt
        telling = [
            page.tokens[i].line
            for i, tag in enumerate(tags)
            if tag.endswith(("date", "-total", "-tax"))
        ]
        items = [page.tokens[i].line for i, tag in enumerate(tags) if "item" in tag][:4]
        kept = sorted({page.tokens[0].line, *telling, *items})
        tokens = [token for token in page.tokens if token.line in kept]
        pitch = 1.3 * float(np.median([t.box.height for t in tokens]))
        tokens = [
            replace(t, box=t.box.moved(0, pitch * kept.index(t.line) - t.box.y0)) for t in tokens
        ]
    else:
        tokens = list(page.tokens)
    side, top, bottom = 14 * scale, float(rng.uniform(6, 60)), float(rng.uniform(12, 90))
    left, high = min(t.box.x0 for t in tokens), min(t.box.y0 for t in tokens)
    boxes = [t.box.moved(-left, -high).scaled(scale, scale).moved(side, top) for t in tokens]
    runs: list[tuple[list[str], Box, int]] = []
    for token, box in zip(tokens, boxes, strict=True):
        if runs and runs[-1][2] == token.line and box.x0 - runs[-1][1].x1 < box.height:
            words, whole, line = runs.pop()
            runs.append(([*words, token.text], Box.union([whole, box]), line))
        else:
            runs.append(([token.text], box, token.line))
    width = max(box.x1 for box in boxes) + side
    height = max(box.y1 for box in boxes) + bottom
    return [(words, box) for words, box, _ in runs], (round(width), round(height))


def in_page_order(corners: np.ndarray) -> np.ndarray:
    """Corners as detection gives them: top left, top right, bottom right, bottom left."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = (side[np.argsort(side[:, 1], kind="stable")] for side in (by_x[:2], by_x[2:]))
    return np.array([left[0], right[0], right[1], left[1]])


def ground(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    low, high = ((244, 255), (170, 225), (8, 45), (50, 170))[
        int(rng.choice(4, p=[0.45, 0.15, 0.15, 0.25]))
    ]
    return np.full((size[1], size[0]), rng.uniform(low, high), np.float32)


def lay_down(
    grey: np.ndarray, cover: np.ndarray, place: tuple[int, int], paper: float, shown: float
) -> None:
    x, y = place
    under = grey[y : y + cover.shape[0], x : x + cover.shape[1]]
    cut = cover[: under.shape[0], : under.shape[1]]
    edge = cv2.dilate(cut, np.ones((5, 5), np.uint8)) - cut
    under -= shown * under * edge
    under += (paper - under) * cut
