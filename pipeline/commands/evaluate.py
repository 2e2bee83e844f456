"""``receipts evaluate``: precision, recall and F1 on annotated receipts."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline.errors import PipelineError

_USAGE_ERROR = 2


class TokensFrom(StrEnum):
    """Which tokens the tagger reads."""

    BOXES = "boxes"
    IMAGE = "image"


def evaluate(
    data: Annotated[Path, typer.Argument(help="Annotated receipts.")],
    format_name: Annotated[
        str, typer.Option("--format", help="sroie, wildreceipt, cord or jsonl.")
    ],
    model: Annotated[str, typer.Option(help="A model's name or folder, or rules.")] = (
        "receipts-base"
    ),
    tokens: Annotated[
        TokensFrom, typer.Option("--from", help="Annotated boxes, or end to end from the image.")
    ] = TokensFrom.IMAGE,
    engine: Annotated[str, typer.Option(help="The OCR engine for --from image.")] = "rapidocr",
    ocr_cache: Annotated[Path | None, typer.Option(help="A folder that keeps OCR results.")] = None,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Only the merchants that training never saw.")
    ] = False,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="The rule baseline beside the model.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A JSON report.")] = None,
) -> None:
    """Score a model on the tags, the fields and the line items of annotated receipts.

    Exit code 2: the data, the model or the engine cannot be used.
    """
    console = Console()
    try:
        report = _report(data, format_name, model, tokens, engine, ocr_cache, held_out, baseline)
    except PipelineError as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(_USAGE_ERROR) from error
    console.print(_table(report))
    if output is not None:
        output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _report(
    data: Path,
    format_name: str,
    model: str,
    tokens: TokensFrom,
    engine: str,
    ocr_cache: Path | None,
    held_out: bool,
    baseline: bool,
) -> dict[str, Any]:
    from pipeline.data.formats import read
    from pipeline.data.parts import PARTS_FILE, Part, pages_of
    from pipeline.data.reread import reread
    from pipeline.evaluation.evaluate import evaluate as score
    from pipeline.evaluation.evaluate import provenance
    from pipeline.ocr.cache import CachedEngine
    from pipeline.ocr.registry import create_engine
    from pipeline.tagging.load import RULES, load_tagger, model_folder

    pages = list(read(format_name, data))
    if held_out:
        pages = pages_of(Part.HELD_OUT, pages, model_folder(model) / PARTS_FILE)
    if tokens is TokensFrom.IMAGE:
        reader = create_engine(engine)
        pages = list(reread(pages, CachedEngine(reader, ocr_cache) if ocr_cache else reader))
    names = [model, RULES] if baseline and model != RULES else [model]
    return {
        "provenance": provenance(data, pages),
        "tokens_from": tokens.value,
        "engine": engine if tokens is TokensFrom.IMAGE else None,
        "held_out": held_out,
        "results": [score(load_tagger(name), pages) for name in names],
    }


def _table(report: dict[str, Any]) -> Table:
    results = report["results"]
    count = report["provenance"]["receipts"]
    table = Table(title=f"F1 on {count} receipts, tokens from {report['tokens_from']}")
    table.add_column("")
    for result in results:
        table.add_column(result["model"], justify="right")
    table.add_column("receipts with it", justify="right")
    for name in results[0]["fields"]:
        rows = [result["fields"][name] for result in results]
        table.add_row(name, *(f"{row['f1']:.3f}" for row in rows), str(rows[0]["true"]))
    if "items" in results[0]:
        rows = [result["items"] for result in results]
        table.add_row("line items", *(f"{row['f1']:.3f}" for row in rows), str(rows[0]["true"]))
    strict = [result["tags"]["strict"].get("micro avg", {}).get("f1", 0.0) for result in results]
    table.add_row("tags (strict entity, micro)", *(f"{value:.3f}" for value in strict), "")
    return table
