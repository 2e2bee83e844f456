"""Small receipts whose figures can be worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token
from pipeline.evaluation.cases import Case, Reading
from pipeline.labels import LabelSet, load_label_set
from pipeline.receipt import Contents, Field, LineItem
from pipeline.tagging.types import Tags

LABELS: LabelSet = load_label_set(
    Path(__file__).resolve().parents[2] / "configs" / "labels" / "receipts.yaml"
)
PROVENANCE = {
    "command": "receipts evaluate",
    "date": "2026-01-02T03:04:05+00:00",
    "commit": "abc1234",
    "versions": {"numpy": "2"},
    "data": "sample.jsonl",
    "data_sha256": "0" * 64,
    "model_sha256": None,
    "receipts": 1,
    "merchants": 1,
}
HEADERS = ("total", "date", "merchant_name")


def page_of(*lines: str) -> Page:
    """One token a word, ten pixels a character, twenty a line."""
    tokens = []
    for number, line in enumerate(lines):
        x = 0
        for word in line.split():
            box = Box(x, 20 * number, x + 10 * len(word), 20 * number + 15)
            tokens.append(Token(word, box, line=number))
            x += 10 * (len(word) + 1)
    return Page(400, 20 * len(lines) + 20, tuple(tokens))


def annotated(fields=(), annotated=HEADERS, tags=(), page=None, **more) -> AnnotatedPage:
    page = page or Page(9, 9, tuple(Token("x", Box(0, 0, 1, 1)) for _ in tags))
    tags = tuple(tags) or ("O",) * len(page.tokens)
    more = {"id": "1", "source": "test", **more}
    return AnnotatedPage(
        page=page, tags=tags, annotated=frozenset(annotated), fields=dict(fields), **more
    )


def field(value, confidence=1.0, text=None):
    return {"value": value, "text": text or str(value), "confidence": confidence, "boxes": []}


def item(description, amount, **numbers):
    return LineItem(
        description=Field[str](value=description, text=description, confidence=1, boxes=[]),
        **{
            name: Field[Decimal](value=Decimal(text), text=text, confidence=1, boxes=[])
            for name, text in {"total": amount, **numbers}.items()
        },
    )


def case(truth, contents=None, tags=None, page=None, gold=None) -> Case:
    """A case on the annotated page, or on another page that the engine read."""
    read = page or truth.page
    labels = tuple(tags or ("O",) * len(read.tokens))
    if gold is None and page is None:
        gold = truth.tags
    return Case(
        Reading(truth, read, gold), Tags(labels, (1.0,) * len(labels)), contents or Contents()
    )
