"""The headline figures and the tables that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.receipt import Contents

HEADLINES = (
    ("ocr.tokens", "OCR: words"),
    ("ocr.amounts", "OCR: amounts"),
    ("ocr.boxes", "OCR: word boxes (IoU 0.5)"),
    ("ocr.cer", "OCR: character error rate"),
    ("tags.strict.micro", "tags, strict IOB2, micro"),
    ("tags.strict.macro", "tags, strict IOB2, macro"),
    ("tags.default.micro", "tags, seqeval default, micro"),
    ("tags.boxes.macro", "tags, boxes, macro (SDMG-R)"),
    ("fields.micro", "all fields, micro"),
    ("fields.macro", "all fields, macro"),
    ("items.lenient", "line items (similar description, equal amount)"),
    ("items.strict", "line items (all columns equal)"),
    ("taxes.lenient", "taxes (equal rate and amount)"),
    ("taxes.strict", "taxes (all columns equal)"),
    ("payments.lenient", "payments (equal amount)"),
    ("payments.strict", "payments (all columns equal)"),
    ("receipts.fields", "receipts with all fields right"),
    ("receipts.all", "receipts with all fields and items right"),
    ("sroie.task3", "SROIE task 3 (strings as published)"),
    ("cord.f1", "CORD, field F1 (Donut)"),
    ("cord.tree", "CORD, tree edit accuracy (Donut)"),
)

# The rows of a short table, such as the README's.
SUMMARY = (
    "fields.merchant_name",
    "fields.merchant_name.similar",
    "fields.date",
    "fields.time",
    "fields.subtotal",
    "fields.tax",
    "fields.total",
    "fields.micro",
    "items.lenient",
    "receipts.fields",
)


def value_of(figure: Mapping[str, Any]) -> float:
    """F1, or the share or mean for figures of that kind."""
    return float(figure["f1"] if "f1" in figure else figure["value"])


def headlines(results: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Name to title of the headline figures that any result has, including fields by value."""
    return dict(_headlines(results))


def _headlines(results: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    present = dict.fromkeys(name for result in results for name in result["figures"])
    for name, title in HEADLINES:
        if name == "fields.micro":
            yield from ((field, field.removeprefix("fields.")) for field in fields_of(present))
        if name in present:
            yield name, title


def fields_of(names: Iterable[str]) -> list[str]:
    """The field figures by value, and by similarity for texts, in the record's order."""
    order = list(Contents.model_fields)

    def place(name: str) -> int:
        label = name.split(".")[1]
        return order.index(label) if label in order else len(order)

    fields = [
        name
        for name in names
        if name.startswith("fields.") and not name.endswith((".micro", ".macro", ".exact"))
    ]
    return sorted(fields, key=place)


def labels_of(names: Iterable[str]) -> list[str]:
    """The labels with tag figures, without averages."""
    averages = ("micro", "macro")
    found = {name.split(".")[-1] for name in names if name.startswith("tags.")}
    return sorted(found.difference(averages))


def shown(figure: Mapping[str, Any] | None) -> str:
    """``0.954 (0.91–0.99)``: the figure and its 95 % interval."""
    if figure is None:
        return ""
    low, high = figure["ci95"]
    return f"{value_of(figure):.3f} ({low:.2f}–{high:.2f})"


def loss_shown(row: Mapping[str, Any]) -> str:
    """``0.842 (-0.031, -0.05 to -0.01)``: F1 on damaged pictures, its change from the clean
    ones, and the 95 % interval of the change."""
    low, high = row["change_ci95"]
    return f"{row['f1']:.3f} ({row['change']:+.3f}, {low:+.3f} to {high:+.3f})"


def support(figure: Mapping[str, Any] | None) -> str:
    """The number of true values."""
    if figure is None:
        return ""
    count = figure.get("true", figure.get("whole"))
    return "" if count is None else f"{count:g}"


def title_of(result: Mapping[str, Any]) -> str:
    """``receipts-base, image``."""
    return f"{result['model']}, {result['tokens_from']}"
