"""Fixtures that every stage's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def shared_datasets() -> Path:
    """The folder with the real receipts (SROIE, WildReceipt, CORD); not part of the project."""
    folder = Path(os.environ.get("RECEIPT_DATASETS", PROJECT.parent / "shared" / "datasets"))
    if not (folder / "sroie").is_dir():
        pytest.skip(f"real receipts not found: {folder} (set RECEIPT_DATASETS to their folder)")
    return folder
