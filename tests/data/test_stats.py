"""Counts of annotated data, and the command that prints them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from pipeline.commands.data import data_app
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.jsonl import write_annotated
from pipeline.data.stats import LabelStats, collect_stats
from pipeline.document import Box, Page, Token


def _page(number: int, merchant: str, *tags: str, lost: tuple[str, ...] = ()) -> AnnotatedPage:
    tokens = tuple(Token("word", Box(9 * i, 0, 9 * i + 8, 9)) for i in range(len(tags)))
    return AnnotatedPage(
        str(number),
        "made",
        Page(100, 10, tokens),
        tags,
        frozenset({"total", "date"}),
        items=({"description": "tea"},),
        unaligned=lost,
        merchant=merchant,
    )


PAGES = [
    _page(1, "aeon", "B-total", "I-total", "O", "B-total"),
    _page(2, "aeon", "O", "B-date", lost=("total",)),
    _page(3, "tesco", "O"),
]


def test_counts() -> None:
    stats = collect_stats(PAGES)
    assert (stats.pages, stats.tokens, stats.items, stats.merchants) == (3, 7, 3, 2)
    assert stats.labels == {
        "date": LabelStats(annotated=3, pages=1, spans=1, tokens=1),
        "total": LabelStats(annotated=3, pages=1, spans=2, tokens=3, unaligned=["made/2"]),
    }


def test_the_command_prints_json_or_a_table(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write_annotated(PAGES, path)
    run = CliRunner().invoke(data_app, ["stats", str(path), "--format", "jsonl", "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["labels"]["total"]["unaligned"] == ["made/2"]
    run = CliRunner().invoke(data_app, ["stats", str(path), "--format", "jsonl", "--verbose"])
    assert "3 pages" in run.stdout
    assert "total of made/2" in run.stdout


def test_an_unknown_format_suggests_the_nearest(tmp_path: Path) -> None:
    run = CliRunner().invoke(data_app, ["stats", str(tmp_path), "--format", "sroi"])
    assert run.exit_code == 2
    assert "did you mean 'sroie'" in run.output
