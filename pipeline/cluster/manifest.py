"""Finish a run: each input in one part only, copies named, and the manifest that lists the parts.

Before that, two parts may hold the same input: a node that was believed dead may have finished its
part, or an input that had failed was read again. Which part counts is decided here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.batch.summary import Summary
from pipeline.cluster import commit as commits
from pipeline.cluster.commit import Commit, ReadInput
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.part import FORMATS
from pipeline.cluster.plan_index import PlanIndex
from pipeline.cluster.run_state import RunState
from pipeline.errors import PipelineError

FILE = "manifest.jsonl"
_NO_FIGURES: Mapping[str, float] = {}


def changes(
    folder: OutputFolder, state: RunState, index: PlanIndex
) -> Iterator[tuple[str, list[ReadInput]]]:
    """Parts that must be written again, and the inputs that each keeps; none of them if it is to
    be deleted.

    Args:
        index: all inputs are settled.
    """
    for commit in commits.load_all(folder):
        kept = []
        if state.counts(commit):
            kept = [
                _with_original(one, index)
                for one in commit.inputs
                if index.part_of(*one.number) == commit.part
            ]
        if kept != list(commit.inputs):
            yield commit.part, kept


def write_manifest(
    folder: OutputFolder,
    state: RunState,
    index: PlanIndex,
    summary: Summary,
    figures: Mapping[str, float] = _NO_FIGURES,
) -> None:
    """Write the manifest, and delete files that it does not name.

    Args:
        index: of what the parts must hold: each input once.
        figures: of the run, for the first line.
        summary: counts all parts.

    Raises:
        PipelineError: the parts do not hold each input once; that would be an error here.
        OSError, Exception: the folder cannot be written.
    """
    head = {"version": 1, "run": state.run, "inputs": index.count(), **figures}
    named: set[str] = set()
    inputs = 0
    with TemporaryDirectory() as scratch:
        unfinished = Path(scratch) / FILE
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(f"{json.dumps({**head, 'fingerprint': state.fingerprint})}\n")
            for commit in commits.load_all(folder):
                commit.add_to(summary)
                inputs += len(commit.inputs)
                named.update(file.name for file in commit.files)
                file.write(f"{json.dumps(_line(commit))}\n")
        if inputs != index.count():
            raise PipelineError(
                f"{folder.address}: the parts hold {inputs} inputs instead of {index.count()}"
            )
        folder.put(unfinished, FILE)
    for kind in FORMATS:
        for name in folder.names(kind):
            if f"{kind}/{name}" not in named:
                folder.delete(f"{kind}/{name}")


def _with_original(one: ReadInput, index: PlanIndex) -> ReadInput:
    original = None if one.digest is None else index.original_of(*one.number, one.digest)
    if original == one.duplicate_of:
        return one
    return one.model_copy(update={"duplicate_of": original})


def _line(commit: Commit) -> dict[str, object]:
    told = commit.model_dump(include={"part", "run", "written_at", "files", "statuses", "cost"})
    return {**told, "inputs": len(commit.inputs), "records": commit.records}
