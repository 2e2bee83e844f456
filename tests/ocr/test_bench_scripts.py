"""The two benchmarks run, and their tables say what was measured."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "data/samples"


def run(script, *arguments):
    command = [sys.executable, str(PROJECT / "scripts" / script), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.strip("| ").split(" | ") for line in done.stdout.splitlines()]


def test_bench_counts_receipts_again_where_there_are_too_few(tmp_path):
    plot = tmp_path / "bench.svg"
    arguments = ["--only", "ours-fast", "--counts", 1, 3, "--workers", 1, "--plot", plot]
    head, _, *rows = run("bench", SAMPLES / "parking-jp.jpg", *arguments)
    assert head[:4] == ["candidate", "workers", "receipts", "receipts/s"]
    assert [row[:3] for row in rows] == [["ours-fast", "1", "1"], ["ours-fast", "1", "3"]]
    assert all(float(row[3]) > 0 < float(row[7]) for row in rows)
    assert "ours-fast, 1 worker, 3 receipts" in plot.read_text()


def test_bench_ocr_goes_on_where_it_was_stopped(tmp_path):
    records = tmp_path / "records.jsonl"
    engine = "rapidocr:profile=fast"
    arguments = ["--count", 1, "--engine", engine, "--records", records]
    source = ["jsonl", SAMPLES / "annotations.jsonl"]
    head, _, row = run("bench_ocr", *arguments, *source)
    assert row[:3] == ["jsonl", engine, "1"]
    assert float(row[6]) > 0.5
    written = records.read_text()
    assert json.loads(written)["engine"] == engine
    again = run("bench_ocr", *arguments, *source)
    assert again == [head, _, row]
    assert records.read_text() == written


def test_bench_ocr_measures_a_lever():
    source = ["jsonl", SAMPLES / "annotations.jsonl"]
    _, _, row = run("bench_ocr", "--count", 1, "--engine", "lever:fixed-squeeze", *source)
    assert row[1] == "lever:fixed-squeeze"
    assert float(row[6]) > 0.5
