"""The run as a Ray Dataset: inputs of the plan, read by a pool of actors, written in parts.

All stages run at once and pass small blocks on. Ray holds a stage back while the next ones have
enough to do, so a node holds a few batches, however long the plan is. If a node dies, Ray repeats
what was being read there elsewhere; a part that was written twice is committed once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from pydantic import TypeAdapter

from pipeline.cluster.commit import ReadInput
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.part import FileRead, rewrite_part, write_part
from pipeline.cluster.reader import PROBLEM, Reading, ReceiptReader, cost_of
from pipeline.errors import ConfigError

# An actor's death costs a batch. Small ones end a run evenly; many take the driver's memory.
_ROWS_PER_BATCH = 16
_BATCHES_PER_ACTOR = 4
_BATCHES = 20_000
_ROWS_PER_PART = 16, 1000
_PARTS = 100
_REWRITTEN_AT_ONCE = 64  # the driver holds what these keep
_KEPT = TypeAdapter(list[ReadInput])


@dataclass(frozen=True, slots=True)
class Pool:
    """The actors.

    Attributes:
        size: how many, at most; each reads one receipt at a time on one core.
        gpus: share of a GPU that each gets.
    """

    size: int
    gpus: float = 0.0


def read_in_parts(
    folder: OutputFolder,
    run: int,
    unread: Sequence[tuple[int, list[int]]],
    reading: Reading,
    pool: Pool,
) -> Iterator[str]:
    """Read inputs of the plan and write their records in parts.

    Args:
        unread: chunks of the plan and the rows of each that are to be read.

    Yields:
        The name of each part once it is committed.

    Raises:
        ConfigError: a node cannot read receipts; the message names it and says why.
        Exception: the cluster or the output folder fails; as Ray raises it.
    """
    import ray.data

    _quiet()
    count = sum(len(rows) for _, rows in unread)
    batches = list(_batches(unread, rows_per_batch(count, pool.size)))
    dataset = (
        ray.data.from_items(batches, override_num_blocks=len(batches))
        .map_batches(
            ReceiptReader,
            fn_constructor_args=(folder, reading),
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(
                min_size=1,
                max_size=pool.size,
                initial_size=pool.size,
                max_tasks_in_flight_per_actor=2,  # the next batch waits at the actor
            ),
            num_cpus=1,
            num_gpus=pool.gpus or None,
        )
        # No core of its own: the actors hold all cores, also while one waits for this.
        .map_batches(
            partial(_write, folder, run),
            batch_size=rows_per_part(count),
            batch_format="pyarrow",
            num_cpus=0,
        )
    )
    for row in dataset.iter_rows():
        if row[PROBLEM] is not None:
            raise ConfigError(row[PROBLEM])
        yield row["part"]


def rewrite_parts(
    folder: OutputFolder, changes: Iterator[tuple[str, list[ReadInput]]]
) -> Iterator[str]:
    """Write parts again with the inputs that they keep.

    Yields:
        The name of each, once that is done.
    """
    import ray.data

    _quiet()
    while some := list(islice(changes, _REWRITTEN_AT_ONCE)):
        items = [{"part": part, "kept": _KEPT.dump_json(kept)} for part, kept in some]
        dataset = ray.data.from_items(items, override_num_blocks=len(items))
        for row in dataset.map(partial(_rewrite, folder), num_cpus=0).iter_rows():
            yield row["part"]


def _quiet() -> None:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.enable_auto_log_stats = False
    context.print_on_execution_start = False


def _batches(
    unread: Sequence[tuple[int, list[int]]], size: int
) -> Iterator[dict[str, int | list[int]]]:
    for chunk, rows in unread:
        for first in range(0, len(rows), size):
            yield {"chunk": chunk, "rows": rows[first : first + size]}


def rows_per_batch(count: int, actors: int) -> int:
    """How many inputs an actor is given at once; so much is read again where a node dies."""
    evenly = max(1, math.ceil(count / (_BATCHES_PER_ACTOR * actors)))
    return max(min(_ROWS_PER_BATCH, evenly), math.ceil(count / _BATCHES))


def rows_per_part(count: int) -> int:
    """A hundredth of the inputs: so much is read again, at most, after the driver was killed."""
    least, most = _ROWS_PER_PART
    return max(least, min(most, math.ceil(count / _PARTS)))


def _write(folder: OutputFolder, run: int, batch: Any) -> Any:
    import pyarrow as pa

    rows = batch.to_pylist()
    problem = next((row[PROBLEM] for row in rows if row[PROBLEM] is not None), None)
    part = None
    if problem is None:
        read = [FileRead(row["chunk"], row["row"], row["packed"], cost_of(row)) for row in rows]
        part = write_part(folder, run, read)
    schema = pa.schema([("part", pa.string()), (PROBLEM, pa.string())])
    return pa.Table.from_pylist([{"part": part, PROBLEM: problem}], schema)


def _rewrite(folder: OutputFolder, item: Mapping[str, Any]) -> dict[str, str]:
    rewrite_part(folder, item["part"], _KEPT.validate_json(item["kept"]))
    return {"part": item["part"]}
