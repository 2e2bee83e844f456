"""Many files read by workers: order, errors, the caller's pace, and the end of it all."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from extraction_fakes import fake_extractor
from run_fakes import scripted_extractor

from pipeline.batch import many
from pipeline.batch.many import read_many
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError, EngineUnavailable
from pipeline.extractor import Extractor
from pipeline.receipt import Receipt

Paths = list[Path]


def written(folder: Path, *texts: str) -> Paths:
    """A file for each text: its first word says what reading it does."""
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(f"{text} {number}")
        paths.append(path)
    return paths


def read(
    paths: object, make: Callable[[], object] = scripted_extractor, **settings: object
) -> Iterator[list[Receipt]]:
    config = ExtractConfig.of({"workers": 2, **settings})
    return read_many(paths, config, make)  # type: ignore[arg-type]


def outcomes(results: Iterator[list[Receipt]]) -> list[tuple[str, str]]:
    return [(Path(one.source.path).name, one.status) for records in results for one in records]


def test_each_path_has_its_records_in_order_whatever_happens(tmp_path: Path) -> None:
    paths = written(tmp_path, "slow", "raise", "good", "segfault", "hang", *["good"] * 5)
    paths.insert(2, tmp_path / "nowhere.txt")
    paths.append(tmp_path)
    results = list(read(paths, timeout=3))
    assert [len(records) for records in results] == [1] * len(paths)
    records = [one for (one,) in results]
    assert [one.source.path for one in records] == [str(path) for path in paths]
    failed = {Path(one.source.path).name: one.error or "" for one in records if one.error}
    assert failed.keys() == {"1.txt", "nowhere.txt", "3.txt", "4.txt", tmp_path.name}
    assert "the lens fell off" in failed["1.txt"]
    assert "killed by SIGSEGV" in failed["3.txt"]
    assert "longer than 3 seconds" in failed["4.txt"]


def test_paths_may_be_of_any_kind_and_come_twice(tmp_path: Path) -> None:
    first, second = written(tmp_path, "good", "good")
    copy = tmp_path / "copy.txt"
    copy.write_bytes(first.read_bytes())
    results = list(read(iter([str(first), second, first, copy, second])))
    assert outcomes(iter(results)) == [
        (name, "ok") for name in ("0.txt", "1.txt", "0.txt", "copy.txt", "1.txt")
    ]
    assert [one.source.duplicate_of for (one,) in results] == [None] * 3 + [str(first), None]


def test_no_paths_start_no_workers() -> None:
    def make() -> object:
        raise AssertionError("started")

    assert list(read([], make)) == []


def test_paths_without_end_are_taken_as_the_records_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "_AHEAD", 8)
    taken = []

    def endless() -> Iterator[Path]:
        for number in itertools.count():
            path = tmp_path / f"{number}.txt"
            path.write_text(f"good {number}")
            taken.append(path)
            yield path

    results = read(endless())
    assert outcomes(itertools.islice(results, 20)) == [(f"{n}.txt", "ok") for n in range(20)]
    time.sleep(0.5)
    assert len(taken) <= 20 + 8 + 1
    results.close()  # type: ignore[attr-defined]


def test_a_caller_who_takes_long_costs_no_file_its_time(tmp_path: Path) -> None:
    results = read(written(tmp_path, *["good"] * 6), timeout=1)
    first = next(results)
    time.sleep(2.5)
    assert outcomes(iter([first, *results])) == [(f"{number}.txt", "ok") for number in range(6)]


def test_stopping_early_ends_workers_and_threads(tmp_path: Path) -> None:
    children = {child.pid for child in psutil.Process().children()}
    threads = threading.active_count()
    results = read(written(tmp_path, "good", "hang", "good"))
    assert next(results)[0].status == "ok"
    results.close()  # type: ignore[attr-defined]
    started = [one for one in psutil.Process().children() if one.pid not in children]
    assert all("resource_tracker" in " ".join(one.cmdline()) for one in started)
    deadline = time.monotonic() + 10
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= threads


def test_what_the_paths_raise_comes_after_the_records_before(tmp_path: Path) -> None:
    def broken() -> Iterator[Path]:
        yield from written(tmp_path, "good", "good")
        raise LookupError("the list is torn")

    results = read(broken())
    assert outcomes(itertools.islice(results, 2)) == [("0.txt", "ok"), ("1.txt", "ok")]
    with pytest.raises(LookupError, match="the list is torn"):
        next(results)


def unavailable() -> object:
    raise EngineUnavailable("install the unobtainable")


def test_workers_that_cannot_load_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="unobtainable"):
        list(read(written(tmp_path, "good"), unavailable))


@pytest.mark.parametrize("paths", ["a.jpg", Path("a.jpg"), b"content"])
def test_one_path_is_refused_at_once(paths: object) -> None:
    with pytest.raises(TypeError, match="takes several paths, not a"):
        read(paths)


def test_what_is_no_path_is_refused_when_it_comes(tmp_path: Path) -> None:
    results = read([*written(tmp_path, "good"), b"content"])
    assert outcomes(itertools.islice(results, 1)) == [("0.txt", "ok")]
    with pytest.raises(TypeError, match="takes paths, not a bytes"):
        next(results)


def test_settings_are_checked_at_once() -> None:
    with pytest.raises(ConfigError, match="needs an Extractor made of settings"):
        fake_extractor().extract_many([])
    with pytest.raises(ConfigError, match="workers: must be at least 1"):
        Extractor(model="rules").extract_many([], workers=0)


SCRIPT = """
from functools import partial
from pipeline.batch.many import read_many
from pipeline.config import ExtractConfig
from run_fakes import scripted_extractor

def work():
    config = ExtractConfig(workers=1)
    for (record,) in read_many([PATH], config, scripted_extractor):
        print(record.status)
"""


@pytest.mark.parametrize("guarded", [True, False])
def test_a_script_without_a_guard_is_told_of_it(tmp_path: Path, guarded: bool) -> None:
    (path,) = written(tmp_path, "good")
    call = 'if __name__ == "__main__":\n    work()' if guarded else "work()"
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace("PATH", repr(str(path))) + call)
    paths = [str(Path(__file__).parent), *filter(None, sys.path)]
    ran = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
    )
    if guarded:
        assert (ran.returncode, ran.stdout) == (0, "ok\n")
    else:
        assert ran.returncode == 1
        assert "put the script's own work under `if __name__ == '__main__':`" in ran.stderr


def test_the_samples_as_extract_reads_them(project: Path) -> None:
    samples = project / "data" / "samples"
    paths = [samples / "two-receipts.pdf", samples / "README.md", samples / "cafe-fr.jpg"]
    extractor = Extractor(model="rules")

    def plain(records: list[Receipt]) -> list[Receipt]:
        return [one.model_copy(update={"timings": {}}) for one in records]

    many_read = [plain(records) for records in extractor.extract_many(paths, workers=2)]
    assert many_read == [plain(extractor.extract(path)) for path in paths]
    assert [[one.status for one in records] for records in many_read][1] == ["error"]
