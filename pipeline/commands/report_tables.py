"""An evaluation report as tables of at most 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.commands.console import table_of
from pipeline.evaluation.evaluate import TokensFrom
from pipeline.evaluation.headline_figures import headlines, shown, support, title_of
from pipeline.evaluation.report import Report, size_in

_TOKENS = {TokensFrom.BOXES: "annotated boxes", TokensFrom.IMAGE: "OCR of the images"}


def print_report(report: Report, console: Console) -> None:
    """Print the figures by kind of tokens, receipts with a problem, errors by stage, and losses on
    damaged images."""
    results = report["results"]
    size = size_in(report["provenance"])
    for kind, name in _TOKENS.items():
        of_kind = [result for result in results if result["tokens_from"] == kind]
        if of_kind:
            title = f"F1 (or share) with its 95 % interval; tokens of {name}; {size}"
            console.print(_figures(title, of_kind), "")
    problems: dict[str, str] = next(
        (result["problems"] for result in results if result["problems"]), {}
    )
    if problems:
        console.print(f"{len(problems)} receipts with a problem:")
    for name, problem in problems.items():
        console.print(f"  {name}: {problem}", markup=False, highlight=False, soft_wrap=True)
    console.print(_blame(results), "")
    if report["robustness"]:
        console.print(_losses(report["robustness"]), "")


def _figures(title: str, results: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for name, heading in headlines(results).items():
        figures = [result["figures"].get(name) for result in results]
        first = next(figure for figure in figures if figure is not None)
        rows.append((heading, *map(shown, figures), support(first)))
    return table_of(title, ("", *(result["model"] for result in results), "to find"), rows)


def _blame(results: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for result in results:
        stages = result["blame"]["stages"].values()
        lost = (f"{stage['fields']} ({stage['f1_cost']:.3f})" for stage in stages)
        rows.append((title_of(result), *lost))
    title = "Wrong fields by the stage that lost them, and the F1 (all fields) that this costs"
    return table_of(title, ("", *results[0]["blame"]["stages"]), rows)


def _losses(robustness: Sequence[dict[str, Any]]) -> Table:
    title = "F1 (micro) over all fields on damaged images, and its change from the originals"
    rows = []
    for entry in robustness:
        for model, row in entry["models"].items():
            low, high = row["change_ci95"]
            change = f"{row['change']:+.3f} ({low:+.3f} to {high:+.3f})"
            rows.append((f"{entry['corruption']}, {model}", f"{row['f1']:.3f}", change))
    return table_of(title, ("", "F1", "change (95 % interval)"), rows)
