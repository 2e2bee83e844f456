"""The plan of a cluster run: the inputs in numbered chunks, stored in the output folder.

Any node can look up what a number of the plan stands for, and a run that is started again knows
which inputs the earlier one had found.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipeline.batch.inputs import Input, is_address
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.plan_index import PlanIndex

_FOLDER = "plan"
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Planned:
    """An input with its number in the plan.

    Attributes:
        chunk, row: the number.
        found: where it is; paths are absolute, as nodes have other working directories.
        name: as written into records: the path as it was given or found.
    """

    chunk: int
    row: int
    found: Input
    name: str


def chunks_of(folder: OutputFolder) -> list[int]:
    """The numbers of all stored chunks, in order."""
    names = folder.names(_FOLDER)
    return sorted(int(name.partition(".")[0]) for name in names if name[0] != ".")


def read_chunk(folder: OutputFolder, chunk: int) -> list[Planned]:
    """The inputs of a chunk.

    Raises:
        OSError: it cannot be read.
    """
    lines = folder.read(_name(chunk)).splitlines()
    return [_planned(chunk, row, json.loads(line)) for row, line in enumerate(lines)]


def delete_chunk(folder: OutputFolder, chunk: int) -> None:
    folder.delete(_name(chunk))


def add_new(
    folder: OutputFolder,
    inputs: Iterable[Input],
    index: PlanIndex,
    first: int,
    should_stop: Callable[[], bool],
) -> int:
    """Store the inputs that the index does not know yet, a thousand a chunk.

    Args:
        first: the number of the next chunk.
        should_stop: called for each input; listing ends when it returns true.

    Returns:
        How many were new.

    Raises:
        OSError: the folder cannot be written.
        PipelineError: what finding inputs raises.
    """
    chunk, count = first, 0
    rows: list[Planned] = []
    for given in inputs:
        if should_stop():
            break
        found = _absolute(given)
        if index.moved(found):
            continue
        rows.append(Planned(chunk, len(rows), found, given.name))
        index.add(chunk, rows[-1].row, found, given.name)
        count += 1
        if len(rows) == _ROWS:
            _write(folder, chunk, rows)
            chunk, rows = chunk + 1, []
    if rows:
        _write(folder, chunk, rows)
    return count


def _absolute(found: Input) -> Input:
    if is_address(found.location):
        return found
    return replace(found, location=os.path.abspath(found.location))  # noqa: PTH100 - as key_of


def _name(chunk: int) -> str:
    return f"{_FOLDER}/{chunk:06}.jsonl"


def _write(folder: OutputFolder, chunk: int, rows: list[Planned]) -> None:
    lines = (
        json.dumps([row.name, row.found.location, row.found.position, row.found.place.hex()])
        for row in rows
    )
    folder.write(_name(chunk), "".join(f"{line}\n" for line in lines).encode())


def _planned(chunk: int, row: int, stored: list[object]) -> Planned:
    name, location, position, place = stored
    assert isinstance(position, int)
    found = Input(str(location), position, bytes.fromhex(str(place)))
    return Planned(chunk, row, found, str(name))
