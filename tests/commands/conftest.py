"""Engines and a folder for runs of `receipts extract`."""

from __future__ import annotations

from pathlib import Path

import pytest


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
