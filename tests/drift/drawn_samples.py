"""Records drawn at random, without pictures and models: what comparisons are tested on."""

from __future__ import annotations

import random
from typing import Any

from pipeline.receipt import Quality, Receipt
from pipeline.receipt_quality import LabelReading


def record(rng: random.Random, shop: int, **changes: Any) -> Receipt:
    """A record of one of many shops.

    Args:
        changes: ``doubt`` (mean of one minus the OCR's confidence), ``country``, ``blur``,
            ``failing`` and ``lost`` (probabilities that sums fail and that there is no total);
            ``till`` (all shops print like this one), ``swapped`` (subtotal and total have each
            other's labels), ``language``; ``changed`` (share of the receipts of which these three
            hold, 1 by default).
    """
    country = changes.get("country", ["US", "GB", "DE"][shop % 3])
    words = 40 + 7 * (shop % 10) + rng.randrange(20)
    confidence = max(0.1, 1 - rng.expovariate(1 / changes.get("doubt", 0.02)))
    fails = rng.random() < changes.get("failing", 0.1)

    def field(value: Any, top: float = 0) -> dict[str, Any]:
        boxes = [[10, top, 90, top + 20]]
        return {"value": value, "text": str(value), "confidence": confidence, "boxes": boxes}

    is_changed = rng.random() < changes.get("changed", 1.0)
    own = changes if is_changed else {}
    has_total = rng.random() >= changes.get("lost", 0.03)
    return Receipt.model_validate(
        {
            "source": {
                "path": f"{rng.getrandbits(64):x}.jpg",
                "page": 1,
                "sha256": f"{rng.getrandbits(64):x}",
                "read_from": "ocr",
            },
            "status": "ok" if has_total else "partial",
            "merchant_name": field(f"Shop {shop}", 20),
            "date": field("2026-03-01", 100 + rng.gauss(0, 5)),
            "total": field("9.50", 600 + rng.gauss(0, 40)) if has_total else None,
            "country": field(country),
            "checks": [{"rule": "sums", "ok": not fails, "expected": 1, "found": 1}],
            "size": [600, 900 + rng.randrange(400)],
            "quality": Quality(
                words=words,
                lines=words // 3,
                ocr_confidence=confidence,
                tag_entropy=max(0.0, rng.gauss(0.3, 0.08)),
                tagged=rng.uniform(0.4, 0.6),
                text_height=rng.uniform(18, 30),
                sharpness=rng.uniform(0.7, 1.3) * changes.get("blur", 1.0),
                amount_columns=1 + shop % 2,
                labels=labels(rng, own.get("till", shop), "swapped" in own),
                overruled=1.0 if "swapped" in own else 0.0,
                script="Latin",
                language=own.get("language", ["en", "en", "de"][shop % 3]),
            ),
            "engine": changes.get("engine", "rapidocr"),
            "model": "receipts-base",
        }
    )


def labels(rng: random.Random, till: int, is_swapped: bool) -> dict[str, LabelReading]:
    """What a till prints where, give or take how the picture was taken."""
    style = random.Random(f"{till}/style")
    names = ("merchant_name", "date", "item_description", "item_total", "subtotal", "total")
    found = {
        name: LabelReading(
            words=style.randrange(1, 4),
            across=style.uniform(0.1, 0.9) + rng.gauss(0, 0.02),
            down=place / len(names) + rng.gauss(0, 0.02),
            entropy=max(0.0, rng.gauss(0.3, 0.1)),
        )
        for place, name in enumerate(names)
    }
    if is_swapped:
        found["subtotal"], found["total"] = found["total"], found["subtotal"]
    return found


def records(seed: int, count: int, shops: int = 200, first: int = 0, **changes: Any) -> list[Any]:
    """Receipts of ``shops`` shops from the number ``first``."""
    rng = random.Random(seed)
    return [record(rng, first + rng.randrange(shops), **changes) for _ in range(count)]
