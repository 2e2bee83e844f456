"""Tags against annotated tags: seqeval, strict IOB2 first, its default mode beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page
from pipeline.errors import ConfigError
from pipeline.labels import OUTSIDE, label_of
from pipeline.tagging.types import Tagger, Tags


def tag_scores(tags: Sequence[Tags], pages: Sequence[AnnotatedPage]) -> dict[str, Any]:
    """Precision, recall and F1 a label and over all (micro), strict and default.

    seqeval's default mode counts ``I-x I-x`` as right where the truth is ``B-x I-x``;
    strict mode with the scheme IOB2 does not. Predictions of labels that a page's source
    does not annotate are not counted.

    Raises:
        ConfigError: seqeval is not installed.
    """
    try:
        from seqeval.metrics import classification_report
        from seqeval.scheme import IOB2
    except ImportError as error:
        raise ConfigError("tag scores need: pip install 'receipt-pipeline[train]'") from error
    truth = [list(page.tags) for page in pages]
    predicted = [_countable(of_page, page) for of_page, page in zip(tags, pages, strict=True)]
    if not any(tag != OUTSIDE for sequence in truth for tag in sequence):
        return {"strict": {}, "default": {}}
    options = {"output_dict": True, "zero_division": 0}
    return {
        "strict": _plain(
            classification_report(truth, predicted, mode="strict", scheme=IOB2, **options)
        ),
        "default": _plain(classification_report(truth, predicted, **options)),
    }


def scores_by_source(tagger: Tagger, pages: Sequence[AnnotatedPage]) -> dict[str, dict[str, Any]]:
    """``tag_scores`` of each source's pages, annotated boxes and OCR tokens together.

    A page that is given twice counts once.
    """
    by_source: dict[str, dict[tuple[str, Page], AnnotatedPage]] = {}
    for page in pages:
        by_source.setdefault(page.source, {})[page.id, page.page] = page
    return {
        source: tag_scores(tagger.tag([page.page for page in found.values()]), list(found.values()))
        for source, found in by_source.items()
    }


def micro_f1(scores: Mapping[str, Any]) -> float:
    """The strict micro-averaged F1 of what ``tag_scores`` gives; 0 where nothing was there."""
    return float(scores["strict"].get("micro avg", {}).get("f1", 0.0))


def _countable(tags: Tags, page: AnnotatedPage) -> list[str]:
    return [tag if label_of(tag) in page.annotated else OUTSIDE for tag in tags.labels]


def _plain(report: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The report without NumPy numbers and without the averages nobody asked for."""
    wanted = {name: row for name, row in report.items() if name in ("micro avg", "macro avg")}
    labels = {name: row for name, row in report.items() if not name.endswith(" avg")}
    return {
        name: {key.replace("-score", ""): round(float(value), 4) for key, value in row.items()}
        for name, row in {**labels, **wanted}.items()
    }
