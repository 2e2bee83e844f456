"""Runs of `receipts extract` on pictures of one colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extraction_fakes import GOOD
from PIL import Image
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.receipt import Receipt

Colour = tuple[int, int, int]
FAKE = ["--engine", "fake", "--model", "rules", "--workers", "2"]


def image(path: Path, colour: Colour = GOOD) -> Path:
    Image.new("RGB", (64, 64), colour).save(path)
    return path


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["extract", *map(str, arguments)])


def records(path: Path) -> list[Receipt]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Receipt.model_validate_json(line) for line in lines]
