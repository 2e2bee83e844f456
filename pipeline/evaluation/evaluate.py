"""Evaluate one tagger on one reading of annotated receipts, at the requested depths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.evaluation.blame import Stage, blame, stage_costs
from pipeline.evaluation.bootstrap import as_lists, figures
from pipeline.evaluation.cases import Case, Reading, run
from pipeline.evaluation.cord import Parse, as_gt_parse, donut_counts
from pipeline.evaluation.fields import Outcome, field_counts, outcomes
from pipeline.evaluation.item_blame import lost_items
from pipeline.evaluation.items import item_counts
from pipeline.evaluation.ocr import ocr_counts
from pipeline.evaluation.scores import Count, Counts
from pipeline.evaluation.sroie import task3_counts
from pipeline.evaluation.tags import box_counts, confusion, tag_counts
from pipeline.evaluation.trust import coverage, predicted, receipt_confidence, reliability
from pipeline.evaluation.whole_receipts import whole_counts
from pipeline.labels import LabelSet
from pipeline.tagging.types import Tagger


class TokensFrom(StrEnum):
    """The source of the tagger's tokens."""

    BOXES = "boxes"
    IMAGE = "image"


class Depth(StrEnum):
    """How much of the pipeline is evaluated."""

    OCR = "ocr"
    TAGS = "tags"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class ScoredReceipt:
    """One receipt with all its scores."""

    case: Case
    counts: Counts
    outcomes: tuple[tuple[Outcome, Stage | None], ...]


def evaluate(
    tagger: Tagger,
    readings: Sequence[Reading],
    tokens_from: TokensFrom,
    depths: frozenset[Depth] = frozenset(Depth),
    published: Mapping[str, Parse] | None = None,
) -> list[ScoredReceipt]:
    """Tag, assemble and score every reading.

    Args:
        published: CORD's ``gt_parse`` by receipt id, where the receipts are CORD's.

    Raises:
        ConfigError: a package of the extra ``evaluate`` is missing.
    """
    scored = []
    for case in run(tagger, readings):
        found = outcomes(case.contents, case.truth, tagger.label_set)
        counts = _counts(case, found, tagger.label_set, tokens_from, depths)
        if published is not None and Depth.FIELDS in depths:
            counts |= donut_counts(as_gt_parse(case.contents), published[case.truth.id])
        blamed = ((outcome, blame(outcome, case, tagger.label_set)) for outcome in found)
        scored.append(ScoredReceipt(case, counts, tuple(blamed)))
    return scored


def _counts(
    case: Case,
    found: Sequence[Outcome],
    label_set: LabelSet,
    tokens_from: TokensFrom,
    depths: frozenset[Depth],
) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    if Depth.OCR in depths and tokens_from is TokensFrom.IMAGE:
        counts |= ocr_counts(case.reading)
    if Depth.TAGS in depths:
        counts |= tag_counts(case)
        counts |= box_counts(case) if tokens_from is TokensFrom.BOXES else {}
    if Depth.FIELDS in depths:
        items = item_counts(case.contents, case.truth, label_set)
        counts |= {**field_counts(found), **items, **whole_counts(found, items)}
        counts |= task3_counts(case.contents, case.truth)
    return counts


def report_section(
    scored: Sequence[ScoredReceipt], tagger: Tagger, tokens_from: TokensFrom, engine: str | None
) -> dict[str, Any]:
    """A report's section of plain JSON values on one model and one kind of tokens."""
    counts = [one.counts for one in scored]
    found = [pair for one in scored for pair in one.outcomes]
    return {
        "model": tagger.name,
        "tokens_from": tokens_from.value,
        "engine": engine,
        "problems": {
            one.case.truth.id: problem for one in scored if (problem := one.case.reading.problem)
        },
        "figures": figures(counts),
        "confusion": confusion([one.case for one in scored]),
        "blame": {
            "stages": stage_costs(found),
            "fields": _blame_by_field(found),
            "items": lost_items([one.case for one in scored], tagger.label_set),
        },
        "trust": _trust(scored),
        "receipts": [_receipt(one) for one in scored],
    }


def _blame_by_field(found: Sequence[tuple[Outcome, Stage | None]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for outcome, stage in found:
        row = counts.setdefault(outcome.label, {"right": 0, **{stage.value: 0 for stage in Stage}})
        row["right" if stage is None else stage.value] += 1
    return counts


def _trust(scored: Sequence[ScoredReceipt]) -> dict[str, Any]:
    values = [outcome for one in scored for outcome, _ in one.outcomes]
    labels = sorted({outcome.label for outcome in values})
    by_label = {label: predicted([one for one in values if one.label == label]) for label in labels}
    receipts = [[outcome for outcome, _ in one.outcomes] for one in scored]
    return {
        "values": reliability(*predicted(values)),
        "fields": {label: _field_trust(*pairs) for label, pairs in by_label.items()},
        "receipts": coverage(
            [receipt_confidence(found) for found in receipts],
            [all(one.right for one in found) for found in receipts],
        ),
        "unflagged": _unflagged(scored),
    }


def _field_trust(confidences: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    error = reliability(confidences, right)
    at = coverage(confidences, right)["at"]
    return {"ece": error["ece"], "if_calibrated": error["if_calibrated"], "at": at}


def _unflagged(scored: Sequence[ScoredReceipt]) -> dict[str, float]:
    """The number of receipts without ``needs_review``, and how many of them have all annotated
    fields right."""
    passed = [one for one in scored if not one.case.contents.needs_review]
    right = sum(all(outcome.right for outcome, _ in one.outcomes) for one in passed)
    return {"receipts": len(passed), "right": right}


def _receipt(one: ScoredReceipt) -> dict[str, Any]:
    return {
        "id": one.case.truth.id,
        "counts": as_lists(one.counts),
        "needs_review": one.case.contents.needs_review,
        "fields": [
            {
                "label": outcome.label,
                "truth": outcome.truth,
                "value": outcome.value,
                "text": outcome.text,
                "confidence": outcome.confidence and round(outcome.confidence, 4),
                "right": outcome.right,
                "blame": stage and stage.value,
            }
            for outcome, stage in one.outcomes
        ],
    }
