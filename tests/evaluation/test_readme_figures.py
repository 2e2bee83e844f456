"""The script that writes figures into documents."""

import json
import subprocess
import sys

import pytest

from pipeline.errors import ConfigError
from pipeline.evaluation.markdown import fill_file
from pipeline.evaluation.provenance import model_hash
from pipeline.evaluation.report import REPORT_VERSION


def test_the_script_fills_a_document_in_place(project, tmp_path):
    figures = {"fields.total": {"f1": 0.9, "true": 7, "ci95": [0.8, 1.0]}}
    report = {
        "report_version": REPORT_VERSION,
        "provenance": {
            "data": "x.jsonl",
            "receipts": 7,
            "merchants": 3,
            "commit": "abc",
            "date": "2026-01-02T",
            "model_sha256": None,
        },
        "settings": {"format": "jsonl", "part": None},
        "results": [{"model": "m", "tokens_from": "image", "receipts": [], "figures": figures}],
        "robustness": [],
    }
    (tmp_path / "report.json").write_text(json.dumps(report))
    document = tmp_path / "README.md"
    before, after = "# 0.1\n<!-- figures: fields image -->\n", "<!-- end of figures -->\n0.2\n"
    document.write_text(before + "typed by hand: 0.99\n" + after)
    script = [sys.executable, str(project / "scripts" / "readme_figures")]
    done = subprocess.run(
        [*script, str(document), str(tmp_path / "report.json")],
        capture_output=True,
        text=True,
        cwd=project,
        env={"PYTHONPATH": str(project)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    filled = document.read_text()
    assert filled.startswith(before)
    assert filled.endswith(after)
    assert "| total | 0.900 (0.80–1.00) |" in filled
    assert "typed by hand" not in filled
    other = tmp_path / "benchmarks.md"
    other.write_text("<!-- figures: summary image -->\n<!-- end of figures -->\n")
    subprocess.run(
        [*script, str(document), str(other), str(tmp_path / "report.json")],
        cwd=project,
        env={"PYTHONPATH": str(project)},
        check=True,
    )
    assert document.read_text() == filled
    assert "| total | 0.900 (0.80–1.00) |" in other.read_text()
    failed = subprocess.run(
        [*script, str(document), str(tmp_path / "none.json")],
        capture_output=True,
        text=True,
        cwd=project,
        env={"PYTHONPATH": str(project)},
        check=False,
    )
    assert failed.returncode == 1
    assert "none.json" in failed.stderr


def test_a_model_card_takes_figures_of_its_own_model_alone(tmp_path):
    (tmp_path / "labels.yaml").write_text("labels: {}")
    (tmp_path / "model.onnx").write_bytes(b"weights")
    card = tmp_path / "README.md"
    card.write_text("# A model\n<!-- figures: fields image -->\n<!-- end of figures -->\n")
    report = {
        "provenance": {
            "data": "x.jsonl",
            "receipts": 7,
            "merchants": 3,
            "commit": "abc",
            "date": "2026-01-02T",
            "model_sha256": model_hash(tmp_path),
        },
        "settings": {"format": "jsonl", "part": "held_out"},
        "results": [
            {
                "model": "m",
                "tokens_from": "image",
                "figures": {"fields.total": {"f1": 0.9, "true": 7, "ci95": [0.8, 1.0]}},
            }
        ],
    }
    fill_file(card, [report])
    assert "| total | 0.900 (0.80–1.00) |" in card.read_text()
    fill_file(card, [report])  # the card is no part of the model's hash
    (tmp_path / "model.onnx").write_bytes(b"other weights")
    with pytest.raises(ConfigError, match="another model"):
        fill_file(card, [report])
