"""``receipts compare``: differences of two evaluation reports, and whether they are significant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.commands.choices import TOKENS, one_of
from pipeline.commands.console import table_of
from pipeline.commands.exits import usage_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from pipeline.evaluation.compare import Difference


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="A JSON report of receipts evaluate.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another, on the same receipts.")],
    tokens: Annotated[
        str | None,
        one_of(
            TOKENS,
            "--from",
            help="Compare the scores on these tokens.  [default: image, if both have it]",
        ),
    ] = None,
    model_a: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Which model of A.  [default: its first]"),
    ] = None,
    model_b: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Which model of B.  [default: its first]"),
    ] = None,
    all_figures: Annotated[
        bool, typer.Option("--all", help="Show every figure, not only the main ones.")
    ] = False,
) -> None:
    """Compare two evaluation reports, with intervals and p-values.

    For each figure: the difference, its 95 % interval and a paired test. To compare a model
    with the rules in one report, give it twice with --model-b rules.

    \b
    Exit codes:
      0    compared
      2    a report cannot be used, or the two are on different receipts
    """
    from pipeline.evaluation.compare import compare as differences
    from pipeline.evaluation.headline_figures import headlines, title_of
    from pipeline.evaluation.report import read_report, section

    with usage_errors():
        one = section(read_report(a), model_a, tokens)
        other = section(read_report(b), model_b, tokens or one["tokens_from"])
        found = differences(one, other)
    if not all_figures:
        names = headlines([one])
        found = [difference for difference in found if difference.figure in names]
    Console().print(_table(found, f"A: {title_of(one)} ({a})\nB: {title_of(other)} ({b})"))


def _table(found: Sequence[Difference], title: str) -> Table:
    rows = []
    for row in found:
        low, high = row.ci95
        difference = f"{row.b - row.a:+.3f} ({low:+.3f} to {high:+.3f})"
        rows.append((row.figure, f"{row.a:.3f}", f"{row.b:.3f}", difference, f"{row.p:.4f}"))
    return table_of(title, ("", "A", "B", "B - A (95 % interval)", "p"), rows)
