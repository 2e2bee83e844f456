"""What a receipt costs in a run does not depend on how many there are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.batch.feed import Feed
from pipeline.batch.formats import Format
from pipeline.batch.inputs import Input
from pipeline.batch.journal import Journal, open_journal
from pipeline.batch.outputs import Outputs, write_complete
from pipeline.batch.packing import pack
from pipeline.batch.run import Run
from pipeline.batch.worker import Done, Hashed
from pipeline.batch.worker_events import Asked, Event, Read
from pipeline.receipt import Receipt, Source

PACKED = pack(
    [
        Receipt(
            source=Source(path="", page=1, sha256=None),
            status="ok",
            engine="fake",
            model="fake-model",
        )
    ]
)


class InstantPool:
    """Reads four files at a time, without processes; every fifth file is a copy."""

    size = 4
    engine = model = "fake"

    def __init__(self) -> None:
        self._asking: list[Input] = []
        self._reading: list[Input] = []

    @property
    def busy_count(self) -> int:
        return len(self._asking) + len(self._reading)

    @property
    def idle_count(self) -> int:
        return self.size - self.busy_count

    def hand_out(self, task: Input) -> None:
        self._asking.append(task)

    def answer(self, task: Input, go_on: bool) -> None:
        if go_on:
            self._reading.append(task)

    def wait(self, seconds: float) -> list[Event]:
        read = [Read(task, Done(digest_of(task), PACKED, False)) for task in self._reading]
        asked = [Asked(task, Hashed(digest_of(task), None)) for task in self._asking]
        self._reading, self._asking = [], []
        return [*read, *asked]


def digest_of(task: Input) -> str:
    number = int(task.location)
    return sha256(str(number - number % 5 if number % 5 == 1 else number).encode()).hexdigest()


def run(folder: Path, count: int) -> None:
    """All of a run but processes and files to read: from the feed to the output."""
    outputs = Outputs(folder / f"{count}.jsonl", Format.JSONL)
    feed = Feed(Input(str(number), 0, f"{number:09}".encode()) for number in range(count))
    written: list[str] = []
    with open_journal(outputs.journal) as journal:
        journal.begin()
        settled = sum(one is not None for one in _read(feed, journal))
        write_complete(journal, outputs, lambda records: written.append(records[0].source.path))
    assert settled == count
    assert written == [str(number) for number in range(count)]


def _read(feed: Feed, journal: Journal) -> Iterator[object]:
    yield from Run(InstantPool(), feed, journal).read()  # type: ignore[arg-type]


@contextmanager
def counted_calls() -> Iterator[Callable[[], int]]:
    """Counts the functions that this thread calls."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        yield lambda: calls
    finally:
        sys.setprofile(None)


def test_calls_a_receipt_are_the_same_for_300_and_3000(tmp_path: Path) -> None:
    run(tmp_path, 10)  # what is made at first use is made
    costs = {}
    for count in (300, 3000):
        with counted_calls() as calls:
            run(tmp_path, count)
            costs[count] = calls() / count
    assert costs[3000] < 1.1 * costs[300]


def test_database_steps_a_receipt_are_the_same_for_300_and_3000(
    tmp_path: Path, monkeypatch: Any
) -> None:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    real = Journal.begin

    def begin(journal: Journal) -> None:
        journal._database.set_progress_handler(count, 10)
        real(journal)

    monkeypatch.setattr(Journal, "begin", begin)
    costs = {}
    for receipts in (300, 3000):
        steps = 0
        run(tmp_path, receipts)
        costs[receipts] = steps / receipts
    assert 0 < costs[3000] < 1.2 * costs[300]
