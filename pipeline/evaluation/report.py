"""The whole report: every model on every source of tokens, with its provenance."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic import Field as Constraint

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import describe_error, read_text
from pipeline.data.part_sizes import PartSize, score_warning
from pipeline.errors import ConfigError, DataError, did_you_mean
from pipeline.evaluation.cases import Reading, from_boxes, from_images
from pipeline.evaluation.cord import Parse
from pipeline.evaluation.evaluate import Depth, ScoredReceipt, TokensFrom, evaluate, report_section
from pipeline.evaluation.figure_names import located
from pipeline.evaluation.headline_figures import title_of
from pipeline.page_reader import PageReader
from pipeline.tagging.types import Tagger

REPORT_VERSION = 2

Report = dict[str, Any]


class _Entry(BaseModel):
    """One receipt."""

    id: str
    counts: dict[str, list[float]]


class _Section(BaseModel):
    model: str
    tokens_from: TokensFrom
    figures: dict[str, dict[str, Any]]
    receipts: list[_Entry]


class _Provenance(BaseModel):
    data: str
    date: str
    commit: str | None
    model_sha256: str | None
    receipts: int
    merchants: int


class _Settings(BaseModel):
    format: str
    part: str | None


class _Robustness(BaseModel):
    corruption: str
    models: dict[str, dict[str, Any]]


class _ReportFile(BaseModel):
    """The parts of a report that are read again, by ``receipts compare`` and for documents."""

    provenance: _Provenance
    settings: _Settings
    results: list[_Section] = Constraint(min_length=1)
    robustness: list[_Robustness]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One model on one source of tokens; ``summary`` is its section of the report."""

    tokens_from: TokensFrom
    scored: list[ScoredReceipt]
    summary: dict[str, Any]


def read_tokens(
    pages: Sequence[AnnotatedPage], kinds: Sequence[TokensFrom], engine: PageReader
) -> dict[TokensFrom, list[Reading]]:
    """The receipts' tokens from each source; each picture is read once.

    Raises:
        DataError: tokens from images are asked for, and no receipt has a picture.
    """
    return {
        kind: list(from_images(pages, engine)) if kind is TokensFrom.IMAGE else from_boxes(pages)
        for kind in kinds
    }


def evaluate_models(
    readings: Mapping[TokensFrom, Sequence[Reading]],
    taggers: Sequence[Tagger],
    engine: str,
    depths: frozenset[Depth],
    published: Mapping[str, Parse] | None,
) -> Iterator[Evaluation]:
    """Evaluate every tagger on every source of tokens.

    Args:
        engine: the name of the OCR engine that read the pictures.

    Raises:
        ConfigError: a package of the extra ``evaluate`` is missing.
    """
    for kind, of_kind in readings.items():
        for tagger in taggers:
            scored = evaluate(tagger, of_kind, kind, depths, published)
            name = engine if kind is TokensFrom.IMAGE else None
            yield Evaluation(kind, scored, report_section(scored, tagger, kind, name))


def compose(
    provenance: Mapping[str, Any],
    settings: Mapping[str, Any],
    evaluations: Sequence[Evaluation],
    damaged: Sequence[Mapping[str, Any]],
) -> Report:
    """The whole report as plain JSON values."""
    return {
        "report_version": REPORT_VERSION,
        "provenance": dict(provenance),
        "settings": dict(settings),
        "warnings": [warning] if (warning := score_warning(size_in(provenance))) else [],
        "results": [evaluation.summary for evaluation in evaluations],
        "robustness": list(damaged),
    }


def size_in(provenance: Mapping[str, Any]) -> PartSize:
    """The number of receipts and merchants of a report."""
    return PartSize(provenance["receipts"], provenance["merchants"])


def write_report(report: Report, path: Path) -> None:
    """Write it as JSON, on one line."""
    path.write_text(json.dumps(report, ensure_ascii=False) + "\n", encoding="utf-8")


def read_report(path: Path) -> Report:
    """Read a report that ``write_report`` wrote.

    Raises:
        DataError: the file cannot be read or is not a report of this version.
    """
    try:
        report = json.loads(read_text(path))
        if not isinstance(report, dict) or report.get("report_version") != REPORT_VERSION:
            raise ValueError(f"not an evaluation report of version {REPORT_VERSION}")
        _ReportFile.model_validate(report)
    except ValueError as error:
        raise DataError(f"{path}: {describe_error(error)}") from error
    return report


def section(report: Report, model: str | None = None, tokens: str | None = None) -> dict[str, Any]:
    """The first section of a model (or of the first one) on tokens from images (or, if there
    are none, from boxes).

    Raises:
        ConfigError: the report has no such section.
    """
    results = report["results"]
    name = model or results[0]["model"]
    of_model = [result for result in results if result["model"] == name]
    of_model.sort(key=lambda result: result["tokens_from"] != TokensFrom.IMAGE)
    for result in of_model:
        if tokens in (None, result["tokens_from"]):
            return dict(result)
    known = sorted({title_of(result) for result in results})
    hint = "" if of_model else did_you_mean(name, {result["model"] for result in results})
    raise ConfigError(
        f"the report has no results of {name!r} on tokens from {tokens or 'anything'}{hint} "
        f"(it has: {'; '.join(known)})"
    )


def figure(result: Mapping[str, Any], path: str) -> float:
    """A figure's value, by a path as ``located`` takes it.

    Raises:
        ConfigError: there is no such figure; the message suggests the nearest.
    """
    figures = result["figures"]
    name, measure = located(figures, path)
    return float(figures[name][measure])
