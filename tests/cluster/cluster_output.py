"""The output folder of a run on a cluster, for tests."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from pipeline.batch.inputs import Input
from pipeline.batch.packing import pack
from pipeline.batch.summary import Summary
from pipeline.cluster import commit as commits
from pipeline.cluster import manifest, plan
from pipeline.cluster.commit import Cost
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.part import FileRead, read_records, rewrite_part, write_part
from pipeline.cluster.plan_index import PlanIndex
from pipeline.cluster.run_state import RunState
from pipeline.receipt import Receipt, Source


def record(name: str, content: str | None, page: int = 1) -> Receipt:
    digest = None if content is None else sha256(content.encode()).hexdigest()
    failed = content is None or content.startswith("bad")
    return Receipt(
        source=Source(path=name, page=page, sha256=digest),
        status="error" if failed else "ok",
        error="it is bad" if failed else None,
        engine="fake",
        model="fake",
    )


COST = Cost(started_at=1e9, seconds=0.75, core_seconds=0.5)


class Output:
    """An output folder, and an index of what is in it."""

    def __init__(self, folder: Path, index: PlanIndex) -> None:
        self.folder = OutputFolder.at(str(folder))
        self.index = index
        self.contents: list[str | None] = []

    def plan(self, *contents: str | None) -> None:
        """Inputs ``0.png``, ``1.png``, ... with these contents; ``None`` cannot be opened."""
        self.contents += contents
        inputs = [Input(f"/in/{number}.png") for number in range(len(self.contents))]
        plan.add_new(self.folder, inputs, self.index, len(plan.chunks_of(self.folder)), bool)

    def read(self, run: int, *rows: int, pages: int = 1) -> str:
        """What actors and the writing of parts do."""
        return write_part(
            self.folder, run, [FileRead(0, row, self._packed(row, pages), COST) for row in rows]
        )

    def _packed(self, row: int, pages: int) -> bytes:
        name = f"/in/{row}.png"
        return pack([record(name, self.contents[row], page + 1) for page in range(pages)])

    def settle(self, *parts: str) -> None:
        for part in parts:
            for one in commits.load(self.folder, part).inputs:
                self.index.settle(*one.number, part, one.digest)

    def finish(self, state: RunState) -> Summary:
        for part, kept in list(manifest.changes(self.folder, state, self.index)):
            rewrite_part(self.folder, part, kept)
        summary = Summary()
        manifest.write_manifest(self.folder, state, self.index, summary)
        return summary

    def records(self) -> list[Receipt]:
        """All that the manifest lists."""
        lines = self.folder.read(manifest.FILE).splitlines()[1:]
        listed = [commits.load(self.folder, json.loads(line)["part"]) for line in lines]
        return [one for part in listed for one in read_records(self.folder, part)]
