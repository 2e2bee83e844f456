"""What is watched: numbers and categories of one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from statistics import fmean
from typing import Any

from pipeline.receipt import FIELD_NAMES, Receipt

MISSING = "none"
DERIVED = ("country", "currency", "category")
"""Fields whose values are compared; of the others only whether they are there."""
SHARED = (*DERIVED, "language", "script")
"""What nearly all receipts of a merchant have in common."""
LABELS = (
    *("merchant_name", "merchant_address", "date", "time"),
    *("item_description", "item_quantity", "item_unit_price", "item_total"),
    *("subtotal", "tax", "total", "cash", "change", "payment_method"),
)
"""Labels whose words are watched: their share, their place, and how sure the tagger is of them."""
MERCHANT = "merchant"
MERCHANT_KNOWN = "merchant_known"
MERCHANT_SHARE = "merchant_share"
UNLIKE_MERCHANT = "unlike_merchant"
OF_MERCHANTS = (MERCHANT_KNOWN, UNLIKE_MERCHANT, MERCHANT_SHARE, MERCHANT)
"""What ``pipeline.drift.merchants`` adds to two samples."""
MIX = (MERCHANT_SHARE, MERCHANT)
"""Features of the mix of merchants itself, for which receipts of a merchant are not alike."""
LAYOUT = (
    *(
        "words_per_line",
        "tagged_words",
        "amount_columns",
        "name_place",
        "date_place",
        "total_place",
    ),
    *(f"{label}_{what}" for label in LABELS for what in ("across", "share")),
)
"""Numbers in which the receipts of one till are alike."""
_KEY_DIGITS = 12


def merchant_name(record: Receipt) -> str:
    """The brand, or else the name; empty if neither was found."""
    found = record.merchant_brand or record.merchant_name
    return "" if found is None else found.value


def merchant_key(record: Receipt) -> str:
    """The same for all receipts of a merchant; a hash, so that a reference names nobody."""
    letters = "".join(letter for letter in merchant_name(record).casefold() if letter.isalnum())
    return sha256(letters.encode()).hexdigest()[:_KEY_DIGITS] if letters else ""


def _quality(name: str) -> Callable[[Receipt], float | None]:
    return lambda record: getattr(record.quality, name, None)


def _language(record: Receipt) -> str | None:
    """``None`` if nobody looked: the record is older, or of CSV, or has no letters."""
    quality = record.quality
    return (quality.language or MISSING) if quality and quality.script else None


def _label_share(label: str) -> Callable[[Receipt], float | None]:
    def share(record: Receipt) -> float | None:
        quality = record.quality
        if quality is None or not quality.labels:
            return None
        found = quality.labels.get(label)
        return 0.0 if found is None else found.words / quality.words

    return share


def _of_label(label: str, what: str) -> Callable[[Receipt], float | None]:
    """``across``, ``down`` or ``entropy`` of the words that the tagger gave a label."""
    return lambda record: (
        getattr(record.quality.labels.get(label), what, None) if record.quality else None
    )


def _order(upper: str, lower: str) -> Callable[[Receipt], str | None]:
    """Whether the words of one label are above those of another."""

    def order(record: Receipt) -> str | None:
        labels = record.quality.labels if record.quality else {}
        if upper not in labels or lower not in labels:
            return None
        return "yes" if labels[upper].down < labels[lower].down else "no"

    return order


def _ocr_confidence(record: Receipt) -> float | None:
    """Not of pages whose words nobody had to read."""
    is_read = record.source.read_from == "ocr" and record.quality is not None
    return record.quality.ocr_confidence if is_read and record.quality else None


def _words_per_line(record: Receipt) -> float | None:
    quality = record.quality
    return quality.words / quality.lines if quality and quality.lines else None


def _megapixels(record: Receipt) -> float | None:
    return record.size[0] * record.size[1] / 1e6 if record.size else None


def _shape(record: Receipt) -> float | None:
    return record.size[1] / record.size[0] if record.size and record.size[0] else None


def _confidence(record: Receipt) -> float | None:
    found = [field.confidence for field in record.found_fields().values()]
    return fmean(found) if found else None


def _place(name: str) -> Callable[[Receipt], float | None]:
    """Where on the page a field is, from 0 at the top to 1."""

    def place(record: Receipt) -> float | None:
        field: Any = getattr(record, name)
        if field is None or not field.boxes or record.size is None or field.pages:
            return None
        _, top, _, bottom = field.boxes[0]
        whole = record.source.region or (0.0, 0.0, *record.size)
        height = whole[3] - whole[1]
        return ((top + bottom) / 2 - whole[1]) / height if height > 0 else None

    return place


def _items(record: Receipt) -> float | None:
    """Not of rows of a table, which have neither line items nor boxes."""
    is_whole = any(field.boxes for field in record.found_fields().values())
    return float(len(record.items)) if is_whole or record.items else None


def _unpriced(record: Receipt) -> float | None:
    """The share of the line items that lack their price."""
    if not record.items:
        return None
    return sum(item.total is None for item in record.items) / len(record.items)


def _name_length(record: Receipt) -> float | None:
    return float(len(record.merchant_name.value)) if record.merchant_name else None


def _ratio(part: str) -> Callable[[Receipt], float | None]:
    """An amount as a share of the total."""

    def ratio(record: Receipt) -> float | None:
        field: Any = getattr(record, part)
        if field is None or record.total is None or not record.total.value:
            return None
        return float(field.value / record.total.value)

    return ratio


def _sums(record: Receipt) -> str:
    if not record.checks:
        return MISSING
    return "hold" if all(check.ok for check in record.checks) else "fail"


def _value(name: str) -> Callable[[Receipt], str]:
    def value(record: Receipt) -> str:
        field: Any = getattr(record, name)
        return MISSING if field is None else str(field.value)

    return value


def _missing(name: str) -> Callable[[Receipt], str]:
    return lambda record: "yes" if getattr(record, name) is None else "no"


NUMBERS: Mapping[str, Callable[[Receipt], float | None]] = {
    "ocr_confidence": _ocr_confidence,
    "tag_entropy": _quality("tag_entropy"),
    "tagged_words": _quality("tagged"),
    "confidence": _confidence,
    "words": _quality("words"),
    "words_per_line": _words_per_line,
    "items": _items,
    "items_without_price": _unpriced,
    "amount_columns": _quality("amount_columns"),
    "overruled": _quality("overruled"),
    "name_length": _name_length,
    "subtotal_to_total": _ratio("subtotal"),
    "tax_to_total": _ratio("tax"),
    "name_place": _place("merchant_name"),
    "date_place": _place("date"),
    "total_place": _place("total"),
    "picture_megapixels": _megapixels,
    "picture_shape": _shape,
    "text_height": _quality("text_height"),
    "sharpness": _quality("sharpness"),
    **{f"{label}_share": _label_share(label) for label in LABELS},
    **{
        f"{label}_{what}": _of_label(label, what)
        for label in LABELS
        for what in ("across", "down", "entropy")
    },
}
"""Name to number; ``None`` if the record does not have it."""

CATEGORIES: Mapping[str, Callable[[Receipt], str | None]] = {
    "status": lambda record: record.status,
    "engine": lambda record: record.engine,
    "model": lambda record: record.model,
    "read_from": lambda record: record.source.read_from or MISSING,
    "sums": _sums,
    "language": _language,
    "script": lambda record: record.quality.script if record.quality else None,
    "subtotal_above_total": _order("subtotal", "total"),
    "date_above_total": _order("date", "total"),
    "name_above_date": _order("merchant_name", "date"),
    **{name: _value(name) for name in DERIVED},
    **{f"{name}_missing": _missing(name) for name in FIELD_NAMES if name not in DERIVED},
}
"""Name to category; ``None`` if the record does not have it. Records of the status ``error`` have
only ``status``."""

_OF_LABELS = frozenset(
    f"{label}_{what}" for label in LABELS for what in ("share", "across", "down", "entropy")
)
IN_GROUPS = (
    *(name for name in NUMBERS if name not in _OF_LABELS),
    *("status", "sums"),
    *(name for name in CATEGORIES if name.endswith("_missing")),
)
"""What is compared within the receipts of one merchant or trade."""
