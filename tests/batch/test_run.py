"""Folder runs in worker processes: order, crashes, stopping; nothing disappears."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from extraction_fakes import (
    BLANK,
    CRASHES,
    GOOD,
    NO_TOTAL,
    RAISES,
    SLOW,
    FakeTagger,
    fake_extractor,
)
from PIL import Image

from pipeline.batch.feed import Feed
from pipeline.batch.inputs import Input, printable
from pipeline.batch.journal import Outcome, open_journal
from pipeline.batch.run import Run, Settled, in_order
from pipeline.batch.workers import WorkerPool
from pipeline.document import Page
from pipeline.errors import EngineUnavailable, PipelineError
from pipeline.extractor import Extractor

Colour = tuple[int, int, int]


def images(folder: Path, *colours: Colour) -> list[Path]:
    paths = []
    for number, colour in enumerate(colours):
        path = folder / f"{number:03}.png"
        # Each picture is as wide as no other: equal ones would be read once.
        Image.new("RGB", (40 + number, 40), colour).save(path)
        paths.append(path)
    return paths


def extract_all(pool: WorkerPool, paths: list[Path]) -> Iterator[Outcome]:
    feed = Feed(Input(str(path), position) for position, path in enumerate(paths))
    with open_journal(None) as journal:
        journal.begin()
        for settled in in_order(Run(pool, feed, journal).read()):
            yield journal.outcome(settled.found)


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [record.status for outcome in outcomes for record in outcome.records]


def test_one_worker_dies_and_the_run_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = images(tmp_path, GOOD, CRASHES, GOOD, RAISES, BLANK, CRASHES, NO_TOTAL, *[GOOD] * 13)
    paths.insert(3, tmp_path / "nowhere.jpg")
    paths.append(paths.pop().rename(tmp_path / os.fsdecode(b"caf\xe9.png")))  # no Unicode text
    with WorkerPool(fake_extractor, 2) as pool, caplog.at_level(logging.ERROR):
        assert (pool.engine, pool.model) == ("fake", "fake-model")
        outcomes = list(extract_all(pool, paths))
    assert [outcome.name for outcome in outcomes] == [printable(str(path)) for path in paths]
    expected = ["ok", "error", "ok", "error", "error", "partial", "error", "partial", *["ok"] * 13]
    assert statuses(outcomes) == expected

    crashed = outcomes[1].records[0]
    assert crashed.error == "reading it failed twice: its process ended with exit code 7"
    assert crashed.source.sha256 is not None
    assert (crashed.engine, crashed.model) == ("fake", "fake-model")
    assert outcomes[0].records[0].total is not None
    # Workers' tracebacks reach the parent's log.
    assert "the lens fell off" in caplog.text


class FirstTimeUnlucky:
    """An engine whose process is killed the first time that it reads anything."""

    name = "unlucky"

    def read(self, image: Image.Image) -> Page:
        mark = Path(os.environ["UNLUCKY_MARK"])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
        return Page(image.width, image.height, ())


def unlucky_extractor() -> Extractor:
    return Extractor.of_parts(FirstTimeUnlucky(), FakeTagger())


def test_a_file_whose_worker_was_killed_gets_a_second_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNLUCKY_MARK", str(tmp_path / "mark"))
    with WorkerPool(unlucky_extractor, 1) as pool:
        outcomes = list(extract_all(pool, images(tmp_path, GOOD, GOOD)))
    assert statuses(outcomes) == ["partial", "partial"]
    assert (tmp_path / "mark").exists()


def test_stopping_keeps_what_is_finished(tmp_path: Path) -> None:
    paths = images(tmp_path, SLOW, GOOD)
    feed = Feed(Input(str(path), position) for position, path in enumerate(paths))
    settled: list[Settled] = []
    with WorkerPool(fake_extractor, 2) as pool, open_journal(None) as journal:
        journal.begin()
        run = Run(pool, feed, journal)
        for one in run.read(lambda: bool(settled)):
            if one is not None:
                settled.append(one)  # noqa: PERF401 - seen while the run goes on
        outcomes = [journal.outcome(one.found) for one in in_order(settled)]
    assert [outcome.name for outcome in outcomes] == [str(paths[1])]
    assert statuses(outcomes) == ["ok"]
    assert run.unread_count == 1


def test_workers_run_one_thread_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    with WorkerPool(threads_in_the_error, 1) as pool:
        (outcome,) = extract_all(pool, images(tmp_path, GOOD))
    assert outcome.records[0].error == "ocr failed: RuntimeError: threads: 1"
    assert os.environ["OMP_NUM_THREADS"] == "8"


class TellsThreads:
    name = "tells-threads"

    def read(self, image: Image.Image) -> Page:
        raise RuntimeError(f"threads: {os.environ['OMP_NUM_THREADS']}")


def threads_in_the_error() -> Extractor:
    return Extractor.of_parts(TellsThreads(), FakeTagger())


def unavailable() -> Extractor:
    raise EngineUnavailable("install the unobtainable")


def dies_loading() -> Extractor:
    os._exit(3)


def fails_loading() -> Extractor:
    raise KeyError("weights")


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (unavailable, EngineUnavailable, "install the unobtainable"),
        (dies_loading, PipelineError, "could not load engine and model.*exit code 3"),
        (fails_loading, PipelineError, "KeyError: 'weights'"),
    ],
)
def test_what_cannot_load_is_raised_before_anything_runs(
    make: object, kind: type[PipelineError], message: str
) -> None:
    with pytest.raises(kind, match=message), WorkerPool(make, 1):  # type: ignore[arg-type]
        pytest.fail("entered")
