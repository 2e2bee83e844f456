"""A run: what is remembered, what is judged again, and that nothing vanishes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from audited import TODAY, audited, record, rules, sale
from PIL import Image
from typer.testing import CliRunner

from pipeline import sqlite_file
from pipeline.audit import run as run_module
from pipeline.audit.pictures import file_of
from pipeline.audit.records.read import read_records
from pipeline.audit.run import NOT_FOUND, AuditJob, run_audit
from pipeline.audit.state.database import open_state
from pipeline.audit.state.entered import pending
from pipeline.batch.formats import Format
from pipeline.batch.sinks import open_file_sink
from pipeline.batch.table_columns import RECEIPTS
from pipeline.cli import app
from pipeline.errors import ConfigError

FUTURE = sale("late.jpg", date="2027-01-01")


def test_the_same_findings_with_the_same_ids_again(tmp_path):
    state = tmp_path / "audit.sqlite"
    receipts = [sale(), FUTURE]
    first = audited(tmp_path, receipts, state=state)
    assert rules(first) == ["date-in-future"]
    assert audited(tmp_path, receipts, state=state) == first
    assert audited(tmp_path, receipts) == first


def test_a_corrected_record_is_judged_again(tmp_path):
    state = tmp_path / "audit.sqlite"
    audited(tmp_path, [FUTURE], state=state)
    assert audited(tmp_path, [sale("late.jpg", date="2026-01-01")], state=state) == []


def test_only_the_records_of_this_run_are_reported(tmp_path):
    state = tmp_path / "audit.sqlite"
    audited(tmp_path, [FUTURE], state=state)
    assert audited(tmp_path, [sale()], state=state) == []


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    state, receipts = (
        tmp_path / "audit.sqlite",
        [sale(f"{n}.jpg", date=f"2026-03-0{n + 1}") for n in range(5)],
    )
    receipts.append(FUTURE)

    def interrupted(receipt, context):
        if receipt.number == 4:
            raise KeyboardInterrupt
        return ()

    monkeypatch.setattr(run_module, "_PORTION", 1)
    with monkeypatch.context() as patched:
        patched.setattr(run_module, "ALL_RULES", (interrupted,))
        with pytest.raises(KeyboardInterrupt):
            audited(tmp_path, receipts, state=state)
    with open_state(state) as database:
        left = [one.number for one in pending(database, 1, run_module.fingerprint(""))]
        assert left == [4, 5, 6]
    assert rules(audited(tmp_path, receipts, state=state)) == ["date-in-future"]


def test_a_line_that_is_no_record_is_a_finding(tmp_path):
    file = tmp_path / "records.jsonl"
    azure = json.dumps({"documents": []})
    file.write_text(f"{{broken\n{sale().model_dump_json()}\n{azure}\n", encoding="utf-8")
    read = list(read_records(file))
    assert [one.record.status for one in read] == ["error", "ok", "error"]
    assert "line 1" in read[0].record.source.path
    assert "--shape receipt" in (read[2].record.error or "")


@pytest.mark.parametrize("format_", list(Format))
def test_every_output_of_extract_is_read(tmp_path, format_):
    written = [
        sale(category="meals", merchant_name="=1+1", checks=[]),
        record("b.jpg", error="not an image"),
    ]
    path = tmp_path / f"records.{format_}"
    with open_file_sink(path, format_, RECEIPTS) as sink:
        sink.write(written)
    first, second = [one.record for one in read_records(path)]
    assert first.merchant_name.value == "=1+1"
    assert (first.total.value, first.date.value.isoformat()) == (12.5, "2026-03-10")
    assert (second.status, second.error) == ("error", "not an image")


def test_a_state_of_something_else_is_refused(tmp_path):
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE t (x)")
    with pytest.raises(ConfigError, match="not the state of an audit"), open_state(other):
        pass


def test_two_audits_do_not_share_a_state(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_LOCK_SECONDS", 0)
    state = tmp_path / "audit.sqlite"
    with (
        open_state(state),
        pytest.raises(ConfigError, match="another audit"),
        open_state(state) as other,
    ):
        run_audit(other, AuditJob(tmp_path / "none.jsonl", TODAY))


def test_the_command_writes_findings_and_counts_them(tmp_path):
    records, findings = tmp_path / "records.jsonl", tmp_path / "findings.csv"
    records.write_text(f"{FUTURE.model_dump_json()}\n", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["audit", str(records), "-o", str(findings), "--today", "2026-04-01"]
    )
    assert done.exit_code == 0, done.output
    assert "1 receipt, 1 finding" in done.stderr
    header, row = findings.read_text(encoding="utf-8").splitlines()
    assert header.startswith("id,rule,severity")
    assert "date-in-future,medium,0.99,late.jpg,1" in row
    assert Path(f"{findings}.state").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["none.jsonl"], "no such file"),
        (["none.txt"], "unknown suffix"),
        (["none.jsonl", "-o", "findings.doc"], "findings are written as"),
    ],
)
def test_wrong_usage(tmp_path, monkeypatch, arguments, reason):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["audit", *arguments])
    assert done.exit_code == 2
    assert reason in done.stderr


@pytest.mark.parametrize("path", ["in/2026/a.png", "2026/a.png", "elsewhere/a.png"])
def test_files_are_found_by_the_last_parts_of_their_paths(tmp_path, path):
    folder = tmp_path / "images" / "2026"
    folder.mkdir(parents=True)
    Image.new("RGB", (40, 80), "white").save(folder / "a.png")
    Image.new("RGB", (40, 80), "white").save(tmp_path / "images" / "a.png")
    wanted = tmp_path / "images" / ("a.png" if "elsewhere" in path else "2026/a.png")
    assert file_of(sale(path), tmp_path / "images") == wanted


def test_files_that_are_missing_are_counted(tmp_path):
    records = tmp_path / "records.jsonl"
    records.write_text(f"{sale('a.png').model_dump_json()}\n{sale('b.png').model_dump_json()}\n")
    Image.new("RGB", (40, 80), "white").save(tmp_path / "a.png")
    told = []
    with open_state(None) as database:
        job = AuditJob(records, TODAY, images=tmp_path)
        run_audit(database, job, lambda what, count: told.append((what, count)))
    assert told == [(NOT_FOUND, 1)]
