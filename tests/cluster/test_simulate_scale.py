"""The simulation of runs at scale, against what can be computed by hand."""

from __future__ import annotations

import json
import random
from argparse import Namespace
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.cluster.dataset import rows_per_batch, rows_per_part


@pytest.fixture(scope="module")
def script(project: Path) -> ModuleType:
    loader = SourceFileLoader("simulate_scale", str(project / "scripts" / "simulate_scale"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    import sys

    sys.modules[loader.name] = module  # dataclasses look it up
    loader.exec_module(module)
    return module


def world(**changes: float) -> Namespace:
    """Nothing dies, nothing is slow, files come at once."""
    calm = {
        "count": 1600,
        "actors": 4,
        "cores_per_node": 2,
        "deaths_per_node_hour": 0.0,
        "noticed_after": 0.0,
        "cold_start": 0.0,
        "slow_nodes": 0.0,
        "slow_factor": 1.0,
        "get_seconds": 0.0,
        "node_megabytes": float("inf"),
        "gets_per_second": float("inf"),
    }
    return Namespace(**(calm | changes))


def outcome(script: ModuleType, **changes: float):
    receipts = script.Receipts((2.0,), 1.9, 1e6, 1e4, 0.0)
    return script.simulate(receipts, world(**changes), random.Random(1))


def test_calm_actors_share_the_work_evenly(script: ModuleType) -> None:
    found = outcome(script)
    assert found.seconds == pytest.approx(1600 / 4 * 2.0)
    assert (found.lost_seconds, found.deaths) == (0.0, 0)


def test_waiting_for_the_object_store_adds_up(script: ModuleType) -> None:
    # Two actors share 10 MB a second, so a file of 1 MB takes 0.2 s, and 0.1 s until it begins.
    found = outcome(script, get_seconds=0.1, node_megabytes=10)
    assert found.seconds == pytest.approx(1600 / 4 * 2.3)
    # Half as many files a second as the actors could read: the store is what takes the time.
    assert outcome(script, gets_per_second=1).seconds == pytest.approx(1600)


def test_slow_nodes_make_the_run_longer(script: ModuleType) -> None:
    assert outcome(script, slow_nodes=1, slow_factor=3).seconds == pytest.approx(1600 / 4 * 6.0)


def test_what_dies_is_read_again(script: ModuleType) -> None:
    found = outcome(script, deaths_per_node_hour=30, noticed_after=10, cold_start=60)
    assert found.deaths > 0
    assert found.busy_seconds == pytest.approx(1600 * 2.0)
    assert 0 < found.lost_seconds <= 4 * found.deaths * 16 * 2.0
    assert found.seconds > 1600 / 4 * 2.0


def test_batches_and_parts_stay_within_bounds() -> None:
    assert rows_per_batch(40, 2) == 5  # a few for each actor
    assert rows_per_batch(2000, 4) == 16
    assert rows_per_batch(1_000_000, 1000) == 50  # so many batches as the driver can hold
    assert [rows_per_part(count) for count in (10, 10_000, 10_000_000)] == [16, 100, 1000]


def test_a_prediction_is_compared_with_a_measured_run(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = measured_run(tmp_path / "small", 160, seconds=165.0)
    large = measured_run(tmp_path / "large", 1600, seconds=1500.0)
    given = Namespace(like=str(small), run=str(large), tolerance=0.15)
    assert script.compare(given) == 0  # 5 s to start and 1600 s of reading against 1500 s
    assert "predicted        1,605.0  measured        1,500.0  +7.0%" in capsys.readouterr().out
    given.tolerance = 0.05
    assert script.compare(given) == 1


def measured_run(folder: Path, count: int, seconds: float) -> Path:
    """An output folder of one actor that took a second a receipt, from its fifth second on."""
    name = "records/a.jsonl"
    record = {"source": {"path": "a.png"}, "timings": {"ocr": 0.9}}
    (folder / "records").mkdir(parents=True)
    (folder / name).write_text(f"{json.dumps(record)}\n")
    head = {"inputs": count, "inputs_read": count, "actors": 1, "seconds": seconds}
    part = {
        "inputs": count,
        "records": count,
        "files": [{"name": name, "bytes": 100 * count}],
        "statuses": {"ok": count},
        "cost": {"started_at": 1005.0, "seconds": 1.0 * count, "core_seconds": 0.8 * count},
    }
    lines = [head | {"started_at": 1000.0}, part]
    (folder / "manifest.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return folder
