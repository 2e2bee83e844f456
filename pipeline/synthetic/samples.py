"""Definitions of the sample receipts in `data/samples`, and how their files are written."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.jsonl import write_annotated
from pipeline.rotation import turned
from pipeline.synthetic.drawn import DrawnReceipt
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.picture.degrade import RECIPES, degrade
from pipeline.synthetic.picture.render import RenderedReceipt, render

ANNOTATIONS = "annotations.jsonl"
_RESOLUTION = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One page of one sample file.

    Attributes:
        file: the file's name; pages of one file follow each other.
        recipe: how the picture was taken, a name in ``RECIPES``.
        strength: how badly, 0 to 1.
        quarter_turns: clockwise, how the file's picture lies.
    """

    file: str
    kind: str
    locale: str
    seed: int
    recipe: str
    strength: float
    quarter_turns: int = 0


SAMPLES: tuple[Sample, ...] = (
    Sample("restaurant-us.jpg", "restaurant", "en_US", 0, "photo", 0.4),
    Sample("supermarket-de.jpg", "supermarket", "de_DE", 13, "crumpled_photo", 0.5),
    Sample("cafe-fr.jpg", "cafe", "fr_FR", 0, "photo", 0.6),
    Sample("fuel-au.jpg", "fuel", "en_AU", 7, "scan", 0.3),
    Sample("pharmacy-it.jpg", "pharmacy", "it_IT", 3, "worn_scan", 0.4),
    Sample("hotel-gb.png", "hotel", "en_GB", 10, "scan", 0.0),
    Sample("taxi-sg-on-its-side.jpg", "taxi", "en_SG", 5, "photo", 0.5, quarter_turns=1),
    Sample("restaurant-id.jpg", "restaurant", "id_ID", 5, "crumpled_photo", 0.4),
    Sample("hardware-my.jpg", "hardware", "en_MY", 13, "worn_scan", 0.6),
    Sample("supermarket-nl-upside-down.jpg", "supermarket", "nl_NL", 29, "photo", 0.3, 2),
    Sample("parking-jp.jpg", "parking", "ja_JP", 3, "photo", 0.6),
    Sample("clothing-es.jpg", "clothing", "es_ES", 23, "crumpled_photo", 0.8),
    Sample("stationery-my-long.jpg", "stationery", "en_MY", 33, "scan", 0.5),
    Sample("services-ca.jpg", "services", "en_CA", 7, "scan", 0.4),
    Sample("restaurant-pl.jpg", "restaurant", "pl_PL", 5, "photo", 0.5),
    Sample("two-receipts.pdf", "cafe", "en_IN", 5, "flatbed", 0.2),
    Sample("two-receipts.pdf", "restaurant", "de_DE", 4, "flatbed", 0.4),
)


def receipt_of(sample: Sample) -> DrawnReceipt:
    """The receipt on a sample, of an invented merchant, with what all tills print."""
    return draw_receipt(sample.seed, sample.locale, sample.kind, brand_share=0, book_share=0)


def draw_sample(sample: Sample) -> RenderedReceipt:
    """The upright picture of a sample, and its ground truth."""
    clean = render(receipt_of(sample), sample.seed)
    return degrade(clean, sample.seed, sample.strength, RECIPES[sample.recipe])


def write_samples(samples: Iterable[Sample], folder: Path) -> None:
    """Draw samples into ``folder``: the files, ``truth/*.json`` and ``annotations.jsonl``.

    Raises:
        DataError: a typeface is not installed.
    """
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    annotated: list[AnnotatedPage] = []
    for name, group in groupby(samples, key=lambda sample: sample.file):
        pages = list(group)
        receipts = [draw_sample(sample) for sample in pages]
        pictures = [
            turned(receipt.image, 90 * sample.quarter_turns)
            for receipt, sample in zip(receipts, pages, strict=True)
        ]
        _save(pictures, folder / name)
        annotated += _annotations(receipts, pages, folder / name)
        for truth_name, truth in _truths(receipts, name):
            _write_json(truth, folder / "truth" / truth_name)
    write_annotated(annotated, folder / ANNOTATIONS)


def _save(pictures: list[Image.Image], path: Path) -> None:
    """Write pictures in the format of the suffix; the files are reproducible byte by byte."""
    first, rest = pictures[0], pictures[1:]
    match path.suffix:
        case ".jpg":
            first.save(path, quality=84, dpi=(_RESOLUTION, _RESOLUTION))
        case ".png":
            first.convert("L").quantize(32).save(path, optimize=True)
        case ".pdf":
            never = time.gmtime(0)
            first.save(
                path,
                save_all=True,
                append_images=rest,
                resolution=_RESOLUTION,
                quality=72,
                creationDate=never,
                modDate=never,
            )
        case _:
            raise ValueError(f"{path}: samples are .jpg, .png or .pdf files")


def _annotations(
    receipts: list[RenderedReceipt], pages: list[Sample], path: Path
) -> Iterator[AnnotatedPage]:
    for number, (receipt, sample) in enumerate(zip(receipts, pages, strict=True), start=1):
        to_upright = -90 * sample.quarter_turns % 360
        page = replace(receipt.page.page, rotation=to_upright)
        yield replace(receipt.page, page=page, image=path, page_number=number)


def _truths(receipts: list[RenderedReceipt], name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """File name and content of each page's truth."""
    stem = Path(name).stem
    for number, receipt in enumerate(receipts, start=1):
        truth_name = f"{stem}.json" if len(receipts) == 1 else f"{stem}-{number}.json"
        yield (
            truth_name,
            {
                "file": name,
                "page": number,
                "fields": dict(receipt.page.fields),
                "items": [dict(item) for item in receipt.page.items],
                **{
                    table: [dict(row) for row in rows]
                    for table, rows in receipt.page.tables.items()
                },
            },
        )


def _write_json(content: dict[str, object], path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
