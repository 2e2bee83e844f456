"""What a finished run on a cluster took, from its output folder."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.cluster import plan
from pipeline.cluster.dataset import rows_per_part
from pipeline.cluster.output_folder import OutputFolder
from pipeline.evaluation.cluster.simulation import Receipts

_FILES_SEEN = 2000
_SIZES_SEEN = 20_000
_LEAST_FILES = 30  # for the time by size
_MOST_SCALED = 2.0

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """A finished run.

    Attributes:
        head: the first line of the manifest.
        parts: the others.
        stages: by stage, the mean of its seconds in a receipt.
        files: of some inputs, bytes and an actor's seconds without its share of what lies between
            receipts; bytes are 0 for inputs that are not on this disk.
        bytes: of inputs on this disk.
    """

    head: Part
    parts: Sequence[Part]
    stages: Mapping[str, float]
    files: Sequence[tuple[int, float]]
    bytes: Sequence[int]

    @classmethod
    def at(cls, place: str) -> MeasuredRun:
        """Read an output folder.

        Raises:
            OSError, Exception: there is no finished run; as the folder's file system raises.
        """
        folder = OutputFolder.at(place)
        head, *parts = map(json.loads, folder.read("manifest.jsonl").splitlines())
        sizes = dict(islice(_sizes(folder), _SIZES_SEEN))
        stages: dict[str, list[float]] = {}
        by_file: dict[str, float] = {}
        for record in islice(_records(folder, parts), _FILES_SEEN):
            path = record["source"]["path"]
            by_file[path] = by_file.get(path, 0.0) + sum(record["timings"].values())
            for stage, seconds in record["timings"].items():
                stages.setdefault(stage, []).append(seconds)
        means = {stage: statistics.fmean(seconds) for stage, seconds in stages.items()}
        files = [(sizes.get(path, 0), seconds) for path, seconds in by_file.items()]
        return cls(head, parts, means, files, [size for size in sizes.values() if size])

    @property
    def inputs(self) -> int:
        return sum(part["inputs"] for part in self.parts)

    @property
    def core_seconds(self) -> float:
        return float(sum(part["cost"]["core_seconds"] for part in self.parts))

    @property
    def written(self) -> int:
        """Bytes of all files."""
        return sum(file["bytes"] for part in self.parts for file in part["files"])

    def written_for(self, count: int) -> float:
        """The bytes that a run of ``count`` inputs writes.

        A line is fitted through the parts' inputs and bytes, because a Parquet file has a head
        whatever it holds, and parts of larger runs hold more inputs.
        """
        sizes = [
            (part["inputs"], sum(file["bytes"] for file in part["files"])) for part in self.parts
        ]
        each = self.written / self.inputs
        if len({inputs for inputs, _ in sizes}) < 2:
            return count * each
        of_input, of_part = statistics.linear_regression(*zip(*sizes, strict=True))
        if of_part < 0:
            return count * each
        return count * of_input + math.ceil(count / rows_per_part(count)) * of_part

    @property
    def until_read(self) -> float:
        """Seconds from the start of the run until an actor began the first receipt."""
        first = min(part["cost"]["started_at"] for part in self.parts)
        return float(first - self.head["started_at"])

    def receipts(self) -> Receipts:
        """What a receipt took. Stages tell their seconds per record; what an actor does besides is
        shared out among the receipts."""
        seconds = [one for _, one in self.files]
        mean = sum(part["cost"]["seconds"] for part in self.parts) / self.inputs
        rest = mean - statistics.fmean(seconds)
        errors = sum(part["statuses"].get("error", 0) for part in self.parts)
        return Receipts(
            seconds=tuple(max(0.0, one + rest) for one in seconds),
            core_seconds=self.core_seconds / self.inputs,
            input_bytes=statistics.fmean(self.bytes) if self.bytes else 0.0,
            output_bytes=self.written / self.inputs,
            errors=errors / sum(part["records"] for part in self.parts),
        )

    def receipts_of(self, others: Sequence[int]) -> Receipts:
        """As ``receipts``, for inputs of other sizes: large files take longer.

        The time of a receipt as a linear function of its file's bytes is fitted to this run.

        Args:
            others: bytes of the other run's inputs; nothing is scaled without them.
        """
        own = self.receipts()
        known = [(size, seconds) for size, seconds in self.files if size]
        if not others or len(known) < _LEAST_FILES or len({size for size, _ in known}) < 2:
            return own
        slope, _ = statistics.linear_regression(*zip(*known, strict=True))
        mean = statistics.fmean(own.seconds)
        larger = statistics.fmean(others) - statistics.fmean(size for size, _ in known)
        scale = min(_MOST_SCALED, max(1 / _MOST_SCALED, 1 + max(0.0, slope) * larger / mean))
        return replace(
            own,
            seconds=tuple(one * scale for one in own.seconds),
            core_seconds=own.core_seconds * scale,
            input_bytes=statistics.fmean(others),
        )


def _records(folder: OutputFolder, parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        yield from map(json.loads, folder.read(part["files"][0]["name"]).splitlines())


def _sizes(folder: OutputFolder) -> Iterator[tuple[str, int]]:
    """Names and bytes of inputs on this disk."""
    for chunk in plan.chunks_of(folder):
        for one in plan.read_chunk(folder, chunk):
            path = Path(one.found.location)
            if path.is_file():
                yield one.name, path.stat().st_size
