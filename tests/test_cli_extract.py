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
from typing import Any

import pyarrow.parquet as pq
import pytest
from extraction_fakes import BLANK, CRASHES, GOOD, RAISES, SLOW, SLOW_MARK
from input_files import encrypted_pdf, pdf, png_header
from PIL import Image
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.receipt import Receipt

Colour = tuple[int, int, int]
FAKE = ["--engine", "fake", "--model", "rules", "--workers", "2"]


@pytest.fixture
def fake_engines(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the fake engines the way a third party would: a distribution with entry points."""
    site = tmp_path_factory.mktemp("site")
    dist = site / "fake_ocr-1.0.dist-info"
    dist.mkdir()
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: fake-ocr\nVersion: 1.0\n")
    (dist / "entry_points.txt").write_text(
        "[receipt_pipeline.ocr_engines]\n"
        "fake = extraction_fakes:FakeEngine\n"
        "broken = extraction_fakes:BrokenEngine\n"
        "lost = no_such_module:Engine\n"
    )
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def image(path: Path, colour: Colour = GOOD) -> Path:
    Image.new("RGB", (64, 64), colour).save(path)
    return path


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["extract", *map(str, arguments)])


def records(path: Path) -> list[Receipt]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Receipt.model_validate_json(line) for line in lines]


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
    tests = Path(__file__).resolve().parent
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


def test_help_loads_nothing_heavy() -> None:
    # Not pydantic: typer itself imports it for options that have a range.
    heavy = "PIL cv2 fsspec numpy onnxruntime psutil pyarrow pypdfium2 rapidocr tokenizers"
    more = "datasets pandas scipy sklearn torch transformers watchfiles"
    code = """
import sys, typer
from pipeline.cli import app
command = typer.main.get_command(app)
for arguments in [[], *([name] for name in command.commands)]:
    command.main([*arguments, "--help"], standalone_mode=False)
print([name for name in sys.argv[1:] if name in sys.modules])
"""
    names = [*heavy.split(), *more.split()]
    ran = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    assert "Usage:" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "[]"


def test_the_exit_codes_are_documented() -> None:
    text = run("--help").stdout
    for code in ("0 ", "1 ", "2 ", "130 "):
        assert f"\n    {code}" in text


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


def test_a_profile_is_an_option_of_the_engine(inbox: Path, tmp_path: Path) -> None:
    image(inbox / "good.png")
    out = tmp_path / "out.jsonl"
    wrong = run(inbox, "-o", out, "--model", "rules", "--workers", "1", "--ocr-profile", "quick")
    assert wrong.exit_code == 2
    assert "'balanced'" in wrong.stderr
    fast = run(inbox, "-o", out, "--model", "rules", "--workers", "1", "--ocr-profile", "fast")
    assert fast.exit_code == 0, fast.stderr
    assert len(records(out)) == 1
