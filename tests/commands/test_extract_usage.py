"""What `receipts extract` refuses before it reads anything, and what it can be asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from extract_runs import FAKE, image, run
from typer.testing import CliRunner

from pipeline.cli import app


@pytest.mark.usefixtures("fake_engines")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--engine", "rapidorc", "--model", "rules"], "did you mean 'rapidocr'"),
        (["--engine", "broken", "--model", "rules"], "install the unobtainable"),
        (["--engine", "fake", "--model", "no-such-model"], "no-such-model"),
        (["-o", "out.xlsx"], "unknown suffix"),
        (["-o", "nowhere/out.csv"], "does not exist"),
        (["--format", "xml"], "no format 'xml'"),
        (["--format", "jsn"], "did you mean 'json'"),
        (["--format", "parquet"], "cannot go to the standard output"),
        (["--items", "items.jsonl"], "CSV or Parquet"),
        (["--items", "items.json"], "CSV or Parquet"),
        (["-o", "x.csv", "--items", "x.csv"], "same file"),
        (["--config", "nowhere.yaml"], "No such file"),
        (["--engine", "broken", "--model", "rules", "-o", "out.csv"], "install the unobtainable"),
        (["--engine", "fake", "--model", "rules", "--timeout", "0"], "timeout: "),
        (["--retry-errors"], "needs the --output"),
        (["--retry-errors", "--fresh", "-o", "out.csv"], "give only one"),
        (["--watch"], "only folders on disk can be watched"),
        (["--workers", "0"], "--workers"),
        (["--colour", "blue"], "--colour"),
    ],
)
def test_wrong_usage_runs_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(inbox)
    result = run(image(inbox / "a.png"), *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
    assert [path.name for path in inbox.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--shape", "azur"], "did you mean 'azure'"),
        (["--shape", "azure", "--format", "csv"], "--shape azure needs JSONL"),
        (["--auto-approve", "98"], "auto_approve: must be a share between 0 and 1, not 98"),
        (["--auto-approve", "98"], "did you mean 0.98?"),
        (["--auto-approve", "250"], "not 250"),
        (["--auto-approve", "0.99"], "no calibration.json"),
    ],
)
@pytest.mark.usefixtures("fake_engines")
def test_what_cannot_be_shaped_or_approved_is_not_run(
    options: list[str], message: str, inbox: Path, tmp_path: Path
) -> None:
    image(inbox / "a.png")
    result = run(inbox, "-o", tmp_path / "out.jsonl", *FAKE, *options)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert not (tmp_path / "out.jsonl").exists()


def test_a_failed_start_leaves_the_old_output_alone(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("the run before")
    assert run(image(inbox / "a.png"), "-o", out, "--model", "no-such-model").exit_code == 2
    assert out.read_text() == "the run before"


def test_nothing_to_read(inbox: Path) -> None:
    (inbox / "notes.txt").touch()
    result = run(inbox)
    assert result.exit_code == 2
    assert "no image, PDF or mail found" in result.stderr


def test_the_exit_codes_are_documented() -> None:
    text = run("--help").stdout
    for code in ("0 ", "1 ", "2 ", "130 "):
        assert f"\n    {code}" in text


@pytest.mark.usefixtures("fake_engines")
def test_engines_lists_what_can_run() -> None:
    result = CliRunner().invoke(app, ["engines"])
    assert result.exit_code == 0
    lines = dict(line.split(": ", 1) for line in result.stdout.splitlines())
    assert lines["fake"] == "can run"
    assert lines["broken"] == "cannot run: install the unobtainable"
    assert lines["lost"].startswith("cannot run: ")
    assert {"rapidocr", "tesseract"} <= lines.keys()


def test_schema_prints_the_committed_schema(project: Path) -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert result.exit_code == 0
    committed = (project / "pipeline" / "receipt.schema.json").read_text()
    assert json.loads(result.stdout) == json.loads(committed)
