"""docs/confidence.md names every option, and its settings and numbers are true."""

import re

import pytest
import typer.main
import yaml

from pipeline.assembly.confidence.approval import receipts_needed
from pipeline.cli import app
from pipeline.config import ExtractConfig

COMMANDS = typer.main.get_command(app).commands


@pytest.fixture(scope="module")
def docs(project):
    return (project / "docs" / "confidence.md").read_text(encoding="utf-8")


def test_every_option_of_calibrate_stands_in_it(docs):
    options = {option for one in COMMANDS["calibrate"].params for option in one.opts}
    assert {one for one in options if one.startswith("--") and one not in docs} <= {"--help"}


def test_its_settings_are_settings(docs):
    for block in re.findall(r"^```yaml\n(.*?)^```", docs, re.M | re.S):
        ExtractConfig.of(yaml.safe_load(block))


def test_its_numbers_of_receipts_are_the_ones_asked_for(docs):
    assert "29 approved receipts for 0.9,\n59 for 0.95, 149 for 0.98 and 299 for 0.99" in docs
    assert [receipts_needed(share) for share in (0.9, 0.95, 0.98, 0.99)] == [29, 59, 149, 299]
