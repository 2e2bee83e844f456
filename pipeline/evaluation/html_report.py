"""A report as one self-contained HTML page."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from pipeline.assembly.spans import spans_of
from pipeline.data.ocr_tokens import upright_image
from pipeline.errors import PipelineError
from pipeline.evaluation.charts import coverage_chart, reliability_chart
from pipeline.evaluation.evaluate import ScoredReceipt, TokensFrom
from pipeline.evaluation.headline_figures import (
    headlines,
    labels_of,
    loss_shown,
    shown,
    support,
    title_of,
)
from pipeline.evaluation.report import Evaluation, Report, section
from pipeline.install import needs
from pipeline.templates import templates_in

WORST = 12
_WIDTH, _QUALITY = 560, 60  # of the pictures in the gallery
_WAYS = ("strict", "default", "boxes")


def render_page(report: Report, evaluations: Sequence[Evaluation]) -> str:
    """The page: headlines, trust, blame, confusions and the worst receipts.

    The details are about the first model, from images where there are any.

    Raises:
        ConfigError: jinja2 is not installed.
    """
    with needs("the HTML page needs Jinja", "evaluate"):
        from markupsafe import Markup

        environment = templates_in("pipeline.evaluation")
    environment.filters["loss"] = loss_shown
    shown_section = section(report)
    evaluation = next(j for j in evaluations if title_of(j.summary) == title_of(shown_section))
    trust = shown_section["trust"]
    return environment.get_template("html_report.html.j2").render(
        report=report,
        section=shown_section,
        titles=[title_of(result) for result in report["results"]],
        rows=_headlines(report),
        labels=_labels(report, shown_section),
        reliability=Markup(reliability_chart(trust["values"]["bins"])),
        coverage=Markup(coverage_chart(trust["receipts"]["curve"])),
        confusion=_confusion(shown_section["confusion"]),
        worst=[_specimen(one, evaluation.tokens_from) for one in worst(evaluation.scored)],
    )


def worst(scored: Sequence[ScoredReceipt]) -> list[ScoredReceipt]:
    """The receipts with most wrong fields; among equals the most confident first, because these
    would be accepted."""

    def wrongness(one: ScoredReceipt) -> tuple[int, float]:
        wrong = [outcome for outcome, stage in one.outcomes if stage is not None]
        return len(wrong), sum(outcome.confidence or 0.0 for outcome in wrong)

    with_errors = [one for one in scored if wrongness(one)[0]]
    return sorted(with_errors, key=wrongness, reverse=True)[:WORST]


def _headlines(report: Report) -> list[dict[str, Any]]:
    rows = []
    for name, title in headlines(report["results"]).items():
        figures = [result["figures"].get(name) for result in report["results"]]
        first = next(figure for figure in figures if figure is not None)
        rows.append(
            {"name": name, "title": title, "cells": list(map(shown, figures)), "of": support(first)}
        )
    return rows


def _labels(report: Report, shown_section: dict[str, Any]) -> list[dict[str, Any]]:
    """Each label's scores in the three ways that tags are counted, ``None`` where not applicable.

    Boxes are those of the same model on annotated boxes, as other tokens have none.
    """
    figures = {
        name: figure
        for result in (*report["results"], shown_section)
        if result["model"] == shown_section["model"]
        for name, figure in result["figures"].items()
    }
    return [
        {"name": name, **{way: figures.get(f"tags.{way}.{name}") for way in _WAYS}}
        for name in labels_of(figures)
    ]


def _confusion(counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The matrix with each cell's share of its row."""
    names = sorted({*counts, *(name for row in counts.values() for name in row)})
    rows = []
    for true in names:
        row = counts.get(true, {})
        whole = sum(row.values())
        cells = [
            {"count": row.get(name, 0), "share": row.get(name, 0) / whole if whole else 0.0}
            for name in names
        ]
        rows.append({"name": true, "cells": cells})
    return {"names": names, "rows": rows}


def _specimen(one: ScoredReceipt, tokens_from: TokensFrom) -> dict[str, Any]:
    page = one.case.reading.page
    return {
        "id": one.case.truth.id,
        "problem": one.case.reading.problem,
        "picture": _picture(one, tokens_from),
        "width": page.width,
        "height": page.height,
        "boxes": [
            {"label": span.label, "text": span.text, "box": box}
            for span in spans_of(page, one.case.tags)
            for box in span.boxes
        ],
        "fields": [{"outcome": outcome, "blame": stage} for outcome, stage in one.outcomes],
        "items": _items(one),
    }


def _items(one: ScoredReceipt) -> list[tuple[str, str]]:
    """True and predicted line items side by side by number."""
    truth = [" · ".join(filter(None, item.values())) for item in one.case.truth.items]
    found = [
        " · ".join(
            str(field.value)
            for field in (item.quantity, item.description, item.unit_price, item.total)
            if field
        )
        for item in one.case.contents.items
    ]
    if not truth:
        return []
    length = max(len(truth), len(found))
    return list(
        zip(truth + [""] * (length - len(truth)), found + [""] * (length - len(found)), strict=True)
    )


def _picture(one: ScoredReceipt, tokens_from: TokensFrom) -> str | None:
    """A small JPEG as a data URL, upright as the engine read it; ``None`` without a picture."""
    as_read = tokens_from is TokensFrom.IMAGE
    try:
        image = upright_image(one.case.truth, one.case.reading.page.rotation if as_read else 0)
    except PipelineError:
        return None  # the report lists the problem
    if image is None:
        return None
    height = max(1, round(image.height * _WIDTH / image.width))
    small = image.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"
