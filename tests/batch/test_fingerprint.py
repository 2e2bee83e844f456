"""Whatever decides what is read decides the fingerprint; nothing else does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline import extractor, reading_run
from pipeline.batch import fingerprint
from pipeline.batch.fingerprint import STAGES, fingerprint_of
from pipeline.config import ExtractConfig

DECISIVE = {
    "engine": {"name": "rapidocr", "options": {"min_confidence": 0.3}},
    "model": "rules",
    "limits": {"max_pages": 7},
    "pdf_text": "never",
    "review_below": {"total": 0.9},
    "auto_approve": 0.1,
    "approve_fields": ["total"],
}
OF_THE_RUN = {
    "workers": 7,
    "timeout": 7,
    "memory_limit": 7,
    "ocr_cache": "cache",
}


def changed_by(setting: dict[str, object]) -> list[str]:
    before = fingerprint_of(ExtractConfig())
    after = fingerprint_of(ExtractConfig.of(setting))
    return [name for name in before if before[name] != after[name]]


@pytest.mark.parametrize("name", ExtractConfig.model_fields)
def test_each_setting_decides_or_belongs_to_the_run(name: str) -> None:
    assert (name in DECISIVE) != (name in OF_THE_RUN)
    if name in DECISIVE:
        assert len(changed_by({name: DECISIVE[name]})) == 1
    else:
        assert changed_by({name: OF_THE_RUN[name]}) == []


def test_another_engine_is_another_fingerprint() -> None:
    assert changed_by({"engine": "tesseract"}) == ["engine"]


def test_every_folder_that_extraction_imports_is_a_stage() -> None:
    folders = {
        node.module.split(".")[1]
        for module in (extractor, reading_run)
        for node in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module.count(".") > 1
    }
    assert folders <= set(STAGES)


def test_the_code_that_reads_a_receipt_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deciding = (
        "receipt.py",
        "assembly/confidence/fit.py",
        "assembly/summary/repair_weights.json",
        "separation/cuts.py",
        "assembly/merchant/category_weights.tsv",
        "separation/weights.json",
        "text_lines/lines.py",
        "world/a.yaml",
        "world/brands.txt",
    )
    for name in (*deciding, "batch/run.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before = 1")
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path)
    codes = [fingerprint_of(ExtractConfig())["code"]]
    for name in ("batch/run.py", *deciding):
        (tmp_path / name).write_text("after = 2")
        codes.append(fingerprint_of(ExtractConfig())["code"])
    assert codes[0] == codes[1]
    assert len(set(codes)) == 1 + len(deciding)
