"""`receipts extract` from outside: exit codes, outputs, and a folder full of trouble."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from extract_runs import FAKE, image, records, run
from extraction_fakes import BLANK, CRASHES, RAISES, SLOW, SLOW_MARK
from input_files import encrypted_pdf, pdf, png_header


@pytest.mark.usefixtures("fake_engines")
def test_a_folder_full_of_trouble(inbox: Path, tmp_path: Path) -> None:
    image(inbox / "a-good.png")
    (inbox / "b-empty.jpg").touch()
    (inbox / "c-text.jpg").write_text("dear diary, today I bought bread\n")
    whole = image(inbox / "d-truncated.jpg").read_bytes()
    (inbox / "d-truncated.jpg").write_bytes(whole[: len(whole) * 2 // 3])
    (inbox / "e-bomb.png").write_bytes(png_header(30_000, 30_000))
    (inbox / "f-encrypted.pdf").write_bytes(encrypted_pdf())
    image(inbox / "g-crash.png", CRASHES)
    image(inbox / "h-raises.png", RAISES)
    image(inbox / "i-blank.png", BLANK)
    (inbox / "j-two-pages.pdf").write_bytes(pdf(pages=2))
    image(inbox / "k-good.png")
    (inbox / "notes.txt").write_text("not an input")
    out = tmp_path / "out.jsonl"

    result = run(inbox, tmp_path / "missing.jpg", "-o", out, *FAKE)

    assert result.exit_code == 1, result.stderr
    found = {}
    for record in records(out):
        found[Path(record.source.path).name, record.source.page] = record
    inputs = sorted(path.name for path in inbox.iterdir() if path.suffix != ".txt")
    assert sorted({name for name, _ in found}) == [*inputs, "missing.jpg"]

    failed = {name: record.error for (name, _), record in found.items() if record.status == "error"}
    reasons = {
        "b-empty.jpg": "empty",
        "c-text.jpg": "not an image",
        "d-truncated.jpg": "cut off",
        "e-bomb.png": "too large",
        "f-encrypted.pdf": "encrypted",
        "g-crash.png": "exit code 7",
        "h-raises.png": "the lens fell off",
        "missing.jpg": "does not exist",
    }
    assert failed.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in (failed[name] or "")
    assert found["i-blank.png", 1].status == "partial"
    assert ("j-two-pages.pdf", 2) in found
    assert found["a-good.png", 1].timings.keys() == found["k-good.png", 1].timings.keys()

    assert "12 files, 13 records" in result.stderr
    assert "8 error" in result.stderr
    notes, listed = inbox / "notes.txt", tmp_path / "out.jsonl.skipped.txt"
    assert f"suffix: 1 ({notes}); all are listed in {listed}" in result.stderr
    assert listed.read_text(encoding="utf-8") == f"{notes}\n"
    assert "b-empty.jpg: the file is empty" in result.stderr


@pytest.mark.usefixtures("fake_engines")
def test_all_good_to_csv_with_items(inbox: Path, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        image(inbox / name)
    out, items = tmp_path / "out.csv", tmp_path / "items.parquet"
    result = run(inbox, "-o", out, "--items", items, *FAKE)
    assert result.exit_code == 0, result.stderr
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [Path(row["path"]).name for row in rows] == ["a.png", "b.png"]
    assert "item" in pq.read_table(items).schema.names


@pytest.mark.usefixtures("fake_engines")
def test_without_output_records_go_to_the_standard_output(inbox: Path) -> None:
    path = image(inbox / "a.png")
    result = run(path, *FAKE)
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.splitlines()
    assert json.loads(line)["source"]["path"] == str(path)
    assert "1 file, 1 record" in result.stderr


@pytest.mark.usefixtures("fake_engines")
def test_a_json_file_is_one_array_and_grows_with_later_runs(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    for name in ("a.png", "b.png"):
        image(inbox / name)
        result = run(inbox, "-o", out, *FAKE)
        assert result.exit_code == 0, result.stderr
    assert "known from an earlier run" in result.stderr or "same content" in result.stderr
    array = json.loads(out.read_text(encoding="utf-8"))
    assert [Path(entry["source"]["path"]).name for entry in array] == ["a.png", "b.png"]
    printed = run(inbox, "--format", "json", *FAKE)
    assert [one["total"] for one in json.loads(printed.stdout)] == [one["total"] for one in array]


@pytest.mark.usefixtures("fake_engines")
def test_format_wins_over_the_suffix(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.dat"
    assert run(image(inbox / "a.png"), "-o", out, "--format", "parquet", *FAKE).exit_code == 0
    assert pq.read_table(out).num_rows == 1


@pytest.mark.usefixtures("fake_engines")
def test_a_config_file_and_options_over_it(inbox: Path, tmp_path: Path) -> None:
    config = tmp_path / "extract.yaml"
    config.write_text(
        f"engine: broken\nmodel: rules\nlimits: {{min_side: 65}}\nocr_cache: {tmp_path / 'cache'}\n"
    )
    path = image(inbox / "a.png")
    assert "install the unobtainable" in run(path, "--config", config).stderr
    result = run(path, "--config", config, "--engine", "fake")
    assert result.exit_code == 1
    assert "too small: 64 x 64" in result.stderr


@pytest.mark.usefixtures("fake_engines")
def test_the_ocr_cache_is_filled(inbox: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    path = image(inbox / "a.png")
    first = run(path, "--ocr-cache", cache, *FAKE)
    second = run(path, "--ocr-cache", cache, *FAKE)
    assert first.exit_code == second.exit_code == 0
    assert len(list(cache.iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process of one's own")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_and_keeps_what_is_done(
    fake_engines: Path, inbox: Path, tmp_path: Path, number: signal.Signals
) -> None:
    for index in range(3):
        image(inbox / f"a{index}.png")
    image(inbox / "b-slow.png", SLOW)
    image(inbox / "c.png")
    out = tmp_path / "out.jsonl"
    paths = sorted(inbox.iterdir())
    command = [sys.executable, "-m", "pipeline.cli", "extract", *paths, "-o", out, *FAKE[:-1], "1"]
    tests = Path(__file__).resolve().parent.parent
    modules = os.pathsep.join([str(fake_engines), str(tests), *filter(None, sys.path)])
    mark = tmp_path / "slow-is-read"
    environment = {**os.environ, "PYTHONPATH": modules, SLOW_MARK: str(mark)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 300
        while not mark.exists():
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 130, complaints
    done = [Path(record.source.path).name for record in records(out)]
    assert done == ["a0.png", "a1.png", "a2.png"]
    assert "2 files not read" in complaints
    assert not list(tmp_path.glob(".*"))


@pytest.mark.usefixtures("fake_engines")
def test_records_in_the_shape_of_a_cloud_service(inbox: Path, tmp_path: Path) -> None:
    image(inbox / "a.png")
    out = tmp_path / "out.jsonl"
    assert run(inbox, "-o", out, *FAKE, "--shape", "azure").exit_code == 0
    (answer,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    fields = answer["analyzeResult"]["documents"][0]["fields"]
    assert fields["Total"]["valueCurrency"]["amount"] == 12.5
    again = run(inbox, "-o", out, *FAKE, "--shape", "textract")
    assert again.exit_code == 0
    assert "known from an earlier run: 1 file" in again.output
    assert "ExpenseDocuments" in json.loads(out.read_text(encoding="utf-8"))


def test_a_profile_is_an_option_of_the_engine(inbox: Path, tmp_path: Path) -> None:
    image(inbox / "good.png")
    out = tmp_path / "out.jsonl"
    wrong = run(inbox, "-o", out, "--model", "rules", "--workers", "1", "--ocr-profile", "quick")
    assert wrong.exit_code == 2
    assert "'balanced'" in wrong.stderr
    fast = run(inbox, "-o", out, "--model", "rules", "--workers", "1", "--ocr-profile", "fast")
    assert fast.exit_code == 0, fast.stderr
    assert len(records(out)) == 1
