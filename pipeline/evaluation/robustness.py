"""Robustness: scores on degraded pictures compared with the original ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.bootstrap import figures
from pipeline.evaluation.cases import Reading, from_images
from pipeline.evaluation.compare import differences
from pipeline.evaluation.corruption import CorruptedReader, Corruption
from pipeline.evaluation.evaluate import Depth, TokensFrom, evaluate
from pipeline.evaluation.scores import Counts
from pipeline.page_reader import PageReader
from pipeline.tagging.types import Tagger

FIGURE = "fields.micro"


def robustness(
    pages: Sequence[AnnotatedPage],
    clean: Sequence[Reading],
    taggers: Sequence[Tagger],
    engine: PageReader,
    corruptions: Sequence[Corruption],
) -> list[dict[str, Any]]:
    """F1 over all fields on the original pictures and with each kind of damage.

    Args:
        clean: the pages as the engine reads them undamaged.

    Returns:
        For each set of pictures, the clean one first, each model's F1 with its interval, the
        ``change`` from clean with the interval of the change (paired: the same receipts are
        drawn on both sides) and the p of the paired test; empty without corruptions.

    Raises:
        DataError: no receipt has a picture.
    """
    if not corruptions:
        return []
    whole = {tagger.name: _counts(tagger, clean) for tagger in taggers}
    entries = [_entry("clean", whole, whole)]
    for corruption in corruptions:
        readings = list(from_images(pages, CorruptedReader(engine, corruption)))
        damaged = {tagger.name: _counts(tagger, readings) for tagger in taggers}
        entries.append(_entry(corruption.name, whole, damaged))
    return entries


def _counts(tagger: Tagger, readings: Sequence[Reading]) -> list[Counts]:
    scored = evaluate(tagger, readings, TokensFrom.IMAGE, frozenset({Depth.FIELDS}))
    return [one.counts for one in scored]


def _entry(
    name: str, clean: dict[str, list[Counts]], damaged: dict[str, list[Counts]]
) -> dict[str, Any]:
    models = {}
    for model, counts in damaged.items():
        figure = figures([{FIGURE: one[FIGURE]} for one in counts])[FIGURE]
        (loss,) = differences(clean[model], counts, [FIGURE])
        itself = counts is clean[model]  # no uncertainty: the same results
        models[model] = {
            "f1": figure["f1"],
            "ci95": figure["ci95"],
            "change": round(loss.b - loss.a, 4),
            "change_ci95": (0.0, 0.0) if itself else loss.ci95,
            "p": round(loss.p, 4),
        }
    return {"corruption": name, "models": models}
