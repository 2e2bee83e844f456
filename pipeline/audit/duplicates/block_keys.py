"""Keys by which receipts are compared at all: two that share none cannot be the same purchase.

Each key joins two values that seldom agree by chance. One misread value leaves keys of others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pipeline.audit.duplicates.picture_hash import bands
from pipeline.audit.duplicates.traits import Traits

_NAME = 5  # letters: the end of a name is more often misread, or the branch's


def block_keys(traits: Traits) -> frozenset[int]:
    """The keys as signed integers of 64 bits."""
    return frozenset(_hash(text) for text in _texts(traits))


def file_key(traits: Traits) -> int | None:
    """The key of receipts with the same bytes, on the same page."""
    source = traits.source
    if source.sha256 is None:
        return None
    return _hash(f"file|{source.sha256}|{source.attachment}|{source.page}")


def _texts(one: Traits) -> Iterator[str]:
    name = one.merchant[:_NAME] if one.merchant else None
    total = None if not one.total else f"{one.total} {one.currency}"
    pairs = {
        "date total": (one.date, total),
        "date time": (one.date, one.time),
        "date number": (one.date, one.number),
        "date merchant": (one.date, name),
        "total number": (total, one.number),
        "total time": (total, one.time),
        "total merchant": (total, name),
        "total tax id": (total, one.tax_id),
        "total card": (total, one.card),
    }
    for kind, values in pairs.items():
        if None not in values:
            yield "|".join((kind, *map(str, values)))
    if one.picture is not None:
        yield from (f"picture|{number}|{band}" for number, band in enumerate(bands(one.picture)))


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
