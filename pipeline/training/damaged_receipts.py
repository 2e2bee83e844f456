"""Drawn receipts in bad pictures, for what is fitted and measured on misread digits."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.jsonl import PageEntry, entry_of_page, page_of_entry
from pipeline.document import Page
from pipeline.extractor import PageReader
from pipeline.ocr.cache import page_from_json, page_to_json
from pipeline.synthetic.drawn import DrawnReceipt
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.picture.degrade import RECIPES, degrade
from pipeline.synthetic.picture.render import RenderedReceipt, render

_STRENGTHS = (0.4, 1.0)
_LINE_HEIGHTS = (10.0, 17.0)  # pixels, from ascender to descender
_MOST_TOKENS = 80
_SUMS = frozenset({"subtotal", "tax", "total", "cash", "change"})
_LEAST_SUMS = 4
_NEXT = 10_000_000  # to the seed that is tried next


@dataclass(frozen=True, slots=True)
class DamagedReceipt:
    """A drawn receipt as an OCR engine read it.

    Attributes:
        truth: its words and fields; boxes in pixels of the picture that was read.
        page: what was read.
    """

    seed: int
    truth: AnnotatedPage
    page: Page


def draw_damaged(seed: int) -> RenderedReceipt:
    """One short drawn receipt with several sums, in small print and damaged; the same seed gives the
    same picture.

    Raises:
        DataError: a typeface is not installed.
    """
    rng = random.Random(f"damaged/{seed}")
    drawn = next(filter(_is_telling, (draw_receipt(seed + n * _NEXT) for n in count())))
    clean = render(drawn, seed)
    height = median(token.box.height for token in clean.page.page.tokens)
    small = _shrunk(clean, min(1.0, rng.uniform(*_LINE_HEIGHTS) / height))
    recipe = RECIPES[rng.choice([name for name in RECIPES if name != "flatbed"])]
    return degrade(small, seed, rng.uniform(*_STRENGTHS), recipe)


def _is_telling(drawn: DrawnReceipt) -> bool:
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


def read_damaged(seeds: range, engine: PageReader, path: Path) -> Iterator[DamagedReceipt]:
    """Draw and read receipts; those that ``path`` holds already are taken from there, and new ones
    are added to it.

    Raises:
        DataError: a typeface is not installed.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known = {receipt.seed: receipt for receipt in map(_of_json, lines)}
    for seed in seeds:
        if seed not in known:
            drawn = draw_damaged(seed)
            known[seed] = DamagedReceipt(seed, drawn.page, engine.read(drawn.image))
            with path.open("a", encoding="utf-8") as file:
                file.write(_to_json(known[seed]) + "\n")
        yield known[seed]


def _to_json(receipt: DamagedReceipt) -> str:
    truth = entry_of_page(receipt.truth, Path()).model_dump(mode="json")
    return json.dumps({"seed": receipt.seed, "truth": truth, "page": page_to_json(receipt.page)})


def _of_json(line: str) -> DamagedReceipt:
    raw = json.loads(line)
    truth = page_of_entry(PageEntry.model_validate(raw["truth"]), Path())
    return DamagedReceipt(raw["seed"], truth, page_from_json(raw["page"]))
