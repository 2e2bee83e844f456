"""What an actor does: read batches of inputs in a worker process, as a run on one machine does.

The engine is not loaded into the actor itself. A receipt that crashes it, hangs or exhausts memory
would end the actor, and Ray would send the same receipt to the next one without end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from platform import node
from typing import TYPE_CHECKING, Any

import psutil

from pipeline.batch.feed import Feed
from pipeline.batch.fingerprint import fingerprint_of
from pipeline.batch.inputs import Input
from pipeline.batch.journal import open_journal
from pipeline.batch.packing import pack
from pipeline.batch.run import Run
from pipeline.batch.workers import Limits, WorkerPool
from pipeline.cluster.commit import Cost
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.plan import read_chunk
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError, PipelineError
from pipeline.receipt import Receipt

if TYPE_CHECKING:
    from pipeline.batch.worker import MakeExtractor

PROBLEM = "problem"
_COST = tuple(Cost.model_fields)
_COLUMNS = ("chunk", "row", "packed", *_COST, PROBLEM)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an actor needs to know.

    Attributes:
        make_extractor: called once in the worker process.
        settings: the limits per file.
        fingerprint: the driver's, which every node must have.
    """

    make_extractor: MakeExtractor
    settings: ExtractConfig
    fingerprint: Mapping[str, str]


class ReceiptReader:
    """A worker process with its models, and the batches that are read in it.

    Whatever goes wrong here is told with the first batch, because Ray starts an actor again that
    could not be made.
    """

    def __init__(self, folder: OutputFolder, reading: Reading) -> None:
        self._folder = folder
        self._problem: str | None = None
        try:
            _check_same(fingerprint_of(reading.settings), reading.fingerprint)
            # At most one actor a core shares the memory of a node.
            limits = Limits.of(reading.settings, os.cpu_count() or 1)
            self._pool = WorkerPool(reading.make_extractor, 1, limits).__enter__()
        except PipelineError as error:
            self._problem = f"{node()}: {error}"

    def __call__(self, batches: Any) -> Any:
        """Read batches.

        Args:
            batches: a ``pyarrow.Table`` with the columns chunk and rows, numbers of the plan.

        Returns:
            A ``pyarrow.Table`` with a row for each input: chunk, row, packed, its share of the
            batch's ``Cost``; if nothing can be read here, a single row with the problem.
        """
        import pyarrow as pa

        if self._problem is not None:
            read = [dict.fromkeys(_COLUMNS, None) | {PROBLEM: self._problem}]
        else:
            read = [one for batch in batches.to_pylist() for one in self._read(**batch)]
        types = (pa.int32(), pa.int32(), pa.binary(), *[pa.float64()] * len(_COST), pa.string())
        return pa.Table.from_pylist(read, pa.schema(list(zip(_COLUMNS, types, strict=True))))

    def _read(self, chunk: int, rows: list[int]) -> list[dict[str, Any]]:
        started_at, started, before = time.time(), time.monotonic(), core_seconds()
        stored = read_chunk(self._folder, chunk)
        planned = [stored[row] for row in rows]
        records = read_inputs(self._pool, [one.found for one in planned])
        packed = [
            pack([_named(record, one.name) for record in found])
            for one, found in zip(planned, records, strict=True)
        ]
        share = Cost(
            started_at=started_at,
            seconds=(time.monotonic() - started) / len(rows),
            core_seconds=max(0.0, core_seconds() - before) / len(rows),
        ).model_dump()
        return [
            {"chunk": chunk, "row": row, "packed": content, **share, PROBLEM: None}
            for row, content in zip(rows, packed, strict=True)
        ]


def cost_of(row: Mapping[str, Any]) -> Cost:
    """The cost in a row that a reader gave."""
    return Cost(**{name: row[name] for name in _COST})


def read_inputs(pool: WorkerPool, inputs: Sequence[Input]) -> list[list[Receipt]]:
    """The records of each input, in their order.

    Raises:
        PipelineError: a worker cannot be replaced.
    """
    feed = Feed(inputs)
    feed.look_ahead(len(inputs))
    with open_journal(None) as journal:
        journal.begin()
        for _ in Run(pool, feed, journal).read():
            pass
        return [journal.outcome(found).records for found in inputs]


def core_seconds() -> float:
    """Processor time of this process and those that it has started, as far as it is known."""
    times = os.times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            of_child = child.cpu_times()
            total += of_child.user + of_child.system
    return total


def _named(record: Receipt, name: str) -> Receipt:
    """The record under the name that the input was given by; which inputs are copies of others is
    known at the end only."""
    source = record.source.model_copy(update={"path": name, "duplicate_of": None})
    return record.model_copy(update={"source": source})


def _check_same(here: Mapping[str, str], driver: Mapping[str, str]) -> None:
    differing = [name for name, value in driver.items() if here.get(name) != value]
    if differing:
        raise ConfigError(
            f"differs from the machine where the command was started: {', '.join(differing)}; "
            "install the same versions on all nodes"
        )
