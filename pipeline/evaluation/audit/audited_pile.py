"""Audit a pile of records, and show what share of something was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from pipeline.audit.finding import Finding
from pipeline.audit.run import AuditJob, run_audit
from pipeline.audit.state.database import open_state
from pipeline.audit.state.judged import findings_of_session
from pipeline.evaluation.small_samples import wilson

TODAY = date(2026, 1, 15)
"""Past the year of the drawn receipts."""


def audited(job: AuditJob, folder: Path) -> Iterator[Finding]:
    """The findings of a job, its state in the folder."""
    with open_state(folder / "state") as database:
        session = run_audit(database, job)
        yield from findings_of_session(database, session)


def shown(found: Sequence[bool]) -> str:
    """A share with its 95 % interval (Wilson)."""
    count, share = len(found), sum(found) / max(1, len(found))
    low, high = wilson(share, count)
    return f"{share:.3f} ({low:.3f}–{high:.3f})"
