"""`receipts calibrate` end to end, on receipts that the project draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.assembly.confidence.calibration import Calibration
from pipeline.cli import app
from pipeline.data.jsonl import write_annotated
from pipeline.synthetic.generate import draw_annotated


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drawn") / "receipts.jsonl"
    write_annotated(draw_annotated(40, 900_001), path)
    return path


def calibrate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["calibrate", *map(str, arguments)])


def test_it_writes_a_calibration_and_says_how_good_it_is(drawn: Path, tmp_path: Path) -> None:
    output = tmp_path / "calibration.json"
    result = calibrate(drawn, "--format", "jsonl", "--from", "boxes", "-o", output)
    assert result.exit_code == 0, result.output
    found = Calibration.of_json(json.loads(output.read_text()), str(output))
    assert found.about["receipts"] == 40
    assert "total" in found.fields
    assert "expected calibration error" in result.output
    assert "--auto-approve 0.99: not possible with these receipts" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "rules"], "no probabilities"),
        (["--output", "nowhere/calibration.json"], "the folder nowhere does not exist"),
        (["--format", "jsonl", "--format", "sroie"], "3 formats for 1 DATA"),
    ],
)
def test_what_cannot_be_is_said_first(arguments: list[str], message: str, drawn: Path) -> None:
    result = calibrate(drawn, "--format", "jsonl", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_too_few_receipts_are_refused(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    write_annotated(draw_annotated(3, 900_001), few)
    result = calibrate(few, "--format", "jsonl", "-o", tmp_path / "calibration.json")
    assert result.exit_code == 2
    assert "3 receipts with a known field are too few" in " ".join(result.output.split())
    assert not (tmp_path / "calibration.json").exists()
