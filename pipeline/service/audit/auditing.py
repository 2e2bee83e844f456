"""Audits each record that is new or changed, against all others of its tenant.

The audit's memory is an SQLite file for each tenant, made from the database: one that is lost is
made again. With several servers one of them audits.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from pipeline.audit.finding import Finding
from pipeline.audit.policy.rules import Policy
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.records.read import ReadRecord
from pipeline.audit.rules.context import Context, context_of
from pipeline.audit.run import enter_seen, fingerprint, rules_of
from pipeline.audit.state import judged
from pipeline.audit.state.database import open_state
from pipeline.audit.state.entered import (
    forget,
    judge_others_anew,
    numbers_at,
    paths_after,
    receipt_numbered,
    unjudged,
)
from pipeline.errors import PipelineError
from pipeline.service.audit.looking import Looking
from pipeline.service.background import Background
from pipeline.service.blobs import Blobs
from pipeline.service.reading import named
from pipeline.service.store import findings
from pipeline.service.store.database import Database
from pipeline.service.store.findings import Due
from pipeline.service.store.receipts import record_of
from pipeline.service.store.turn import Turn

logger = logging.getLogger(__name__)

_LOCK = 7_240_312
_SESSION = 1
_AT_ONCE = 8
_AGAIN_AT_ONCE = 200
_COMPARED_AT_ONCE = 500
_LOOK_SECONDS = 1.0
_COMPARE_SECONDS = 300.0
_PAUSE_AFTER_ERROR = 10.0
_SUFFIX = ".sqlite"
_DIGITS = 16  # of a tenant's hash, in the name of its file


class Auditing:
    """What the thread does.

    Args:
        folder: of the audit's memory.
        policy: adds its own rules.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        blobs: Blobs,
        looking: Looking,
        policy: Policy | None = None,
    ) -> None:
        self._folder = folder
        self._database = database
        self._blobs = blobs
        self._looking = looking
        self._rules = rules_of(policy)
        self._by = fingerprint(policy.text if policy else "")
        self._turn = Turn(database, _LOCK)
        self._next_comparison = 0.0
        self._unsettled: set[str] = set()

    @contextmanager
    def background(self) -> Iterator[None]:
        """Runs as long as the block does."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        try:
            with self._looking, Background("audit", self._act, _PAUSE_AFTER_ERROR):
                yield
        finally:
            self._turn.end()

    def _act(self) -> float:
        try:
            if monotonic() >= self._next_comparison:
                self._compare()
                self._next_comparison = monotonic() + _COMPARE_SECONDS
            if not self._turn.is_mine():
                return _PAUSE_AFTER_ERROR
            return 0 if self._audit_some() else _LOOK_SECONDS
        except PipelineError as error:
            logger.error("the audit stands still: %s", error)
            return _PAUSE_AFTER_ERROR

    def _audit_some(self) -> bool:
        """Audit the records that wait longest; ``False`` if none waits."""
        with self._database.reading() as session:
            waiting = findings.due(session, _AT_ONCE)
        tenant = waiting[0].row.tenant if waiting else next(iter(self._unsettled), None)
        if tenant is None:
            return False
        with open_state(self._state_of(tenant)) as state:
            numbers = [self._entered(state, one) for one in waiting]
            found = {one.row.id: list[Finding]() for one in waiting}
            found |= self._judged(state, [number for number in numbers if number is not None])
            # The state is kept after the findings: if it is lost between, they are made again.
            with self._database.writing() as session:
                findings.keep_findings(session, found, waiting)
            self._unsettled.discard(tenant)
            if unjudged(state, 1):
                self._unsettled.add(tenant)
        return True

    def _entered(self, state: sqlite3.Connection, one: Due) -> int | None:
        """As ``_enter``; ``None`` for a record that cannot be compared."""
        try:
            return self._enter(state, one)
        except (SQLAlchemyError, sqlite3.Error, PipelineError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - as in _applied
            logger.error("a record cannot be entered: %s", type(error).__name__)
            return None

    def _enter(self, state: sqlite3.Connection, one: Due) -> int:
        """Enter a record into the state; its number there."""
        row, seen, record = one.row, one.seen, record_of(one.row)
        if seen is None:
            seen = self._looking.look(self._blobs.location(row.file_id), record)
            with self._database.writing() as session:
                findings.keep_seen(session, row.id, row.version, seen)
        placed = named(record, f"{row.id}/{one.name}")
        day = datetime.fromtimestamp(row.created_at, UTC).date()
        read = ReadRecord(placed, len(record.items))
        return enter_seen(state, read, one.claims, day, _SESSION, seen)

    def _judged(self, state: sqlite3.Connection, first: Sequence[int]) -> dict[str, list[Finding]]:
        """The findings about these receipts, and about others that a change may concern, by the
        records' ids."""
        context = context_of(state)
        receipts = [receipt_numbered(state, number) for number in first]
        receipts += [one for one in unjudged(state, _AGAIN_AT_ONCE) if one.number not in first]
        found: dict[str, list[Finding]] = {}
        for receipt in receipts:
            own = self._applied(receipt, context)
            judged.keep_findings(state, receipt.number, own, self._by)
            found[_record_id(receipt.record.source.path)] = [_shown(one) for one in own]
        return found

    def _applied(self, receipt: AuditedReceipt, context: Context) -> list[Finding]:
        found: list[Finding] = []
        for rule in self._rules:
            try:
                found += rule(receipt, context)
            except Exception as error:  # noqa: BLE001 - one record must not end the audit of all
                # Its message may hold personal data.
                logger.error("a rule cannot judge a record: %s", type(error).__name__)
        return found

    def _compare(self) -> None:
        """Forget what was deleted in the database, and find what the memory lacks."""
        with self._database.reading() as session:
            known = findings.tenants(session)
        wanted = {self._state_of(tenant): tenant for tenant in known}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path not in wanted:
                for part in self._folder.glob(f"{path.name}*"):
                    part.unlink(missing_ok=True)
        for path, tenant in wanted.items():
            with open_state(path) as state:
                self._forget_deleted(state)
                if self._turn.is_mine():
                    judge_others_anew(state, self._by)
                    self._find_missing(state, tenant)
                    if unjudged(state, 1):
                        self._unsettled.add(tenant)

    def _forget_deleted(self, state: sqlite3.Connection) -> None:
        after = 0
        while portion := paths_after(state, after, _COMPARED_AT_ONCE):
            after = portion[-1][0]
            ids = {number: _record_id(path) for number, path in portion}
            with self._database.reading() as session:
                kept = findings.existing(session, ids.values())
            for number, receipt_id in ids.items():
                if receipt_id not in kept:
                    forget(state, number)

    def _find_missing(self, state: sqlite3.Connection, tenant: str) -> None:
        after = 0
        while True:
            with self._database.reading() as session:
                portion = findings.seen_before(session, tenant, after, _COMPARED_AT_ONCE)
            if not portion:
                return
            after = portion[-1][0]
            missing = [one for _, one in portion if not numbers_at(state, one)]
            if missing:
                with self._database.writing() as session:
                    findings.make_due(session, missing)

    def _state_of(self, tenant: str) -> Path:
        digest = hashlib.sha256(tenant.encode()).hexdigest()[:_DIGITS]
        return self._folder / f"{digest}{_SUFFIX}"


def _record_id(path: str) -> str:
    return path.partition("/")[0]


def _shown(finding: Finding) -> Finding:
    """With file names as clients know them in its text."""
    reason = finding.reason
    for ref in finding.receipts:
        reason = reason.replace(f"{_record_id(ref.path)}/", "")
    return finding.model_copy(update={"reason": reason})
