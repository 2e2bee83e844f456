"""`receipts extract --backend ray` on real Ray clusters: the records of a run on one machine."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from run_fakes import scripted_extractor

from pipeline.batch.formats import Format
from pipeline.batch.job import Job, Watcher, run_job
from pipeline.config import ExtractConfig
from pipeline.evaluation.cluster.local_cluster import Command, LocalCluster, environment

pytest.importorskip("ray", reason="the extra [ray] is not installed")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ray kills by signal")

HERE = Path(__file__).resolve().parent
FAKES = [HERE.parent / "batch"]
RECEIPTS = "from pipeline.cli import app; app()"
FILES = 40
KINDS = {5: "segfault", 7: "raise", 17: "raise"}  # by content; the others take a moment
Record = dict[str, Any]


@pytest.fixture
def two_nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCluster]:
    """Its actors write what they read into ``read.log``."""
    for name, value in {**environment(*FAKES), "READ_LOG": str(tmp_path / "read.log")}.items():
        monkeypatch.setenv(name, value)
    cluster = LocalCluster(2)
    try:
        yield cluster
    finally:
        cluster.stop()


def listed(output: Path) -> list[Record]:
    """The records of all parts that the manifest lists."""
    _, *parts = (output / "manifest.jsonl").read_text().splitlines()
    return list(_records_of(output, parts))


def _records_of(output: Path, parts: list[str]) -> Iterator[Record]:
    for line in parts:
        part = json.loads(line)
        content = (output / part["files"][0]["name"]).read_text(encoding="utf-8").splitlines()
        assert len(content) == part["records"]
        yield from map(json.loads, content)


def by_place(records: list[Record]) -> list[Record]:
    """Sorted by file and page; without what a second reading of the same file may change."""
    kept = [{name: value for name, value in one.items() if name != "timings"} for one in records]
    return sorted(kept, key=lambda one: (one["source"]["path"], one["source"]["page"]))


def locally(tmp_path: Path, *inputs: str, workers: int = 1, **settings: Any) -> list[Record]:
    """What `receipts extract` gives on one machine."""
    output = tmp_path / "local.jsonl"
    job = Job(inputs, output, Format.JSONL)
    quiet = Watcher(lambda line: None, lambda total: None)
    run_job(job, ExtractConfig(workers=workers, **settings), Event(), quiet)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_the_sample_receipts_give_the_records_of_a_run_on_one_machine(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real engine and model, on a cluster that the command starts itself; the output is at
    an address, which fsspec opens."""
    samples = project / "data" / "samples"
    inbox = tmp_path / "in"
    inbox.mkdir()
    for name in ("cafe-fr.jpg", "fuel-au.jpg", "taxi-sg-on-its-side.jpg", "two-receipts.pdf"):
        shutil.copy(samples / name, inbox)
    shutil.copy(samples / "fuel-au.jpg", inbox / "a-copy.jpg")
    (inbox / "damaged.jpg").write_bytes(b"\xff\xd8 no more")
    monkeypatch.chdir(tmp_path)
    expected = locally(tmp_path, "in", "missing.jpg", ocr_cache=tmp_path / "cache")
    assert {one["status"] for one in expected} >= {"ok", "error"}

    place = f"local://{tmp_path}/out"
    arguments = ["extract", "in", "missing.jpg", "-o", place, "--ocr-cache", tmp_path / "cache"]
    run = Command(RECEIPTS, *arguments, "--backend", "ray", "--workers", "1", cwd=tmp_path)
    assert run.end() == 1, run.complaints  # some records are errors
    assert by_place(listed(tmp_path / "out")) == by_place(expected)


def test_a_node_and_the_driver_are_killed_and_each_receipt_is_there_once(
    two_nodes: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number in range(FILES):
        content = number % 30  # the rest are copies
        kind = KINDS.get(content, "nap")
        (inbox / f"{number}.png").write_text(f"{kind} {'x' * content}")
    log = tmp_path / "read.log"

    def reads() -> int:
        return log.read_bytes().count(b"\n") if log.exists() else 0

    command = [HERE / "scripted_cluster_run.py", "in", "-o", "out"]
    address = ["--ray-address", two_nodes.address]
    first = Command(*command, *address, cwd=tmp_path, importable=FAKES)
    first.wait_until(lambda: reads() >= 10)
    two_nodes.kill_node()
    first.wait_until(lambda: len(list((tmp_path / "out").glob("commits/*.json"))) >= 1)
    first.process.kill()
    first.end()
    assert not (tmp_path / "out" / "manifest.jsonl").exists()

    second = Command(*command, *address, cwd=tmp_path, importable=FAKES)
    assert second.end() == 1, second.complaints
    assert "known from an earlier run" in second.complaints
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipeline.batch.job.load_extractor", scripted_extractor)
    assert by_place(listed(tmp_path / "out")) == by_place(locally(tmp_path, "in", workers=4))
