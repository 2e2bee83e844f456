"""``receipts evaluate``: precision, recall and F1 on annotated receipts, with their errors."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console

from pipeline.commands.bounds import below_bounds, check_bounds, parse_bounds
from pipeline.commands.choices import DAMAGE, engine_option, parse_engine_options
from pipeline.commands.console import work_progress
from pipeline.commands.data.common import Data, FormatName, OcrCache
from pipeline.commands.exits import ExitCode, kept_ocr_results, print_error, usage_errors
from pipeline.errors import ConfigError, DataError, unknown_name, writing
from pipeline.install import check_installed
from pipeline.progress import ReportingReader

if TYPE_CHECKING:
    from pipeline.data.annotated import AnnotatedPage
    from pipeline.data.parts import Part
    from pipeline.evaluation.corruption import Corruption
    from pipeline.evaluation.evaluate import Depth, TokensFrom
    from pipeline.evaluation.report import Evaluation, Report
    from pipeline.page_reader import PageReader
    from pipeline.tagging.types import Tagger

Choice = TypeVar("Choice", bound=StrEnum)


def evaluate(
    data: Data,
    format_name: FormatName,
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="receipts-base, rules or a model folder.")
    ] = "receipts-base",
    tokens: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="[boxes|image|boxes,image]",
            help="Tokens to score: of annotated boxes, of OCR, or of both.  "
            "[default: both, where there are images]",
        ),
    ] = None,
    depth: Annotated[
        str, typer.Option(metavar="LIST", help="What to score, separated by commas.")
    ] = "ocr,tags,fields",
    engine: Annotated[str, engine_option("OCR engine for images")] = "rapidocr",
    engine_option_texts: Annotated[
        list[str] | None,
        typer.Option(
            "--engine-option",
            metavar="NAME=VALUE",
            help="An option of that engine, such as recogniser=FILE; repeatable.",
        ),
    ] = None,
    ocr_cache: OcrCache = None,
    held_out: Annotated[
        bool,
        typer.Option("--held-out", help="Score only receipts held out when MODEL was trained."),
    ] = False,
    development: Annotated[
        bool,
        typer.Option("--development", help="Score only the development set of that training."),
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Score a random sample of N receipts.")
    ] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline/--no-baseline", help="Score the rules too.")
    ] = True,
    corrupt: Annotated[
        str | None,
        typer.Option(
            metavar="KINDS",
            help="Score damaged images too: all, or kinds such as rotation=5,blur,jpeg=20. "
            f"Kinds: {', '.join(DAMAGE)}.",
        ),
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIGURE=VALUE",
            help="Exit with code 3 if a figure is lower, such as total.f1=0.9; repeatable.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write a JSON report.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write an HTML report.")] = None,
) -> None:
    """Score a model on annotated receipts: OCR, tags and fields.

    Every figure has a 95 % interval; docs/evaluation.md defines the figures.

    \b
    Exit codes:
      0    finished
      2    the data, the model, the engine or an option cannot be used, or a
           report cannot be written
      3    a figure is lower than --fail-under
      130  interrupted: nothing was written
    """
    with usage_errors(kept_ocr_results(ocr_cache)):
        from pipeline.batch.sinks import check_writable
        from pipeline.commands.report_tables import print_report
        from pipeline.data.formats import format_named
        from pipeline.evaluation.corruption import parse_corruptions
        from pipeline.evaluation.evaluate import Depth, TokensFrom
        from pipeline.evaluation.figure_names import possible_figures
        from pipeline.evaluation.provenance import provenance
        from pipeline.evaluation.report import compose
        from pipeline.ocr.cache import cached
        from pipeline.ocr.installed_engines import create_engine

        # All arguments are checked before anything is read.
        check_installed("evaluate", "jinja2", "scipy", "seqeval", "zss")
        bounds = parse_bounds(fail_under or [])
        part = _part(held_out, development)
        depths = frozenset(_chosen(depth, Depth))
        chosen = _chosen(tokens, TokensFrom) if tokens else []
        corruptions = parse_corruptions(corrupt) if corrupt else []
        for path in (output, html):
            if path is not None:
                check_writable(path)
        format_named(format_name)
        taggers = _taggers(model, baseline)
        engine_options = parse_engine_options(engine_option_texts or [])
        reader = cached(create_engine(engine, engine_options), ocr_cache)
        pages = _pages(data, format_name, model, part, limit)
        kinds = chosen or _kinds_for(pages)
        check_bounds(bounds, possible_figures(pages, taggers[0].label_set, kinds, depths))
        published = _published(data, format_name)
        evaluations, damaged = _scored(
            pages, kinds, taggers, reader, depths=depths, published=published, damage=corruptions
        )
        settings = {
            "format": format_name,
            "engine": engine,
            **({"engine_options": engine_options} if engine_options else {}),
            "depth": sorted(depths),
            "part": part,
        }
        report = compose(provenance(data, pages, model), settings, evaluations, damaged)
        print_report(report, Console())
        _write(report, evaluations, output, html)
        low = below_bounds(report, bounds)
    for line in [*(f"warning: {text}" for text in report["warnings"]), *low]:
        print_error(line)
    if low:
        raise typer.Exit(ExitCode.BELOW)


def _part(held_out: bool, development: bool) -> Part | None:
    from pipeline.data.parts import Part

    if held_out and development:
        raise ConfigError("--held-out and --development: one part at a time")
    if held_out:
        return Part.HELD_OUT
    return Part.DEVELOPMENT if development else None


def _pages(
    data: Path, format_name: str, model: str, part: Part | None, limit: int | None
) -> list[AnnotatedPage]:
    """The pages to score: all, or the ``part`` that the training of ``model`` set aside."""
    from pipeline.data.annotation_records import parse_all
    from pipeline.data.formats import naming_other_format, records
    from pipeline.data.parts import PARTS_FILE, pages_of
    from pipeline.evaluation.cases import sampled
    from pipeline.tagging.load import model_folder

    with naming_other_format(format_name, data):
        found = list(records(format_name, data))
        # Only the pages that are scored are parsed.
        everyone = list(parse_all(sampled(found, limit) if part is None else found))
    if part is None:
        pages = everyone
    else:
        try:
            kept = pages_of(part, everyone, model_folder(model) / PARTS_FILE)
        except DataError as error:
            option = f"--{part.value.replace('_', '-')}"
            raise ConfigError(f"{error}; without {option} all receipts are scored") from error
        pages = sampled(kept, limit)
    if not pages:
        raise ConfigError(f"{data}: no receipts to score")
    return pages


def _scored(
    pages: Sequence[AnnotatedPage],
    kinds: Sequence[TokensFrom],
    taggers: Sequence[Tagger],
    reader: PageReader,
    *,
    depths: frozenset[Depth],
    published: dict[str, dict[str, Any]] | None,
    damage: Sequence[Corruption],
) -> tuple[list[Evaluation], list[dict[str, Any]]]:
    """The scores of each model on each kind of tokens, and on damaged images."""
    from pipeline.evaluation.evaluate import TokensFrom
    from pipeline.evaluation.report import evaluate_models, read_tokens
    from pipeline.evaluation.robustness import robustness

    # Damaged images are compared with clean ones, which must be read for that.
    wanted = dict.fromkeys([*kinds, *([TokensFrom.IMAGE] if damage else [])])
    pictured = sum(page.image is not None for page in pages)
    images = pictured * (len(damage) + (TokensFrom.IMAGE in wanted))
    with work_progress(Console(stderr=True)) as progress:
        reporting = ReportingReader(reader, images, progress)
        readings = read_tokens(pages, list(wanted), reporting)
        of_kind = {kind: readings[kind] for kind in kinds}
        evaluations: list[Evaluation] = []
        progress("scoring", 0, len(kinds) * len(taggers))
        for evaluation in evaluate_models(of_kind, taggers, reader.name, depths, published):
            evaluations.append(evaluation)
            progress("scoring", len(evaluations), len(kinds) * len(taggers))
        clean = readings.get(TokensFrom.IMAGE, [])
        return evaluations, robustness(pages, clean, taggers, reporting, damage)


def _kinds_for(pages: Sequence[AnnotatedPage]) -> list[TokensFrom]:
    from pipeline.evaluation.evaluate import TokensFrom

    return list(TokensFrom) if any(page.image for page in pages) else [TokensFrom.BOXES]


def _taggers(model: str, baseline: bool) -> list[Tagger]:
    from pipeline.tagging.load import load_tagger
    from pipeline.tagging.names import RULES

    names = [model, RULES] if baseline and model != RULES else [model]
    return [load_tagger(name) for name in names]


def _published(data: Path, format_name: str) -> dict[str, dict[str, Any]] | None:
    """CORD's own ground truth, for its own metric."""
    from pipeline.data.cord import read_gt_parses

    return read_gt_parses(data) if format_name == "cord" else None


def _chosen(text: str, choices: type[Choice]) -> list[Choice]:
    chosen = []
    for name in text.split(","):
        try:
            chosen.append(choices(name.strip()))
        except ValueError as error:
            raise unknown_name("choice", name, choices) from error
    return chosen


def _write(
    report: Report, evaluations: Sequence[Evaluation], output: Path | None, html: Path | None
) -> None:
    from pipeline.evaluation.report import write_report

    if output is not None:
        with writing(output):
            write_report(report, output)
    if html is not None:
        from pipeline.evaluation.html_report import render_page

        with writing(html):
            html.write_text(render_page(report, evaluations), encoding="utf-8")
