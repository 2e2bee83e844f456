"""`receipts drift` as users run it."""

from __future__ import annotations

import json

import pytest
from drawn_samples import records
from test_accuracy import corrected, write_reviews
from typer.testing import CliRunner

from pipeline.cli import app


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two windows and the reference of the first."""
    folder = tmp_path_factory.mktemp("drift")
    for name, window in {
        "before": records(1, 150),
        "same": records(2, 100),
        "poland": records(3, 100, country="PL", blur=0.6),
    }.items():
        lines = [one.model_dump_json() for one in window]
        (folder / f"{name}.jsonl").write_text("\n".join(lines))
    done = run(folder / "before.jsonl", "--write-reference", folder / "before.json")
    assert done.exit_code == 0, done.output
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["drift", *map(str, arguments)])


def test_a_window_of_the_same_receipts_ends_with_0(folder):
    done = run(folder / "same.jsonl", "--reference", folder / "before.json")
    assert done.exit_code == 0, done.output
    assert "100 receipts against 150" in done.output
    assert "ALARM" not in done.output


def test_a_window_that_differs_ends_with_3_and_says_in_what(folder):
    html, written = folder / "drift.html", folder / "drift.json"
    done = run(
        *(folder / "poland.jsonl", "--reference", folder / "before.json"),
        *("--html", html, "-o", written),
    )
    assert done.exit_code == 3, done.output
    assert "alarm: country" in done.output
    found = json.loads(written.read_text())
    alarms = {one["feature"] for one in found["differences"] if one["is_alarm"]}
    assert {"country", "sharpness"} <= alarms
    page = html.read_text()
    assert "PL 100%" in page
    assert "http" not in page  # nothing is loaded


def test_too_few_receipts_to_compare_are_named(folder):
    few = folder / "few.jsonl"
    few.write_text("\n".join((folder / "same.jsonl").read_text().splitlines()[:6]))
    done = run(few, "--reference", folder / "before.json")
    assert done.exit_code == 2
    message = " ".join(done.output.split())
    assert "few.jsonl: too few to compare: 6 receipts against 150 of the reference" in message


def test_texts_of_receipts_do_nothing_on_the_page(folder):
    hostile = records(5, 60, country="<script>")
    lines = [one.model_dump_json() for one in hostile]
    (folder / "hostile.jsonl").write_text("\n".join(lines))
    html = folder / "hostile.html"
    run(folder / "hostile.jsonl", "--reference", folder / "before.json", "--html", html)
    assert "<script>" not in html.read_text()
    assert "&lt;script&gt;" in html.read_text()


def test_reviews_show_that_confidence_is_no_longer_true(folder):
    from decimal import Decimal

    read = [one for one in records(2, 100) if one.total]
    write_reviews(folder / "reviews.jsonl", [corrected(one, total=Decimal(1)) for one in read])
    done = run(
        *(folder / "same.jsonl", "--reference", folder / "before.json"),
        *("--reviews", folder / "reviews.jsonl"),
    )
    assert done.exit_code == 3, done.output
    assert "total: 0.0% of" in done.output


def test_the_shipped_reference_is_the_default(folder):
    done = run(folder / "same.jsonl")
    assert done.exit_code == 3
    assert "country" in done.output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("none.jsonl",), "no such file"),
        (("same.jsonl", "--reference", "none.json"), "none.json: No such file"),
        (("same.jsonl", "--reference", "nobody"), "no model 'nobody'"),
        (("same.jsonl", "--reference", "same.jsonl"), "not a reference"),
        (("same.jsonl", "--html", "missing/drift.html"), "does not exist"),
        (("empty.jsonl",), "no records"),
        (("same.jsonl", "--reviews", "none.jsonl"), "none.jsonl"),
        (("same.jsonl", "--reviews", "sqlite:///none.db"), "not a database of receipts serve"),
    ],
)
def test_what_cannot_be_used_is_named(folder, monkeypatch, arguments, reason):
    monkeypatch.chdir(folder)
    (folder / "empty.jsonl").write_text("")
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert reason in done.output
