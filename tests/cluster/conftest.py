"""Makes the scripted extractor of the tests of folder runs importable."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster_output import Output

from pipeline.cluster.plan_index import open_index

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "batch"))


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Output]:
    with open_index() as index:
        yield Output(tmp_path / "out", index)
