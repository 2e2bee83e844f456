"""Write the records of some inputs as a part: JSONL, and Parquet tables of records and items."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from pipeline.batch.formats import Format
from pipeline.batch.packing import unpack
from pipeline.batch.sinks import open_file_sink
from pipeline.batch.summary import Summary
from pipeline.batch.table_columns import ITEMS, RECEIPTS, Table
from pipeline.cluster import commit as commits
from pipeline.cluster.commit import Commit, Cost, PartFile, ReadInput
from pipeline.cluster.output_folder import OutputFolder
from pipeline.receipt import Receipt

RECORDS = "records"
FORMATS: dict[str, tuple[Format, Table]] = {
    RECORDS: (Format.JSONL, RECEIPTS),
    "receipts": (Format.PARQUET, RECEIPTS),
    "items": (Format.PARQUET, ITEMS),
}
"""The folders of a part's files."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """An input that an actor has read.

    Attributes:
        chunk, row: its number in the plan.
        packed: its records, as ``pack`` gives them; ``duplicate_of`` is null in all.
        cost: its share of what its batch took.
    """

    chunk: int
    row: int
    packed: bytes
    cost: Cost


def write_part(folder: OutputFolder, run: int, read: Sequence[FileRead]) -> str:
    """Write the part of these inputs and commit it, unless that has been done before.

    Memory: one input's records, and a Parquet row group of a thousand records.

    Returns:
        The name of the part.

    Raises:
        OSError, Exception: the folder cannot be written; as its file system's package raises.
    """
    part = commits.part_name(run, [(one.chunk, one.row) for one in read])
    if not commits.is_stored(folder, part):
        in_order = sorted(read, key=lambda one: (one.chunk, one.row))
        cost = Cost(
            started_at=min(one.cost.started_at for one in read),
            seconds=sum(one.cost.seconds for one in read),
            core_seconds=sum(one.cost.core_seconds for one in read),
        )
        _write(folder, part, run, cost, map(_unpacked, in_order))
    return part


def rewrite_part(folder: OutputFolder, part: str, kept: Sequence[ReadInput]) -> None:
    """Write a part again without some of its inputs, or with other ``duplicate_of``.

    Args:
        kept: those that stay, some of ``Commit.inputs``; if none do, the part is deleted.

    Raises:
        OSError, Exception: as ``write_part``.
    """
    if not kept:
        commits.delete(folder, part)
        return
    old = commits.load(folder, part)
    by_number = {one.number: one for one in kept}
    records = (
        (by_number[one.number], records)
        for one, records in _stored(folder, old)
        if one.number in by_number
    )
    _write(folder, part, old.run, old.cost, records)


def read_records(folder: OutputFolder, commit: Commit) -> Iterator[Receipt]:
    """The records of a part, in their order in its files."""
    (name,) = (file.name for file in commit.files if file.name.startswith(f"{RECORDS}/"))
    for line in folder.read(name).splitlines():
        yield Receipt.model_validate_json(line)


def _unpacked(read: FileRead) -> tuple[ReadInput, list[Receipt]]:
    records = unpack(read.packed)
    told = ReadInput(
        chunk=read.chunk,
        row=read.row,
        records=len(records),
        digest=records[0].source.sha256,
        failed=any(record.status == "error" for record in records),
    )
    return told, records


def _stored(folder: OutputFolder, commit: Commit) -> Iterator[tuple[ReadInput, list[Receipt]]]:
    records = read_records(folder, commit)
    for one in commit.inputs:
        yield one, list(islice(records, one.records))


def _write(
    folder: OutputFolder,
    part: str,
    run: int,
    cost: Cost,
    read: Iterable[tuple[ReadInput, list[Receipt]]],
) -> None:
    summary, inputs = Summary(), []
    attempt = uuid4().hex[:8]  # two nodes may write the same part at once
    with TemporaryDirectory() as scratch:
        with ExitStack() as stack:
            sinks = [
                stack.enter_context(open_file_sink(Path(scratch) / kind, format_, table))
                for kind, (format_, table) in FORMATS.items()
            ]
            for one, records in read:
                placed = [_with_original(record, one.duplicate_of) for record in records]
                summary.add(placed)
                inputs.append(one)
                for sink in sinks:
                    sink.write(placed)
        files = [
            _put(folder, Path(scratch) / kind, f"{kind}/{part}-{attempt}.{format_}")
            for kind, (format_, _) in FORMATS.items()
        ]
    commits.store(
        folder,
        Commit(
            part=part,
            run=run,
            written_at=time.time(),
            files=tuple(files),
            inputs=tuple(inputs),
            statuses=dict(summary.statuses),
            filled=dict(summary.filled),
            needs_review=summary.needs_review,
            first_errors=tuple(summary.first_errors),
            cost=cost,
        ),
    )


def _with_original(record: Receipt, original: str | None) -> Receipt:
    if record.source.duplicate_of == original:
        return record
    source = record.source.model_copy(update={"duplicate_of": original})
    return record.model_copy(update={"source": source})


def _put(folder: OutputFolder, file: Path, name: str) -> PartFile:
    with file.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    folder.put(file, name)
    return PartFile(name=name, bytes=file.stat().st_size, sha256=digest)
