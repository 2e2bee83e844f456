"""Commands that run OCR show a bar on a terminal alone, and say on Ctrl-C what was kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.document import Page
from pipeline.ocr.rapid import RapidOcrEngine
from pipeline.progress import ReportingReader

BLANK = Page(100, 100, ())
ON_TERMINAL = {"FORCE_COLOR": "1", "COLUMNS": "100"}


@pytest.fixture
def commands(project: Path, tmp_path: Path) -> dict[str, tuple[object, ...]]:
    samples = project / "data" / "samples"
    data = samples / "annotations.jsonl"
    return {
        "evaluate": ("evaluate", data, "--format", "jsonl", "--from", "image", "--limit", "2"),
        "calibrate": ("calibrate", data, "--format", "jsonl", "-o", tmp_path / "c.json"),
        "convert": (
            *("data", "convert", data, tmp_path / "out.jsonl"),
            *("--format", "jsonl", "--engine", "rapidocr"),
        ),
        "prelabel": (
            *("data", "prelabel", samples / "cafe-fr.jpg", "-o", tmp_path / "t.json"),
            *("--image-root", "https://example.org"),
        ),
    }


NAMES = ("evaluate", "calibrate", "convert", "prelabel")


def run(arguments: tuple[object, ...], environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env=environment)


@pytest.mark.parametrize("name", NAMES)
def test_a_bar_on_a_terminal_and_none_elsewhere(commands, monkeypatch, name) -> None:
    monkeypatch.setattr(RapidOcrEngine, "read", lambda self, image: BLANK)
    bar = "reading files" if name == "prelabel" else "reading images"
    assert bar in run(commands[name], ON_TERMINAL).stderr
    assert bar not in run(commands[name]).output


@pytest.mark.parametrize("name", NAMES)
def test_ctrl_c_says_what_was_kept(commands, monkeypatch, tmp_path, name) -> None:
    def interrupted(self, image):
        raise KeyboardInterrupt

    monkeypatch.setattr(RapidOcrEngine, "read", interrupted)
    result = run(commands[name])
    assert result.exit_code == 130
    assert "interrupted: nothing was written (with --ocr-cache DIR" in result.stderr
    assert list(tmp_path.iterdir()) == []
    kept = run((*commands[name], "--ocr-cache", tmp_path / "cache"))
    assert kept.exit_code == 130
    assert f"OCR results are kept in {tmp_path / 'cache'}" in kept.stderr


def test_every_image_counts_whether_it_can_be_read_or_not() -> None:
    class Engine:
        name = "fake"

        def read(self, image):
            if image is None:
                raise ValueError("no image")
            return BLANK

    seen = []
    reader = ReportingReader(Engine(), 2, lambda *told: seen.append(told))
    assert reader.read("image") is BLANK
    with pytest.raises(ValueError, match="no image"):
        reader.read(None)
    assert [done for _, done, _ in seen] == [0, 1, 1, 2]
    assert {(what, total) for what, _, total in seen} == {("reading images", 2)}
