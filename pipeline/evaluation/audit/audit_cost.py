"""What an audit costs, on drawn records."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.audit.policy.load import load_policy
from pipeline.audit.run import AuditJob, run_audit
from pipeline.audit.state.database import open_state
from pipeline.audit.state.judged import findings_of_session
from pipeline.evaluation.audit.audited_pile import TODAY
from pipeline.evaluation.audit.drawn_records import receipt_of
from pipeline.evaluation.audit.duplicate_scores import COPIES, LOOK_ALIKES
from pipeline.evaluation.audit.pile import draw_pile, draw_tills

POLICY = "us-company"


def cost_lines(tills: int, count: int, seed: int, folder: Path) -> Iterator[str]:
    """What an audit of so many drawn records costs: time, memory and state, by tenths.

    Args:
        folder: for the records and the state.
    """
    records = folder / "records.jsonl"
    with records.open("w") as file:
        for placed in draw_pile(draw_tills(tills, seed), count, seed, COPIES, LOOK_ALIKES):
            file.write(f"{receipt_of(placed.plain).model_dump_json()}\n")
    size = records.stat().st_size
    yield f"{count} records of {size / count / 1000:.1f} kB"
    marks: list[tuple[str, int, float, int]] = []

    def step(what: str, done: int) -> None:
        if done % (count // 10) == 0:
            marks.append((what, done, time.process_time(), _peak()))

    before, wall = time.process_time(), time.perf_counter()
    with open_state(folder / "state") as database:
        run_audit(database, AuditJob(records, TODAY, policy=load_policy(POLICY)), step)
        findings = sum(1 for _ in findings_of_session(database, 1))
    cpu = time.process_time() - before
    yield f"{findings} findings, {cpu:.0f} s of CPU, {time.perf_counter() - wall:.0f} s in all"
    yield f"{1000 * cpu / count:.2f} ms a record; state {_state_size(folder) / 1e6:.0f} MB"
    last = before
    for what, done, at, memory in marks:
        yield f"{what} {done}: {at - last:.1f} s of CPU, peak {memory} MB"
        last = at


def _state_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("state*"))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
