"""Records to audit in the service, and audits that are driven by hand."""

from __future__ import annotations

from typing import Any

from audited import field

from pipeline.audit.seen import Seen
from pipeline.receipt import Receipt
from pipeline.service.audit.auditing import Auditing
from pipeline.service.audit.looking import Looking
from pipeline.service.store import findings
from pipeline.service.store.database import Database


def bill(name: str, **values: Any) -> Receipt:
    """A record with the usual values of one bill, or others."""
    usual = {
        "merchant_name": "Blue Cafe",
        "date": "2026-03-10",
        "time": "12:30:00",
        "total": 412.5,
        "currency": "EUR",
        "receipt_number": "A-4711",
    }
    fields = {key: field(value) for key, value in {**usual, **values}.items() if value is not None}
    source = {"path": name, "page": 1, "sha256": f"{abs(hash(name)):064x}"[:64]}
    plain = {"source": source, "status": "ok", "engine": "fake", "model": "fake", **fields}
    return Receipt.model_validate(plain)


class Blind(Looking):
    """Sees nothing, without a process."""

    looked = 0

    def __init__(self) -> None:
        pass

    def look(self, location: str, record: Receipt) -> Seen:
        self.looked += 1
        return Seen()

    def _end(self) -> None:
        pass


def audit(auditing: Auditing, again: bool = False) -> None:
    """Until nothing waits."""
    if again:
        auditing._next_comparison = 0
    while auditing._act() == 0:
        pass


def rules(database: Database, receipt_id: str) -> list[str]:
    with database.reading() as session:
        return [finding.rule for finding in findings.findings_of(session, receipt_id)]
