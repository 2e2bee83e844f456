"""Audit a pile of records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipeline.audit.finding import Finding
from pipeline.audit.run import AuditJob, run_audit
from pipeline.audit.state.database import open_state
from pipeline.audit.state.judged import findings_of_session

TODAY = date(2026, 1, 15)
"""Past the year of the drawn receipts."""


def audited(job: AuditJob, folder: Path) -> Iterator[Finding]:
    """The findings of a job, its state in the folder."""
    with open_state(folder / "state") as database:
        session = run_audit(database, job)
        yield from findings_of_session(database, session)
