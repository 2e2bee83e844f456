"""Claims: who asks for the money of which receipt.

A claim names the file as it was posted, or the id of the record or of the file. A name that several
files have stands for each of them. Claims may be there before their receipts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from pipeline.audit.receipts import Claim
from pipeline.audit.state.claim_json import claim_of, plain_claim
from pipeline.batch.packing import unpack
from pipeline.service.store.database import now
from pipeline.service.store.tables import UNFINISHED, ClaimRow, FileRow, ReceiptRow

_Value = TypeVar("_Value")
_AT_ONCE = 500


def enter_claims(session: Session, tenant: str, claims: Sequence[Claim], by: str) -> None:
    """Enter claims instead of those that named the same paths; their records are due."""
    paths = list(dict.fromkeys(claim.path for claim in claims))
    delete_claims(session, tenant, paths)
    session.add_all(_row(tenant, claim, by) for claim in claims)
    session.flush()


def claim_files(
    session: Session, tenant: str, claim: Claim, file_ids: Sequence[str], by: str
) -> None:
    """Enter a claim for each of these files, instead of the one that the same person has made for
    it (and for its page); their records are due. Claims of others stay: several may claim a bill.
    """
    changed = []
    for file_id in dict.fromkeys(file_ids):
        own = replace(claim, path=file_id)
        rows = select(ClaimRow).where(ClaimRow.tenant == tenant, ClaimRow.path == file_id)
        earlier = {
            row: other
            for row in session.scalars(rows)
            if ((other := _claim(row)).person, other.page) == (own.person, own.page)
        }
        if list(earlier.values()) == [own]:
            continue
        for row in earlier:
            session.delete(row)
        session.add(_row(tenant, own, by))
        changed.append(file_id)
    session.flush()
    _make_due(session, tenant, changed)


def delete_claims(session: Session, tenant: str, paths: Sequence[str]) -> int:
    """Delete the claims that name these paths, whose records are due; returns how many."""
    count = 0
    for some in _parts(paths):
        of_these = delete(ClaimRow).where(ClaimRow.tenant == tenant, ClaimRow.path.in_(some))
        count += len(session.execute(of_these.returning(ClaimRow.number)).all())
    _make_due(session, tenant, paths)
    return count


def _make_due(session: Session, tenant: str, paths: Sequence[str]) -> None:
    """The audit has to see the records that these paths name."""
    numbers = {row.number for some in _parts(paths) for _, row in _named(session, tenant, some)}
    # Locked in the order in which the audit locks them, so that neither waits for the other.
    for part in _parts(sorted(numbers)):
        rows = select(ReceiptRow.number).where(ReceiptRow.number.in_(part))
        session.execute(rows.order_by(ReceiptRow.number).with_for_update()).all()
        due = update(ReceiptRow).where(ReceiptRow.number.in_(part)).values(audit_due=True)
        session.execute(due)


def claims_of(session: Session, row: ReceiptRow, name: str) -> tuple[Claim, ...]:
    """The claims of a record, in the order in which they were entered.

    Args:
        name: of its file.
    """
    rows = select(ClaimRow).where(
        ClaimRow.tenant == row.tenant, ClaimRow.path.in_({row.id, row.file_id, name})
    )
    found = [_claim(one) for one in session.scalars(rows.order_by(ClaimRow.number))]
    return tuple(claim for claim in found if _is_for(claim, row))


def listed_claims(
    session: Session, tenant: str, after: int, limit: int
) -> list[tuple[int, Claim, list[str]]]:
    """The next claims with their numbers, and with the ids of their records.

    Args:
        after: the number of the last claim that is known, 0 to begin.
    """
    rows = select(ClaimRow).where(ClaimRow.tenant == tenant, ClaimRow.number > after)
    found = session.scalars(rows.order_by(ClaimRow.number).limit(limit)).all()
    numbers = [row.number for row in found]
    claims = [_claim(row) for row in found]
    records = records_of_claims(session, tenant, claims)
    return list(zip(numbers, claims, records, strict=True))


def records_of_claims(session: Session, tenant: str, claims: Sequence[Claim]) -> list[list[str]]:
    """The ids of the records of each claim."""
    named = _records(session, tenant, [claim.path for claim in claims])
    return [
        [row.id for row in named.get(claim.path, ()) if _is_for(claim, row)] for claim in claims
    ]


def claims_without_receipt(session: Session, tenant: str) -> Iterator[Claim]:
    """The claims for which there is no record, nor a file that is still to be read."""
    after = 0
    while portion := listed_claims(session, tenant, after, _AT_ONCE):
        missing = [claim for _, claim, records in portion if not records]
        awaited = _unread(session, tenant, [claim.path for claim in missing])
        yield from (claim for claim in missing if claim.path not in awaited)
        after = portion[-1][0]


def forget_claims(session: Session, tenant: str, paths: Sequence[str]) -> None:
    """Delete the claims of what is deleted, by the ids and names of the records and files.

    Claims that name a file stay if there is another file of that name.
    """
    for some in _parts(paths):
        named = select(FileRow.name).where(FileRow.tenant == tenant, FileRow.name.in_(some))
        gone = set(some) - set(session.scalars(named))
        here = (ClaimRow.tenant == tenant, ClaimRow.path.in_(gone))
        session.execute(delete(ClaimRow).where(*here))


def delete_older_claims(session: Session, moment: float) -> None:
    """Delete the claims that were entered before a moment."""
    session.execute(delete(ClaimRow).where(ClaimRow.entered_at < moment))


def _records(
    session: Session, tenant: str, paths: Sequence[str]
) -> Mapping[str, Sequence[ReceiptRow]]:
    found: dict[str, list[ReceiptRow]] = defaultdict(list)
    for some in _parts(sorted(set(paths))):
        for path, row in _named(session, tenant, some):
            found[path].append(row)
    return found


def _named(session: Session, tenant: str, paths: Sequence[str]) -> Iterator[tuple[str, ReceiptRow]]:
    """The records that these paths name, each with the path."""
    own = select(ReceiptRow).where(ReceiptRow.tenant == tenant).order_by(ReceiptRow.number)
    for row in session.scalars(own.where(ReceiptRow.id.in_(paths))):
        yield row.id, row
    for row in session.scalars(own.where(ReceiptRow.file_id.in_(paths))):
        yield row.file_id, row
    files = select(FileRow.id, FileRow.name).where(
        FileRow.tenant == tenant, FileRow.name.in_(paths)
    )
    names = {one.id: one.name for one in session.execute(files)}
    for some in _parts(sorted(names)):
        for row in session.scalars(own.where(ReceiptRow.file_id.in_(some))):
            yield names[row.file_id], row


def _unread(session: Session, tenant: str, paths: Sequence[str]) -> set[str]:
    """Those of the paths that name files which wait or are being read."""
    names = (FileRow.id.in_(paths), FileRow.name.in_(paths))
    files = select(FileRow.id, FileRow.name).where(
        FileRow.tenant == tenant, FileRow.state.in_(UNFINISHED), or_(*names)
    )
    return {path for file in session.execute(files) for path in file}


def _is_for(claim: Claim, row: ReceiptRow) -> bool:
    if claim.page is None:
        return True
    (record,) = unpack(row.packed)
    return claim.page == record.source.page


def _row(tenant: str, claim: Claim, by: str) -> ClaimRow:
    return ClaimRow(
        tenant=tenant,
        path=claim.path,
        content=json.dumps(plain_claim(claim)),
        entered_by=by,
        entered_at=now(),
    )


def _claim(row: ClaimRow) -> Claim:
    return claim_of(json.loads(row.content))


def _parts(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Databases limit how many values a statement has."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
