"""The entry of a finished part in the manifest: which inputs it holds, in which files.

A part counts once its entry is stored, and only the files that its entry names. So it does not
matter how often a part was begun, or how many copies of its files a dying node left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from pipeline.batch.summary import Summary
from pipeline.cluster.output_folder import OutputFolder

FOLDER = "commits"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PartFile(_Stored):
    """A file of a part, by its name in the output folder."""

    name: str
    bytes: int
    sha256: str


class ReadInput(_Stored):
    """An input whose records a part holds.

    Attributes:
        chunk, row: its number in the plan.
        records: how many records it has.
        digest: of its content; ``None`` if it could not be opened.
        failed: whether one of its records is an error.
        duplicate_of: the name of another input with the same content that comes before it.
    """

    chunk: int
    row: int
    records: int
    digest: str | None
    failed: bool
    duplicate_of: str | None = None

    @property
    def number(self) -> tuple[int, int]:
        return self.chunk, self.row


class Cost(_Stored):
    """What reading took.

    Attributes:
        started_at: seconds since 1970, by the clock of the node.
        seconds: time of the actors, which includes waiting for files.
        core_seconds: processor time of the actors and their worker processes.
    """

    started_at: float
    seconds: float
    core_seconds: float


class Commit(_Stored):
    """A finished part.

    Attributes:
        part: the name of the part.
        run: the number of the run that read it; repeating the command raises it.
        written_at: seconds since 1970.
        files: its records as JSONL, as a table, and their line items as a table.
        inputs: in the order of their records in the files.
        statuses, filled, needs_review, first_errors: as in ``Summary``.
        cost: what reading its inputs took.
    """

    part: str
    run: int
    written_at: float
    files: tuple[PartFile, ...]
    inputs: tuple[ReadInput, ...]
    statuses: dict[str, int]
    filled: dict[str, int]
    needs_review: int
    first_errors: tuple[str, ...]
    cost: Cost

    @property
    def records(self) -> int:
        return sum(self.statuses.values())

    def add_to(self, summary: Summary) -> None:
        """Count its inputs and records."""
        summary.files_done += len(self.inputs)
        summary.duplicates += sum(one.duplicate_of is not None for one in self.inputs)
        summary.statuses.update(Counter(self.statuses))
        summary.filled.update(Counter(self.filled))
        summary.needs_review += self.needs_review
        for error in self.first_errors:
            summary.add_error(error)


def part_name(run: int, numbers: Sequence[tuple[int, int]]) -> str:
    """The name of the part that holds these inputs: the same whenever a run writes it."""
    chunk, row = min(numbers)
    digest = sha256(repr(sorted(numbers)).encode()).hexdigest()[:12]
    return f"{chunk:06}-{row:04}-{run:03}-{digest}"


def run_of(part: str) -> int:
    """The number of the run that read a part, from its name."""
    return int(part.split("-")[2])


def store(folder: OutputFolder, commit: Commit) -> None:
    folder.write(_name(commit.part), commit.model_dump_json().encode())


def load(folder: OutputFolder, part: str) -> Commit:
    """The stored entry of a part.

    Raises:
        FileNotFoundError: there is none.
    """
    return Commit.model_validate_json(folder.read(_name(part)))


def is_stored(folder: OutputFolder, part: str) -> bool:
    return folder.exists(_name(part))


def delete(folder: OutputFolder, part: str) -> None:
    folder.delete(_name(part))


def parts(folder: OutputFolder) -> list[str]:
    """The names of all stored parts, in order."""
    return [name.removesuffix(".json") for name in folder.names(FOLDER) if name[0] != "."]


def load_all(folder: OutputFolder) -> Iterator[Commit]:
    """The entries of all parts, one at a time."""
    for part in parts(folder):
        yield load(folder, part)


def _name(part: str) -> str:
    return f"{FOLDER}/{part}.json"
