"""A pool goes over to another extractor while it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from run_fakes import MODEL, scripted_extractor

from pipeline.batch.inputs import Input
from pipeline.batch.packing import unpack
from pipeline.batch.worker_events import Asked, Died, Read
from pipeline.batch.workers import Limits, WorkerPool
from pipeline.errors import ConfigError, PipelineError

SECONDS = 60


class Driver:
    """Hands out files, and notes which model read each."""

    def __init__(self, folder: Path, pool: WorkerPool) -> None:
        self.folder = folder
        self.pool = pool
        self.models: list[str] = []
        self.died: list[str] = []
        self.outcomes: list[PipelineError | None] = []

    def hand_out(self, script: str) -> None:
        path = self.folder / f"{self.pool.busy_count}-{len(self.models)}.txt"
        path.write_text(script)
        self.pool.hand_out(Input(str(path)))

    def switch(self, model: str) -> None:
        self.pool.switch(partial(scripted_extractor, None, model), self.outcomes.append)

    def step(self) -> None:
        for event in self.pool.wait(0.05):
            if isinstance(event, Asked):
                self.pool.answer(event.task, True)
            elif isinstance(event, Read):
                self.models.append(unpack(event.done.packed)[0].model)
            elif isinstance(event, Died):
                self.died.append(event.cause)

    def read(self, script: str = "good") -> str:
        """Read one file; the model that read it."""
        before = len(self.models)
        self.until(lambda: self.pool.idle_count > 0)
        self.hand_out(script)
        self.until(lambda: len(self.models) > before)
        return self.models[-1]

    def until_settled(self, size: int) -> None:
        workers = self.pool._workers
        self.until(lambda: len(workers) == size and all(one.is_ready for one in workers))

    def until(self, holds) -> None:
        deadline = monotonic() + SECONDS
        while not holds():
            assert monotonic() < deadline
            self.step()


@contextmanager
def driven(folder: Path, size: int = 1, **options: int) -> Iterator[Driver]:
    with WorkerPool(scripted_extractor, size, Limits(SECONDS), **options) as pool:
        yield Driver(folder, pool)


def test_files_are_read_without_a_pause_while_the_extractor_changes(tmp_path):
    with driven(tmp_path, size=2) as driver:
        assert driver.read() == MODEL
        driver.switch("next")
        while not driver.outcomes:
            assert driver.read() == MODEL
        assert driver.outcomes == [None]
        assert driver.pool.model == "next"
        assert driver.read() == "next"  # although one of the old workers is still there
        driver.until_settled(2)
        assert [driver.read() for _ in range(4)] == ["next"] * 4


def test_a_worker_finishes_its_file_before_it_is_replaced(tmp_path):
    with driven(tmp_path) as driver:
        driver.hand_out(f"until {tmp_path / 'go'}")
        driver.switch("next")
        driver.until(lambda: driver.outcomes)
        assert driver.models == []
        assert driver.read() == "next"  # meanwhile the new one reads
        (tmp_path / "go").touch()
        driver.until(lambda: len(driver.models) == 2)
        assert driver.models == ["next", MODEL]
        driver.until_settled(1)
        assert driver.died == []


@pytest.mark.parametrize(
    ("model", "kind", "message"),
    [("broken", ConfigError, "not a model folder"), ("killed", PipelineError, "exit code 7")],
)
def test_an_extractor_that_cannot_be_loaded_changes_nothing(tmp_path, model, kind, message):
    with driven(tmp_path) as driver:
        driver.switch(model)
        driver.until(lambda: driver.outcomes)
        (error,) = driver.outcomes
        assert isinstance(error, kind) and message in str(error)
        assert (driver.read(), driver.pool.model) == (MODEL, MODEL)


def test_the_last_of_several_switches_counts(tmp_path):
    with driven(tmp_path, files_per_worker=2) as driver:
        driver.switch("first")
        driver.switch("second")
        driver.until(lambda: driver.outcomes)
        driver.until_settled(1)
        # Workers that are replaced later have the new extractor, too.
        assert [driver.read() for _ in range(5)] == ["second"] * 5
        assert driver.outcomes == [None]


def test_a_worker_that_dies_after_the_switch_is_replaced_by_a_new_one(tmp_path):
    with driven(tmp_path) as driver:
        driver.hand_out("hang")
        driver.switch("next")
        driver.until(lambda: driver.outcomes)
        (hanging,) = [one for one in driver.pool._workers if one.task is not None]
        hanging.process.kill()
        driver.until(lambda: driver.died)
        driver.until_settled(1)
        assert driver.read() == "next"
