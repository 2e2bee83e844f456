"""What reading does to a record: letters misread, values lost, boxes moved."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator

from pipeline.evaluation.audit.drawn_records import Plain

_ALIKE = {"O": "0", "0": "O", "I": "l", "l": "I", "1": "7", "5": "6", "8": "3", "B": "8", "S": "5"}
_TEXTS = ("merchant_name", "merchant_address", "merchant_phone")
_VALUES = ("date", "time", "receipt_number", "subtotal", "tax", "total", "cash", "merchant_tax_id")
_LOST, _LETTER, _DIGIT = 0.01, 0.04, 0.006
_UNSURE = 0.6


def read_again(plain: Plain, rng: random.Random, strength: float = 1.0) -> Plain:
    """A copy as another reading would give it.

    Args:
        strength: 1 for scans, more for worse pictures.
    """
    found = copy.deepcopy(plain)
    for name in (*_TEXTS, *_VALUES):
        if name not in found:
            continue
        if name != "total" and rng.random() < _LOST * strength:
            del found[name]
        elif name in _TEXTS and rng.random() < _LETTER * strength:
            _misread(found[name], rng)
        elif name in ("receipt_number", "total") and rng.random() < _DIGIT * strength:
            _misread_digit(found[name], rng)
    for item in found["items"]:
        if "description" in item and rng.random() < _LETTER * strength:
            _misread(item["description"], rng)
    return found


def moved(plain: Plain, place: Callable[[float, float], tuple[float, float]]) -> Plain:
    """The record with its boxes where ``place`` maps their corners."""
    for field in _fields(plain):
        field["boxes"] = [
            [*place(box[0], box[1]), *place(box[2], box[3])] for box in field["boxes"]
        ]
    return plain


def extent(plain: Plain) -> tuple[float, float]:
    """The right and the lower edge of all boxes."""
    boxes = [box for field in _fields(plain) for box in field["boxes"]] or [[0, 0, 1, 1]]
    return max(box[2] for box in boxes), max(box[3] for box in boxes)


def without_fields_outside(plain: Plain, top: float, bottom: float) -> Plain:
    """The record without what a crop to these heights cuts off; the total is kept."""

    def is_inside(field: Plain) -> bool:
        return not field["boxes"] or top <= field["boxes"][0][1] <= bottom

    for name in (*_TEXTS, *_VALUES):
        if name in plain and name != "total" and not is_inside(plain[name]):
            del plain[name]
    plain["items"] = [
        item for item in plain["items"] if all(is_inside(cell) for cell in item.values())
    ]
    return plain


def _fields(plain: Plain) -> Iterator[Plain]:
    for name in (*_TEXTS, *_VALUES):
        if name in plain:
            yield plain[name]
    for item in plain["items"]:
        yield from item.values()


def _misread(field: Plain, rng: random.Random) -> None:
    text = str(field["value"])
    at = rng.randrange(len(text))
    field["value"] = text[:at] + _ALIKE.get(text[at], "i") + text[at + 1 :]
    field["text"], field["confidence"] = field["value"], _UNSURE


def _misread_digit(field: Plain, rng: random.Random) -> None:
    text = str(field["value"])
    places = [at for at, sign in enumerate(text) if sign.isdigit() and at]
    if not places:
        return
    at = rng.choice(places)
    other = str((int(text[at]) + rng.randrange(1, 10)) % 10)
    changed = text[:at] + other + text[at + 1 :]
    field["value"] = type(field["value"])(changed)
    field["text"], field["confidence"] = changed, _UNSURE
