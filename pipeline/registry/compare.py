"""Compare a candidate with the served model on reviewed receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.part_sizes import LEAST_HELD_OUT, PartSize, size_of
from pipeline.errors import DataError
from pipeline.evaluation.bootstrap import as_lists
from pipeline.evaluation.cases import from_boxes
from pipeline.evaluation.compare import Difference, compare
from pipeline.evaluation.evaluate import Depth, TokensFrom, evaluate
from pipeline.evaluation.fields import field_counts, outcomes
from pipeline.evaluation.items import item_counts
from pipeline.evaluation.scores import Counts
from pipeline.evaluation.whole_receipts import whole_counts
from pipeline.labels import LabelSet
from pipeline.receipt import Contents
from pipeline.registry.shadow_records import read_shadow_records
from pipeline.registry.verdict import GUARDED, MARGIN, GuardedFigure, Verdict, why_worse
from pipeline.tagging.load import load_tagger
from pipeline.tagging.types import Tagger

Section = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """The verdict, and the differences of all figures."""

    verdict: Verdict
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class Pair:
    """The two models: names, and what ``load_tagger`` takes for each.

    Attributes:
        margin: by how much the candidate's F1 over all fields may be lower.
    """

    served: str
    candidate: str
    served_at: str
    candidate_at: str
    margin: float = MARGIN


def on_reviews(path: Path, format_name: str, pair: Pair) -> Compared:
    """Both models on the words of annotated receipts, such as those of `GET /v1/reviews`.

    Raises:
        DataError: the receipts cannot be read, or there are none.
    """
    pages = list(read(format_name, path))
    sections = [_evaluated(load_tagger(at), pages) for at in (pair.served_at, pair.candidate_at)]
    return _compared(pages, sections, path.name, pair)


def on_shadow(path: Path, pair: Pair) -> Compared:
    """What the service read with both models on reviewed receipts, as `GET /v1/shadow` gives it.

    Raises:
        DataError: the file cannot be read, is of other models, or has no receipts.
    """
    records = read_shadow_records(path)
    of_pair = [
        one
        for one in records
        if (one.read_by, one.candidate_model) == (pair.served, pair.candidate)
    ]
    if records and not of_pair:
        raise DataError(
            f"{path}: no receipt was read by {pair.served} and in its shadow by {pair.candidate}"
        )
    pages = [one.truth for one in of_pair]
    labels = load_tagger(pair.candidate_at).label_set
    readings = [[one.read for one in of_pair], [one.candidate for one in of_pair]]
    sections = [
        _section(pages, [_counts(*one, labels) for one in zip(contents, pages, strict=True)])
        for contents in readings
    ]
    return _compared(pages, sections, f"{path.name} (shadow)", pair)


def _evaluated(tagger: Tagger, pages: Sequence[AnnotatedPage]) -> Section:
    scored = evaluate(tagger, from_boxes(pages), TokensFrom.BOXES, frozenset([Depth.FIELDS]))
    return _section(pages, [one.counts for one in scored])


def _counts(contents: Contents, page: AnnotatedPage, labels: LabelSet) -> Counts:
    found = outcomes(contents, page, labels)
    items = item_counts(contents, page, labels)
    return {**field_counts(found), **items, **whole_counts(found, items)}


def _section(pages: Iterable[AnnotatedPage], counts: Iterable[Counts]) -> Section:
    """The part of a report that ``compare`` reads."""
    return {
        "receipts": [
            {"id": page.id, "counts": as_lists(one)}
            for page, one in zip(pages, counts, strict=True)
        ]
    }


def _compared(
    pages: Sequence[AnnotatedPage], sections: Sequence[Section], source: str, pair: Pair
) -> Compared:
    if not pages:
        raise DataError(f"{source}: no receipts to compare on")
    found = compare(*sections)
    figures = {
        one.figure: GuardedFigure(
            served=round(one.a, 4),
            candidate=round(one.b, 4),
            low=round(one.ci95[0], 4),
            high=round(one.ci95[1], 4),
            p=round(one.p, 4),
        )
        for one in found
        if one.figure in GUARDED
    }
    size = size_of(pages)
    verdict = Verdict(
        served=pair.served,
        candidate=pair.candidate,
        receipts=size.receipts,
        merchants=size.merchants,
        source=source,
        figures=figures,
        worse=(*_too_few(size), *why_worse(figures, pair.margin)),
    )
    return Compared(verdict, found)


def _too_few(size: PartSize) -> list[str]:
    if size.reaches(LEAST_HELD_OUT):
        return []
    return [f"compared on {size}; {LEAST_HELD_OUT} are the least"]
