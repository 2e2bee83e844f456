"""Findings of the audit, what reviewers say about them, and which records it has still to see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pipeline.audit.finding import Finding, Label, Severity
from pipeline.audit.receipts import Claim
from pipeline.audit.report.labels import Labels, labels_from
from pipeline.audit.rules.claimed_amounts import claim_without_receipt
from pipeline.audit.seen import Seen
from pipeline.service.store.claims import claims_of, claims_without_receipt
from pipeline.service.store.database import now
from pipeline.service.store.tables import FileRow, FindingRow, ReceiptRow, SeenRow, VerdictRow

HARMLESS: Label = "harmless"
_MOST_LABELS = 1000  # of one rule: the latest ones
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A record that the audit has to see.

    Attributes:
        name: of its file.
        seen: what was seen in its picture, if that is known for this version of the record.
        claims: who asks for its money.
    """

    row: ReceiptRow
    name: str
    seen: Seen | None
    claims: tuple[Claim, ...]


def due(session: Session, limit: int) -> list[Due]:
    """The oldest records that the audit has to see, all of one tenant."""
    waiting = (
        select(ReceiptRow, FileRow.name, SeenRow)
        .join(FileRow, FileRow.id == ReceiptRow.file_id)
        .outerjoin(
            SeenRow,
            (SeenRow.receipt_id == ReceiptRow.id) & (SeenRow.version == ReceiptRow.version),
        )
        .where(ReceiptRow.audit_due)
        .order_by(ReceiptRow.number)
        .limit(limit)
    )
    found = [
        Due(
            row,
            name,
            None if seen is None else Seen(seen.picture, seen.signs),
            claims_of(session, row, name),
        )
        for row, name, seen in session.execute(waiting).all()
    ]
    return [one for one in found if one.row.tenant == found[0].row.tenant]


def keep_seen(session: Session, receipt_id: str, version: int, seen: Seen) -> None:
    """Keep what was seen; nothing if the record was deleted meanwhile."""
    if session.scalar(select(ReceiptRow.id).where(ReceiptRow.id == receipt_id)) is not None:
        picture, signs = seen.picture, seen.signs.replace("\0", "")
        session.merge(SeenRow(receipt_id=receipt_id, version=version, picture=picture, signs=signs))


def keep_findings(
    session: Session,
    judged: Mapping[str, Sequence[Finding]],
    were_due: Sequence[Due],
) -> None:
    """Replace the findings of records, by their ids.

    Args:
        were_due: as the audit has seen them; those that were changed or claimed meanwhile stay due.
    """
    due_by_id = {one.row.id: one for one in were_due}
    kept = select(ReceiptRow).where(ReceiptRow.id.in_(judged)).order_by(ReceiptRow.number)
    rows = session.scalars(kept.with_for_update()).all()
    known = _existing(session, {one for found in judged.values() for one in _others(found)})
    for row in rows:
        session.execute(delete(FindingRow).where(FindingRow.receipt_id == row.id))
        found = [one for one in judged[row.id] if set(_others([one])[:1]) <= known]
        session.add_all(_row(row.id, finding) for finding in found)
        row.flagged = _is_flagged(found, _verdicts(session, row.id))
        one = due_by_id.get(row.id)
        if one and one.row.version == row.version:
            row.audit_due = one.claims != claims_of(session, row, one.name)


def findings_of(session: Session, receipt_id: str) -> list[Finding]:
    """The findings about a record as they were made, without receipts that were deleted since."""
    rows = select(FindingRow).where(FindingRow.receipt_id == receipt_id)
    found = [
        Finding.model_validate_json(row.content)
        for row in session.scalars(rows.order_by(FindingRow.number))
    ]
    known = _existing(session, _others(found)) | {receipt_id}
    return [_without_deleted(finding, known) for finding in found]


def labelled(session: Session, tenant: str, found: Sequence[Finding]) -> list[Finding]:
    """Findings with their labels, and with scores that the tenant's labels recalibrate."""
    labels = labels_of(session, tenant, {finding.rule for finding in found})
    return list(labels.applied(found))


def labels_of(session: Session, tenant: str, rules: Collection[str]) -> Labels:
    """The latest labels of these rules."""
    return labels_from(
        (row.finding, row.rule, row.score, row.label != HARMLESS)
        for rule in sorted(rules)
        for row in session.scalars(
            select(VerdictRow)
            .where(VerdictRow.tenant == tenant, VerdictRow.rule == rule)
            .order_by(VerdictRow.given_at.desc())
            .limit(_MOST_LABELS)
        )
    )


def all_findings(session: Session, tenant: str) -> Iterator[Finding]:
    """All findings, with their labels, in the order of their records; then those about claims
    without a record."""
    rules = (
        select(FindingRow.rule).distinct().join(ReceiptRow, ReceiptRow.id == FindingRow.receipt_id)
    )
    applied = labels_of(
        session, tenant, set(session.scalars(rules.where(ReceiptRow.tenant == tenant)))
    ).applied
    place = (0, 0)
    rows = (
        select(ReceiptRow.number, FindingRow.number, FindingRow.content)
        .join(FindingRow, FindingRow.receipt_id == ReceiptRow.id)
        .where(ReceiptRow.tenant == tenant)
        .order_by(ReceiptRow.number, FindingRow.number)
    )
    while True:
        receipt, number = place
        behind = (ReceiptRow.number > receipt) | (
            (ReceiptRow.number == receipt) & (FindingRow.number > number)
        )
        portion = session.execute(rows.where(behind).limit(_AT_ONCE)).all()
        if not portion:
            break
        yield from applied(Finding.model_validate_json(content) for _, _, content in portion)
        place = (portion[-1][0], portion[-1][1])
    yield from map(claim_without_receipt, claims_without_receipt(session, tenant))


def judge(
    session: Session, row: ReceiptRow, finding: Finding, label: Label | None, by: str
) -> None:
    """Keep a reviewer's verdict on a finding about a record, or take it back."""
    here = (VerdictRow.receipt_id == row.id, VerdictRow.finding == finding.id)
    session.execute(delete(VerdictRow).where(*here))
    if label is not None:
        session.add(
            VerdictRow(
                receipt_id=row.id,
                finding=finding.id,
                tenant=row.tenant,
                rule=finding.rule,
                score=finding.score,
                label=label,
                given_by=by,
                given_at=now(),
            )
        )
    session.flush()
    row.flagged = _is_flagged(findings_of(session, row.id), _verdicts(session, row.id))


def tenants(session: Session) -> list[str]:
    """Those that have records."""
    return list(session.scalars(select(ReceiptRow.tenant).distinct().order_by(ReceiptRow.tenant)))


def seen_before(session: Session, tenant: str, after: int, limit: int) -> Sequence[tuple[int, str]]:
    """Number and id of the next records that the audit is said to have seen."""
    rows = select(ReceiptRow.number, ReceiptRow.id).where(
        ReceiptRow.tenant == tenant, ~ReceiptRow.audit_due, ReceiptRow.number > after
    )
    found = session.execute(rows.order_by(ReceiptRow.number).limit(limit)).all()
    return [(number, receipt_id) for number, receipt_id in found]


def make_due(session: Session, ids: Collection[str]) -> None:
    """The audit has to see these records again."""
    session.execute(update(ReceiptRow).where(ReceiptRow.id.in_(ids)).values(audit_due=True))


def existing(session: Session, ids: Iterable[str]) -> set[str]:
    """Those of the ids that are records."""
    return _existing(session, ids)


def receipt_ids(finding: Finding) -> list[str]:
    """The records' ids of a finding's receipts."""
    return [ref.path.partition("/")[0] for ref in finding.receipts]


def _others(found: Iterable[Finding]) -> list[str]:
    return [other for finding in found for other in receipt_ids(finding)[1:]]


def _existing(session: Session, ids: Iterable[str]) -> set[str]:
    return set(session.scalars(select(ReceiptRow.id).where(ReceiptRow.id.in_(set(ids)))))


def _row(receipt_id: str, finding: Finding) -> FindingRow:
    return FindingRow(
        receipt_id=receipt_id,
        other_id=next(iter(_others([finding])), None),
        name=finding.id,
        rule=finding.rule,
        severity=finding.severity,
        content=finding.model_dump_json().replace("\\u0000", ""),
    )


def _verdicts(session: Session, receipt_id: str) -> dict[str, str]:
    rows = select(VerdictRow).where(VerdictRow.receipt_id == receipt_id)
    return {row.finding: row.label for row in session.scalars(rows)}


def _is_flagged(found: Iterable[Finding], verdicts: Mapping[str, str]) -> bool:
    return any(
        finding.severity is not Severity.INFO and verdicts.get(finding.id) != HARMLESS
        for finding in found
    )


def _without_deleted(finding: Finding, known: Collection[str]) -> Finding:
    places = [place for place, one in enumerate(receipt_ids(finding)) if one in known]
    if len(places) == len(finding.receipts):
        return finding
    new = {place: number for number, place in enumerate(places)}
    return finding.model_copy(
        update={
            "receipts": [finding.receipts[place] for place in places],
            "look_at": [
                look.model_copy(update={"receipt": new[look.receipt]})
                for look in finding.look_at
                if look.receipt in new
            ],
        }
    )
