"""The page is whole and self-contained; labels come back and move the scores."""

from __future__ import annotations

import re

import pytest
from audited import TODAY, sale
from typer.testing import CliRunner

from pipeline.audit.report.html import write_page
from pipeline.audit.report.labels import enter_labels, labels_of
from pipeline.audit.report.write import write_findings
from pipeline.audit.run import AuditJob, run_audit
from pipeline.audit.state.database import open_state
from pipeline.audit.state.judged import findings_of_session
from pipeline.cli import app
from pipeline.errors import ConfigError

LATE = [sale(f"{n}.jpg", date="2027-01-01", total=10.0**n) for n in range(1, 7)]


@pytest.fixture
def state(tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_text("".join(f"{one.model_dump_json()}\n" for one in LATE), encoding="utf-8")
    with open_state(None) as database:
        run_audit(database, AuditJob(file, TODAY))
        yield database


def late(state):
    return [one for one in findings_of_session(state, 1) if one.rule == "date-in-future"]


def test_the_page_shows_each_finding(state, tmp_path, project):
    path = tmp_path / "audit.html"
    samples = project / "data" / "samples"
    (first, *_) = findings = late(state)
    write_page(findings, state, path, "<March>", samples)
    page = path.read_text(encoding="utf-8")
    assert "&lt;March&gt;: 6 findings" in page
    assert page.count("<article") == 6
    assert first.reason in page
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_a_picture_with_its_boxes(tmp_path, project):
    name = "data/samples/services-ca.jpg"
    records, page = tmp_path / "records.jsonl", tmp_path / "audit.html"
    records.write_text(sale(name, date="2027-01-01").model_dump_json(), encoding="utf-8")
    arguments = [records, "-o", tmp_path / "f.jsonl", "--html", page, "--images", project]
    done = CliRunner().invoke(app, ["audit", *map(str, arguments), "--today", "2026-04-01"])
    assert done.exit_code == 0, done.output
    text = page.read_text(encoding="utf-8")
    assert "data:image/jpeg;base64," in text
    assert "<title>date</title>" in text


def test_labels_come_back(state, tmp_path):
    findings = late(state)
    labels = tmp_path / "labels.csv"
    rows = [f"{one.id},{'right' if n < 1 else 'harmless'}" for n, one in enumerate(findings[:5])]
    labels.write_text("\n".join(["id,label", *rows, "ffffffffffff,right", f"{findings[5].id},"]))
    assert enter_labels(state, labels) == 1
    again = list(labels_of(state).applied(findings))
    assert [one.label for one in again] == ["right", *["harmless"] * 4, None]
    assert again[5].score < findings[5].score


def test_labels_of_right_findings_keep_the_score_up(state, tmp_path):
    findings = late(state)
    labels = tmp_path / "labels.csv"
    write_findings((one.model_copy(update={"label": "right"}) for one in findings), labels)
    assert enter_labels(state, labels) == 0
    (again, *_) = labels_of(state).applied(findings)
    assert again.score >= findings[0].score - 0.01


def test_unknown_labels(state, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("id,label\nabc,harmles\n")
    with pytest.raises(ConfigError, match="line 2: no label 'harmles' - did you mean 'harmless'"):
        enter_labels(state, labels)
