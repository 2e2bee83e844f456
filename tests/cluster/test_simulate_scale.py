"""The simulation of runs at scale, against what can be computed by hand."""

from __future__ import annotations

import json
import random
from argparse import Namespace
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.cluster.dataset import rows_per_batch, rows_per_part
from pipeline.evaluation.cluster.copies import filled, pictures_of, typical
from pipeline.evaluation.cluster.measured import MeasuredRun
from pipeline.evaluation.cluster.simulation import Outcome, Receipts, World, simulate


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


def outcome(**changes: float) -> Outcome:
    """Of a calm world, but for some changes."""
    receipts = Receipts((2.0,), 1.9, 1e6, 1e4, 0.0)
    calm = World(count=1600, actors=4, cores_per_node=2)
    return simulate(receipts, replace(calm, **changes), random.Random(1))


def test_calm_actors_share_the_work_evenly() -> None:
    found = outcome()
    assert found.seconds == pytest.approx(1600 / 4 * 2.0)
    assert (found.lost_seconds, found.deaths) == (0.0, 0)


def test_waiting_for_the_object_store_adds_up() -> None:
    # Two actors share 10 MB a second, so a file of 1 MB takes 0.2 s, and 0.1 s until it begins.
    found = outcome(get_seconds=0.1, node_megabytes=10)
    assert found.seconds == pytest.approx(1600 / 4 * 2.3)
    # Half as many files a second as the actors could read: the store is what takes the time.
    assert outcome(gets_per_second=1).seconds == pytest.approx(1600)


def test_slow_nodes_make_the_run_longer() -> None:
    assert outcome(slow_nodes=1, slow_factor=3).seconds == pytest.approx(1600 / 4 * 6.0)


def test_pictures_are_found_by_all_endings_of_jpeg_and_png(tmp_path: Path) -> None:
    for name in ("b.jpeg", "a.JPG", "c.png", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in pictures_of(tmp_path)] == ["a.JPG", "b.jpeg", "c.png"]


def test_what_dies_is_read_again() -> None:
    found = outcome(deaths_per_node_hour=30, noticed_after=10, cold_start=60)
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


def test_a_prediction_counts_heads_of_files_by_part(script: ModuleType, tmp_path: Path) -> None:
    small = measured_run(tmp_path / "small", 16, seconds=20.0)
    head, whole = map(json.loads, (small / "manifest.jsonl").read_text().splitlines())
    parts = [
        whole | {"inputs": inputs, "files": [whole["files"][0] | {"bytes": 5000 + 100 * inputs}]}
        for inputs in (16, 16, 6)
    ]
    lines = "".join(f"{json.dumps(line)}\n" for line in (head, *parts))
    (small / "manifest.jsonl").write_text(lines)
    given = Namespace(like=str(small), count=10_000, input_bytes=None, output_bytes=None)
    of_each = 100 + 5000 / rows_per_part(10_000)
    assert script.measured(given).output_bytes == pytest.approx(of_each)
    given.output_bytes = 7.0
    assert script.measured(given).output_bytes == 7.0


def test_larger_files_are_predicted_to_take_longer() -> None:
    files = [(1000 * number, 0.5 + 0.001 * number) for number in range(1, 101)]
    part = {
        "inputs": 100,
        "records": 100,
        "files": [],
        "statuses": {},
        "cost": {"started_at": 0.0, "seconds": 55.05, "core_seconds": 50.0},
    }
    run = MeasuredRun({}, [part], {}, files, [size for size, _ in files])
    own = run.receipts_of([size for size, _ in files])
    assert own.core_seconds == pytest.approx(run.receipts().core_seconds)
    larger = run.receipts_of([150_500] * 10)  # by 100,000 bytes: 0.1 s more than 0.5505 s
    assert sum(larger.seconds) / 100 == pytest.approx(0.6505)
    assert larger.core_seconds == pytest.approx(0.5 * 0.6505 / 0.5505)
    assert run.receipts_of([]) == run.receipts()


def test_heads_of_files_count_once_a_part() -> None:
    def part(inputs: int, of_head: int) -> dict[str, object]:
        return {"inputs": inputs, "files": [{"bytes": of_head}, {"bytes": 100 * inputs}]}

    run = MeasuredRun({}, [part(16, 5000), part(16, 5000), part(6, 5000)], {}, [], [])
    assert run.written_for(38) == pytest.approx(run.written)
    assert run.written_for(10_000) == pytest.approx(100 * 5000 + 10_000 * 100)
    alike = MeasuredRun({}, [part(16, 5000), part(16, 5000)], {}, [], [])
    assert alike.written_for(320) == pytest.approx(10 * alike.written)


def test_a_few_pictures_stand_for_all_and_make_many_inputs(tmp_path: Path) -> None:
    pictures = []
    for number in range(20):
        picture = tmp_path / f"{number:02}.png"
        picture.write_bytes(b"x" * (1 + 7 * number % 20))
        pictures.append(picture)
    sizes = sorted(one.stat().st_size for one in typical(pictures, 5))
    assert sizes == [3, 7, 11, 15, 19]
    assert typical(pictures, 20) == pictures
    made = sorted(filled(tmp_path / "new" / "in", pictures, 50).iterdir())
    assert len({one.read_bytes() for one in made}) == 50
