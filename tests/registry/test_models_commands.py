"""`receipts models`: what people type, on a plain folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.data.formats import read
from pipeline.data.jsonl import write_annotated
from pipeline.registry.history import history
from pipeline.served_model import ServedModel, read_served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["models", *words, "--models", str(folder)])


def test_a_model_that_is_worse_is_not_promoted(
    folder: Path, same_model: Path, worse_model: Path, reviewed: Path
) -> None:
    pytest.importorskip("seqeval", reason="needs the extra [evaluate]")
    for source in (same_model, worse_model):
        assert run(folder, "register", str(source), "--name", "m").exit_code == 0
    on = ("--reviews", str(reviewed), "--format", "jsonl")

    good = run(folder, "promote", "m/1", *on)
    assert good.exit_code == 0, good.output
    assert "served: m/1; before: receipts-base" in good.output
    assert re.search(r"fields\.micro +(0\.\d+) +\1 +\+0\.000", good.output)

    compared = run(folder, "compare", "m/2", *on)
    assert compared.exit_code == 3
    assert "fields.date is significantly lower" in compared.output
    refused = run(folder, "promote", "m/2", *on)
    assert refused.exit_code == 2
    assert "m/2 is not promoted" in refused.output
    assert read_served(folder) == ServedModel(model="m/1", previous="receipts-base")

    forced = run(folder, "promote", "m/2", *on, "--force", "dates are not used")
    assert forced.exit_code == 0
    event = history(folder)[-1]
    assert event.forced and event.note == "dates are not used"
    assert event.verdict is not None and event.verdict.worse
    assert run(folder, "rollback", "--reason", "they are").exit_code == 0
    told = run(folder, "list", "--history").output.splitlines()
    assert len(told) == 5
    assert told[3].split("\t")[1:] == [
        *("promoted", "m/2", "instead of m/1", "forced", "compared on 20 receipts"),
        "dates are not used",
    ]


def test_too_few_receipts_decide_nothing(folder: Path, same_model: Path, reviewed: Path) -> None:
    pytest.importorskip("seqeval", reason="needs the extra [evaluate]")
    run(folder, "register", str(same_model))
    few = folder / "few.jsonl"
    write_annotated(list(read("jsonl", reviewed))[:3], few)
    refused = run(folder, "promote", "same/1", "--reviews", str(few), "--format", "jsonl")
    assert refused.exit_code == 2
    assert (
        "compared on 3 receipts of 3 merchants; 20 receipts of 10 merchants are" in refused.output
    )


def test_what_is_listed(folder: Path, same_model: Path, worse_model: Path) -> None:
    assert run(folder, "list").output == "receipts-base\tserved\tpackaged\n"
    run(folder, "register", str(same_model), "--note", "more photos")
    run(folder, "register", str(worse_model))
    run(folder, "promote", "same/1", "--force", "first")
    assert (
        "worse/1 reads 25.0% of the files"
        in run(folder, "shadow", "worse/1", "--share", "0.25").output
    )
    rows = [line.split("\t") for line in run(folder, "list").output.splitlines()]
    assert [row[:2] for row in rows] == [
        ["same/1", "served"],
        ["worse/1", "shadow, 25%"],
        ["receipts-base", "previous"],
    ]
    assert rows[0][-1] == "more photos"
    assert run(folder, "shadow", "--off").output == "worse/1 reads no more\n"
    assert run(folder, "shadow", "--off").output == "no candidate reads\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["promote", "same/1"], "same/1 was not compared with receipts-base"),
        (["promote", "same/1", "--force", " "], "--force needs a reason"),
        (["promote", "same/9", "--force", "new"], "did you mean 'same/1'"),
        (["compare", "same/1"], "compare on --reviews FILE or on --shadow FILE"),
        (["rollback"], "no other model was served"),
        (["shadow"], "name a MODEL, or give --off"),
        (["register", "nothing"], "no model 'nothing'"),
        (["list", "--registry", "http://127.0.0.1:1"], "the registry at http://127.0.0.1:1"),
    ],
)
def test_what_cannot_be_done_ends_with_code_2(
    folder: Path, same_model: Path, words: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    run(folder, "register", str(same_model))
    refused = run(folder, *words)
    assert refused.exit_code == 2
    assert reason in " ".join(refused.output.split())
