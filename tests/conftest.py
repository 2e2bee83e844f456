"""Fixtures that every stage's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.batch.processes import ONE_THREAD

# pytest-xdist starts a process per core: libraries that use all cores in each of them would spend
# most of their time waiting for each other. They read this when they are first imported.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.update(ONE_THREAD)

# Nothing is wrong with an example that took long on a busy machine.
settings.register_profile("untimed", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("untimed")

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
