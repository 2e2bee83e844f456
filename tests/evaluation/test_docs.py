"""docs/evaluation.md names every option, figure and corruption."""

import re

import pytest
import typer.main

from pipeline.cli import app
from pipeline.evaluation.corruption import parse_corruptions
from pipeline.evaluation.headline_figures import HEADLINES
from pipeline.evaluation.markdown import KINDS

COMMANDS = typer.main.get_command(app).commands


@pytest.fixture(scope="module")
def docs(project):
    return (project / "docs" / "evaluation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["evaluate", "compare"])
def test_every_option_stands_in_it(docs, name):
    options = {option for one in COMMANDS[name].params for option in one.opts}
    undocumented = {option for option in options if option.startswith("--") and option not in docs}
    assert undocumented <= {"--help", "--output", "--baseline"}


def test_every_figure_stands_in_it(docs):
    groups = {name.rpartition(".")[0] for name, _ in HEADLINES}
    assert all(f"`{group}." in docs for group in groups)
    whole = [name for name, _ in HEADLINES if not name.startswith(("tags.", "fields."))]
    assert [name for name in whole if f"`{name}`" not in docs] == []


def test_damages_stand_in_it_with_their_usual_strengths(docs):
    usual: dict[str, list[str]] = {}
    for corruption in parse_corruptions("all"):
        usual.setdefault(corruption.kind, []).append(f"{corruption.strength:g}")
    for kind, strengths in usual.items():
        assert re.search(rf"^\| `{kind}` \|.*\| {', '.join(strengths)} \|$", docs, re.M), kind


def test_kinds_of_figures_stand_in_it(docs):
    assert all(f"`{kind}`" in docs for kind in KINDS)
