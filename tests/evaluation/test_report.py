"""Reports: what is in them, figures by name, and figures in documents."""

import json
from dataclasses import replace

import pytest
from small_receipts import LABELS, PROVENANCE, annotated, page_of

from pipeline.errors import ConfigError, DataError
from pipeline.evaluation.evaluate import Depth, TokensFrom
from pipeline.evaluation.html_report import render_page, worst
from pipeline.evaluation.markdown import fill
from pipeline.evaluation.provenance import data_hash
from pipeline.evaluation.report import (
    compose,
    evaluate_models,
    figure,
    read_report,
    read_tokens,
    section,
    write_report,
)
from pipeline.tagging.types import Tags

PAGE = page_of("ACME LTD", "25/12/2018", "TOTAL 9.00")
GOLD = ("B-merchant_name", "I-merchant_name", "B-date", "O", "B-total")
FIELDS = {"merchant_name": "ACME LTD", "date": "25/12/2018", "total": "9.00"}
PAGES = [
    annotated(FIELDS, page=PAGE, tags=GOLD, id="<one>"),
    annotated({**FIELDS, "total": "7.00"}, page=PAGE, tags=GOLD, id="two"),
]

NO_LOSS = {"f1": 0.8, "ci95": [0.7, 0.9], "change": 0.0, "change_ci95": [0, 0], "p": 1}
LOSS = {"f1": 0.5, "ci95": [0.4, 0.6], "change": -0.3, "change_ci95": [-0.42, -0.2], "p": 0.01}


class Known:
    """Tags as annotated, or leaves the name out."""

    label_set = LABELS
    reads_images = False
    folder = None

    def __init__(self, name, tags):
        self.name, self._tags = name, tags

    def tag(self, pages, images=None):
        return [Tags(self._tags, (0.9,) * len(self._tags)) for _ in pages]


@pytest.fixture(scope="module")
def evaluations():
    taggers = [Known("good", GOLD), Known("rules", ("O", "O", *GOLD[2:]))]
    depths = frozenset(Depth)
    readings = read_tokens(PAGES, [TokensFrom.BOXES], None)
    return list(evaluate_models(readings, taggers, "rapidocr", depths, None))


@pytest.fixture(scope="module")
def report(evaluations):
    provenance = {**PROVENANCE, "command": "receipts evaluate <x>", "receipts": 2}
    settings = {"format": "sroie", "engine": "rapidocr", "part": "held_out"}
    damaged = [
        {"corruption": name, "models": dict.fromkeys(("good", "rules"), loss)}
        for name, loss in (("clean", NO_LOSS), ("blur=2", LOSS))
    ]
    return compose(provenance, settings, evaluations, damaged)


def test_a_section_holds_figures_and_what_they_are_made_of(report):
    good = section(report)
    assert good["figures"]["fields.micro"]["correct"] == 5
    assert good["figures"]["fields.total"]["f1"] == 0.5
    assert good["figures"]["receipts.fields"]["value"] == 0.5
    assert good["figures"]["tags.strict.micro"]["f1"] == 1
    assert good["blame"]["stages"]["truth"]["fields"] == 1  # 7.00 stands nowhere
    assert section(report, "rules")["figures"]["fields.merchant_name"]["recall"] == 0
    passed = good["trust"]["unflagged"]
    flags = [entry["needs_review"] for entry in good["receipts"]]
    assert passed == {"receipts": flags.count(False), "right": int(not flags[0])}
    counts = good["receipts"][1]["counts"]
    assert (counts["fields.total"], counts["receipts.fields"]) == ([0, 1, 1], [0, 1])


def test_a_report_comes_back_from_its_file(report, tmp_path):
    write_report(report, tmp_path / "report.json")
    again = read_report(tmp_path / "report.json")
    assert figure(section(again), "total.f1") == 0.5
    (tmp_path / "other.json").write_text(json.dumps({"report_version": 0}))
    with pytest.raises(DataError, match=r"other.json: not an evaluation report"):
        read_report(tmp_path / "other.json")
    with pytest.raises(DataError, match=r"none.json"):
        read_report(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"results": []}, "results: must have at least 1 entry"),
        ({"results": [{"model": "a"}]}, "results.0.tokens_from: is missing"),
        ({"results": "none"}, "results: must be a list"),
        (
            {"provenance": {"data": "a"}},
            "provenance.date: is missing; provenance.commit: is missing",
        ),
        ({"provenance": {**PROVENANCE, "receipts": "x"}}, "provenance.receipts: must be"),
        ({"settings": {"part": None}}, "settings.format: is missing"),
        ({"robustness": [{"models": {}}]}, "robustness.0.corruption: is missing"),
    ],
)
def test_a_report_without_its_parts_is_refused(report, tmp_path, change, message):
    path = tmp_path / "report.json"
    write_report({**report, **change}, path)
    with pytest.raises(DataError, match=rf"report\.json: {message}"):
        read_report(path)


def test_figures_have_paths_and_wrong_ones_a_hint(report):
    good = section(report)
    assert figure(good, "fields.total.recall") == 0.5
    assert figure(good, "receipts.fields.value") == 0.5
    with pytest.raises(ConfigError, match=r"did you mean 'fields.total.f1'"):
        figure(good, "totl.f1")
    with pytest.raises(ConfigError, match=r"no results of 'goood'.*did you mean 'good'"):
        section(report, "goood")
    with pytest.raises(ConfigError, match="tokens from image"):
        section(report, "good", "image")


def test_the_hash_of_the_data_sees_every_part_of_it(tmp_path):
    (tmp_path / "a.png").write_bytes(b"pixels")
    page = PAGES[0]
    other = [
        replace(page, fields={**FIELDS, "total": "9.01"}),
        replace(page, tags=("O", *GOLD[1:4], "O")),
        replace(page, image=tmp_path / "a.png"),
    ]
    hashes = {data_hash([one]) for one in (page, *other)}
    assert len(hashes) == 4
    assert data_hash([page]) == data_hash([replace(page)])


DOCUMENT = """# A tool

Rightly 0.5 here.

<!-- figures: fields boxes -->
old 0.123
<!-- end of figures -->

And 0.7 there.
"""


def test_only_the_marked_block_of_a_document_changes(report):
    filled = fill(DOCUMENT, [report], "README.md")
    head, tail = "<!-- figures: fields boxes -->\n", "<!-- end of figures -->"
    assert filled.split(head)[0] == DOCUMENT.split(head)[0]
    assert filled.split(tail)[1] == DOCUMENT.split(tail)[1]
    block = filled.split(head)[1].split(tail)[0]
    assert "old" not in block
    assert "| | SROIE, good | SROIE, rules |" in block
    figures = report["results"][0]["figures"]["fields.total"]
    low, high = figures["ci95"]
    assert f"| total | {figures['f1']:.3f} ({low:.2f}–{high:.2f}) |" in block
    assert (
        "2 SROIE receipts of 1 held-out merchants; measured 2026-01-02 at commit abc1234" in block
    )
    assert fill(filled, [report], "README.md") == filled


@pytest.mark.parametrize("kind", ["summary", "tags", "labels", "blame", "damage"])
def test_every_kind_of_figures_is_a_table(report, kind):
    document = f"<!-- figures: {kind} boxes -->\n<!-- end of figures -->"
    rows = [line for line in fill(document, [report], "x").splitlines() if line.startswith("|")]
    assert len(rows) > 3
    assert {row.count("|") for row in rows} == {4}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("nothing", "no '<!-- figures"),
        (DOCUMENT.replace("fields boxes", "field boxes"), "did you mean 'fields'"),
        (DOCUMENT.replace("fields boxes", "fields image"), "tokens from 'image'"),
    ],
)
def test_blocks_that_cannot_be_filled_are_errors(report, document, message):
    with pytest.raises(ConfigError, match=message):
        fill(document, [report], "README.md")


def test_the_page_holds_everything_and_fetches_nothing(report, evaluations):
    page = render_page(report, evaluations)
    assert "&lt;one&gt;" not in page.split("The worst receipts")[1]  # a right receipt
    assert "<h3>two</h3>" in page
    assert "receipts evaluate &lt;x&gt;" in page
    assert page.count("<svg") == 2
    assert "0.500 (-0.300, -0.420 to -0.200)" in page
    for fetching in ('src="http', "<link", "<script", "url(", "@import"):
        assert fetching not in page


def test_the_worst_receipts_come_first_and_right_ones_not_at_all(evaluations):
    assert [one.case.truth.id for one in worst(evaluations[0].scored)] == ["two"]
    assert [one.case.truth.id for one in worst(evaluations[1].scored)] == ["two", "<one>"]
