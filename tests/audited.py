"""Records written by hand, and the findings of an audit of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.audit.finding import Finding
from pipeline.audit.run import AuditJob, run_audit
from pipeline.audit.state.database import open_state
from pipeline.audit.state.judged import findings_of_session
from pipeline.receipt import Receipt

TODAY = date(2026, 4, 1)


def field(value: Any, confidence: float = 0.99, top: float = 0, **more: Any) -> dict[str, Any]:
    """A field whose box is in the row ``top``."""
    return {
        "value": value,
        "text": str(value),
        "confidence": confidence,
        "boxes": [[10, top, 90, top + 20]],
        **more,
    }


def record(path: str = "a.jpg", error: str | None = None, **values: Any) -> Receipt:
    """A record; values that are no dictionaries or lists become sure fields."""
    fields = {
        name: value if isinstance(value, dict | list) else field(value, top=30.0 * place)
        for place, (name, value) in enumerate(values.items())
    }
    return Receipt.model_validate(
        {
            "source": {"path": path, "page": 1, "sha256": None},
            "status": "error" if error else "ok",
            "error": error,
            "engine": "fake",
            "model": "fake",
            **fields,
        }
    )


def sale(path: str = "a.jpg", **values: Any) -> Receipt:
    """A record that no rule objects to, with some other values."""
    usual = {"merchant_name": "Blue Cafe", "date": "2026-03-10", "total": 12.5, "currency": "EUR"}
    kept = {name: value for name, value in {**usual, **values}.items() if value is not None}
    return record(path, **kept)


def audited(
    folder: Path,
    records: Sequence[Receipt],
    claims: str | None = None,
    state: Path | None = None,
    **job: Any,
) -> list[Finding]:
    """The findings on these records; ``claims`` is the text of a CSV file."""
    file = folder / "records.jsonl"
    file.write_text("".join(f"{one.model_dump_json()}\n" for one in records), encoding="utf-8")
    if claims is not None:
        job["claims"] = folder / "claims.csv"
        job["claims"].write_text(claims, encoding="utf-8")
    with open_state(state) as database:
        session = run_audit(database, AuditJob(file, job.pop("today", TODAY), **job))
        return list(findings_of_session(database, session))


def rules(findings: Sequence[Finding]) -> list[str]:
    """The names of the rules, in order."""
    return [finding.rule for finding in findings]
