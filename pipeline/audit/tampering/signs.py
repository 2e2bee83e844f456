"""A sign in a file or picture, and how signs are kept in the state."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pipeline.receipt import PixelBox


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look at.

    Attributes:
        rule: the name of the finding.
        score: 0 to 1, the probability that the sign is what the reason says.
        reason: in words, with the numbers.
        places: the fields with boxes in pixels of the upright page.
    """

    rule: str
    score: float
    reason: str
    places: tuple[tuple[str, PixelBox], ...] = ()


def pack_signs(signs: Iterable[Sign]) -> str:
    """As JSON, "" for none; ``unpack_signs`` reads it back the same."""
    plain = [asdict(sign) for sign in signs]
    return json.dumps(plain, separators=(",", ":")) if plain else ""


def unpack_signs(text: str) -> list[Sign]:
    """The signs that ``pack_signs`` wrote."""
    return [
        Sign(
            one["rule"],
            one["score"],
            one["reason"],
            tuple((field, (box[0], box[1], box[2], box[3])) for field, box in one["places"]),
        )
        for one in (json.loads(text) if text else [])
    ]
