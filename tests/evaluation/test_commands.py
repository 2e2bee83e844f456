"""`receipts evaluate` and `receipts compare` on the drawn samples."""

import errno
import json
import re

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.data.formats import read
from pipeline.evaluation.evaluate import Depth, TokensFrom
from pipeline.evaluation.figure_names import possible_figures
from pipeline.evaluation.headline_figures import headlines, shown
from pipeline.evaluation.report import read_report
from pipeline.ocr.rapid import RapidOcrEngine
from pipeline.tagging.load import load_tagger, model_folder


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def unexpected_read(self, image):
    raise AssertionError("a picture was read")


@pytest.fixture(scope="module")
def samples(project):
    return project / "data" / "samples" / "annotations.jsonl"


@pytest.fixture(scope="module")
def written(samples, tmp_path_factory):
    """One run from boxes and images on two receipts, with everything that it can write."""
    folder = tmp_path_factory.mktemp("evaluation")
    code, output = run(
        *("evaluate", samples, "--format", "jsonl", "--limit", 2, "--ocr-cache", folder / "cache"),
        *("--corrupt", "blur=2", "-o", folder / "report.json", "--html", folder / "report.html"),
    )
    assert code == 0, output
    return folder, output


def test_one_run_reports_boxes_and_images_at_three_depths_beside_the_rules(written):
    folder, output = written
    report = read_report(folder / "report.json")
    sections = [(result["model"], result["tokens_from"]) for result in report["results"]]
    assert sections == [
        ("receipts-base", "boxes"),
        ("rules", "boxes"),
        ("receipts-base", "image"),
        ("rules", "image"),
    ]
    figures = report["results"][2]["figures"]
    for name in ("ocr.tokens", "tags.strict.micro", "fields.total", "items.strict"):
        low, high = figures[name]["ci95"]
        assert 0 <= low <= high <= 1
    assert report["provenance"]["receipts"] == 2
    assert re.fullmatch("[0-9a-f]{64}", report["provenance"]["data_sha256"])
    assert [entry["corruption"] for entry in report["robustness"]] == ["clean", "blur=2"]
    assert "2 receipts of 2 merchants" in output
    (warning,) = report["warnings"]
    assert "2 receipts of 2 merchants, too few to say how good a model is" in warning
    assert f"warning: {warning}" in output
    assert "too few to say" in (folder / "report.html").read_text(encoding="utf-8")
    assert "all fields, micro" in output
    assert "blur=2" in output


def test_every_figure_is_printed_whole_in_80_columns(written):
    folder, output = written
    report = read_report(folder / "report.json")
    names = headlines(report["results"])
    for result in report["results"]:
        for name in names:
            assert shown(result["figures"].get(name)) in output
    printed, _ = output.split("warning:")
    assert max(map(len, printed.splitlines())) <= 80
    _, output = run("compare", folder / "report.json", folder / "report.json", "--all")
    assert "fields.merchant_address.similar  1.000  1.000  +0.000 (" in output
    assert "…" not in output


def test_every_figure_of_a_report_can_be_a_bound(written, samples):
    folder, _ = written
    pages = list(read("jsonl", samples))
    labels = load_tagger("rules").label_set
    report = read_report(folder / "report.json")
    for result in report["results"]:
        kind = TokensFrom(result["tokens_from"])
        possible = possible_figures(pages, labels, [kind], frozenset(Depth))
        found = {name: {*row} - {"ci95"} for name, row in result["figures"].items()}
        assert found.items() <= {name: {*row} for name, row in possible.items()}.items()


def test_the_page_shows_the_pictures(written):
    folder, _ = written
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "The worst receipts" in page
    assert page.count("data:image/jpeg;base64,") == page.count("<article>")


def test_a_report_compares_with_itself(written):
    folder, _ = written
    path = folder / "report.json"
    code, output = run("compare", path, path, "--model-b", "rules", "--from", "boxes")
    assert code == 0
    assert "A: receipts-base, boxes" in output
    assert "fields.total" in output
    code, output = run("compare", path, path, "--all")
    assert code == 0
    assert "+0.000 (-0.658 to +0.658)" in output  # of two receipts
    assert "fields.total.exact" in output


def test_reports_that_cannot_be_compared_are_a_usage_error(written, tmp_path):
    folder, _ = written
    report = json.loads((folder / "report.json").read_text())
    for result in report["results"]:
        result["receipts"] = result["receipts"][:1]
    (tmp_path / "other.json").write_text(json.dumps(report))
    code, output = run("compare", folder / "report.json", tmp_path / "other.json")
    assert (code, "different receipts" in output) == (2, True)
    assert run("compare", tmp_path / "none.json", tmp_path / "other.json")[0] == 2


@pytest.mark.parametrize(
    ("bound", "expected"), [("date.f1=0", 0), ("fields.micro.f1=1", 3), ("date.f1", 2)]
)
def test_a_figure_below_its_bound_fails(samples, bound, expected):
    code, output = run(
        *("evaluate", samples, "--format", "jsonl", "--from", "boxes", "--model", "rules"),
        *("--fail-under", bound),
    )
    assert code == expected, output
    if expected == 3:
        assert "fields.micro.f1 is " in output


def test_a_depth_alone_has_its_figures_alone(samples, tmp_path):
    code, output = run(
        *("evaluate", samples, "--format", "jsonl", "--from", "boxes", "--model", "rules"),
        *("--depth", "tags", "-o", tmp_path / "report.json"),
    )
    assert code == 0, output
    (result,) = read_report(tmp_path / "report.json")["results"]
    assert {name.split(".")[0] for name in result["figures"]} == {"tags"}


@pytest.mark.parametrize(
    ("option", "part"), [("--held-out", "held_out"), ("--development", "development")]
)
def test_a_part_is_what_the_models_own_training_made_of_it(shared_datasets, tmp_path, option, part):
    code, output = run(
        *("evaluate", shared_datasets / "cord" / "validation.jsonl", "--format", "cord", option),
        *("--depth", "tags", "--no-baseline", "-o", tmp_path / "report.json"),
    )
    assert code == 0, output
    report = read_report(tmp_path / "report.json")
    kept = json.loads((model_folder("receipts-base") / "parts.json").read_text(encoding="utf-8"))
    assert report["settings"]["part"] == part
    scored = [receipt["id"] for receipt in report["results"][0]["receipts"]]
    assert sorted(scored) == kept["cord"][part]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--depth", "tag"), "did you mean 'tags'"),
        (("--from", "pictures"), "known: boxes, image"),
        (("--corrupt", "blur=x"), "not a number"),
        (("--model", "no-such"), "no model 'no-such'"),
        (("-o", "no/such/folder/report.json"), "the folder no/such/folder does not exist"),
        (("--fail-under", "total.f1"), "give FIGURE=VALUE"),
        (("--fail-under", "total.f1=nan"), "give FIGURE=VALUE"),
        (("--fail-under", "totl.f1=0.9"), "did you mean 'fields.total.f1'?"),
        (("--fail-under", "total.f1=90"), "at most 1 - did you mean 0.9?"),
        (("--held-out",), "wildreceipt-unlabelled; these are of synthetic"),
        (("--development",), "without --development all receipts are scored"),
        (("--model", "[no]"), "no model '[no]'"),
        (("--held-out", "--development"), "one part at a time"),
    ],
)
def test_wrong_choices_are_found_before_anything_is_read(samples, monkeypatch, arguments, message):
    monkeypatch.setattr(RapidOcrEngine, "read", unexpected_read)
    code, output = run("evaluate", samples, "--format", "jsonl", *arguments)
    assert code == 2
    assert message in output.replace("\n", " ")


def test_cord_is_scored_as_donut_does(shared_datasets, tmp_path):
    code, output = run(
        *("evaluate", shared_datasets / "cord" / "validation.jsonl", "--format", "cord"),
        *("--model", "rules", "--limit", 10, "-o", tmp_path / "report.json"),
    )
    assert code == 0, output
    (result,) = read_report(tmp_path / "report.json")["results"]
    assert result["tokens_from"] == "boxes"  # the set has no pictures
    assert 0 < result["figures"]["cord.f1"]["f1"] < 1
    assert 0 < result["figures"]["cord.tree"]["value"] < 1


def test_a_full_disk_costs_the_file_and_not_the_result(samples, tmp_path, monkeypatch):
    def full(report, path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipeline.evaluation.report.write_report", full)
    path = tmp_path / "report.json"
    code, output = run(
        *("evaluate", samples, "--format", "jsonl", "--limit", 2, "--from", "boxes"),
        *("--model", "rules", "-o", path),
    )
    assert code == 2
    assert "all fields, micro" in output
    assert f"error: {path}: cannot be written: No space left on device" in output
