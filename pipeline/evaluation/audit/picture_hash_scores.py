"""How far apart the hashes of real pictures are, of the same receipt and of others."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from pipeline.audit.duplicates.picture_hash import BITS, NEAR, distance, picture_hash
from pipeline.audit.pictures import field_boxes, upright_page
from pipeline.audit.records.read import read_records
from pipeline.evaluation.small_samples import shown
from pipeline.receipt import PixelBox


def picture_lines(path: Path, images: Path | None, count: int, seed: int) -> Iterator[str]:
    """How near the hashes of pictures are to those of other pictures, and of the same re-encoded,
    cropped and turned.

    Args:
        path: records whose pictures are in ``images``.
    """
    hashes: list[str] = []
    changed: defaultdict[str, list[int]] = defaultdict(list)
    rng = random.Random(seed)
    for read in read_records(path):
        page = upright_page(read.record, images)
        if page is None or read.record.source.region is not None:
            continue
        page, boxes = page.convert("L"), field_boxes(read.record)
        own = picture_hash(page, boxes)
        for name, (other, moved) in _variants(page, boxes, rng).items():
            changed[name].append(distance(own, picture_hash(other, moved)))
        hashes.append(own)
        if len(hashes) >= count:
            break
    yield f"{len(hashes)} pictures, {BITS} bits, near up to {NEAR}"
    for name, distances in changed.items():
        near = [one <= NEAR for one in distances]
        yield f"{name}: near {shown(near)}, largest {max(distances)}"
    others = [distance(one, other) for at, one in enumerate(hashes) for other in hashes[at + 1 :]]
    near_others = sum(one <= NEAR for one in others)
    yield f"{len(others)} pairs of different pictures: {near_others} near, least {min(others)}"


def _variants(
    page: Image.Image, boxes: list[PixelBox], rng: random.Random
) -> dict[str, tuple[Image.Image, list[PixelBox]]]:
    """The picture re-encoded, cropped and turned back, each with the boxes on it."""
    scale = rng.uniform(0.4, 0.9)
    data = io.BytesIO()
    small = page.resize((round(page.width * scale), round(page.height * scale)))
    small.save(data, "JPEG", quality=rng.randrange(30, 80))
    left, top = round(0.04 * page.width), round(0.03 * page.height)
    crop = page.crop((left, top, page.width - left, page.height - top))
    tilted = page.rotate(rng.uniform(-1, 1), fillcolor=255, resample=Image.Resampling.BILINEAR)
    return {
        "re-encoded": (Image.open(data), [_scaled(box, scale) for box in boxes]),
        "cropped": (crop, [(b[0] - left, b[1] - top, b[2] - left, b[3] - top) for b in boxes]),
        "tilted by up to a degree": (tilted, boxes),
    }


def _scaled(box: PixelBox, scale: float) -> PixelBox:
    return scale * box[0], scale * box[1], scale * box[2], scale * box[3]
