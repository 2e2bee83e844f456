"""What reviews say about the records: how many were right, which fields were not, and whether
confidence is the share that was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.receipt import FIELD_NAMES, Receipt
from pipeline.service.store.database import now
from pipeline.service.store.receipts import record_of
from pipeline.service.store.tables import UNFINISHED, ChangeRow, FileRow, ReceiptRow

MOST = 2000
"""So many of the records that were accepted last are looked at."""
DAYS = 14
_DAY = 86400
_EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_Z = 1.96
_EXTRA = "extra."  # before the name of a custom label
_LISTS = ("items", "taxes", "payments")


@dataclass(frozen=True, slots=True)
class Bin:
    """The fields of a range of confidence.

    Attributes:
        confidence: their mean.
        right: the share that reviewers left as it was.
        low, high: 95 % interval of that share (Wilson).
    """

    begins: float
    ends: float
    count: int
    confidence: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Corrected:
    """How often reviewers changed a field.

    Attributes:
        receipts: on how many accepted receipts it had or got a value.
    """

    field: str
    changed: int
    receipts: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the page shows.

    Attributes:
        untouched: the share of accepted records in which no value was changed.
        seconds: of reading a file, the median and the 95th percentile of the last ones.
        read, accepted_by_day: how many a day (UTC), oldest first, for ``DAYS`` days.
    """

    stored: int
    waiting: int
    accepted: int
    untouched: float | None
    corrected: list[Corrected]
    bins: list[Bin]
    seconds: tuple[float, float] | None
    read: list[int]
    accepted_by_day: list[int]


def numbers_of(session: Session, tenant: str) -> Numbers:
    """The numbers of a tenant's records."""
    own = ReceiptRow.tenant == tenant
    rows = select(ReceiptRow).where(own, ReceiptRow.accepted)
    latest = session.scalars(rows.order_by(ReceiptRow.updated_at.desc()).limit(MOST)).all()
    pairs = [before_and_after(record_of(row), old) for row, old in firsts(session, latest)]
    changed = [_changed(*pair) for pair in pairs]
    stored = select(func.count()).select_from(ReceiptRow).where(own)
    waiting = select(func.count()).select_from(FileRow)
    waiting = waiting.where(FileRow.tenant == tenant, FileRow.state.in_(UNFINISHED))
    return Numbers(
        stored=session.scalar(stored) or 0,
        waiting=session.scalar(waiting) or 0,
        accepted=session.scalar(stored.where(ReceiptRow.accepted)) or 0,
        untouched=sum(not one for one in changed) / len(changed) if changed else None,
        corrected=_corrected(pairs, changed),
        bins=list(_bins(pairs)),
        seconds=_seconds(session, tenant),
        read=_by_day(_readings(session, tenant)),
        accepted_by_day=_by_day(_acceptances(session, tenant)),
    )


def firsts(
    session: Session, rows: Sequence[ReceiptRow]
) -> Iterator[tuple[ReceiptRow, Mapping[str, Any]]]:
    """Each record with the values that its changed fields had at first."""
    for row in rows:
        changes = select(ChangeRow.field, ChangeRow.old).where(ChangeRow.receipt_id == row.id)
        newest_first = session.execute(changes.order_by(ChangeRow.number.desc())).all()
        yield row, {field: json.loads(old) for field, old in newest_first}


def before_and_after(record: Receipt, old: Mapping[str, Any]) -> tuple[Any, Any]:
    """The record as plain values, as it was read and as it is."""
    after = record.model_dump(mode="json")
    after |= {f"{_EXTRA}{label}": field for label, field in after["extra"].items()}
    names = [name for name in old if name in after or name.startswith(_EXTRA)]
    return {**after, **{name: old[name] for name in names}}, after


def _fields(before: Any, after: Any) -> list[str]:
    """The single-valued fields, also those of custom labels."""
    return [*FIELD_NAMES, *{name for name in [*before, *after] if name.startswith(_EXTRA)}]


def _changed(before: Any, after: Any) -> set[str]:
    fields = {
        name
        for name in _fields(before, after)
        if _value(before.get(name)) != _value(after.get(name))
    }
    return fields | {name for name in _LISTS if _rows(before[name]) != _rows(after[name])}


def _value(field: Any) -> Any:
    return None if field is None else field["value"]


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [{column: _value(cell) for column, cell in row.items() if cell} for row in rows]


def _corrected(pairs: Sequence[tuple[Any, Any]], changed: Sequence[set[str]]) -> list[Corrected]:
    times = Counter(name for names in changed for name in names)
    there = Counter(
        name
        for before, after in pairs
        for name in (*_fields(before, after), *_LISTS)
        if before.get(name) or after.get(name)
    )
    ranked = sorted(there, key=lambda name: (-times[name] / there[name], name))
    return [Corrected(name, times[name], there[name]) for name in ranked]


def _bins(pairs: Sequence[tuple[Any, Any]]) -> Iterator[Bin]:
    fields = [
        (before[name]["confidence"], _value(before[name]) == _value(after.get(name)))
        for before, after in pairs
        for name in _fields(before, after)
        if before.get(name)
    ]
    for begins, ends in pairwise(_EDGES):
        is_last = ends == _EDGES[-1]
        inside = [one for one in fields if begins <= one[0] < ends or (is_last and one[0] == ends)]
        if inside:
            count = len(inside)
            right = sum(is_right for _, is_right in inside) / count
            mean = sum(confidence for confidence, _ in inside) / count
            yield Bin(begins, ends, count, mean, right, *_wilson(right, count))


def _wilson(share: float, count: int) -> tuple[float, float]:
    middle = share + _Z * _Z / (2 * count)
    half = _Z * sqrt(share * (1 - share) / count + _Z * _Z / (4 * count * count))
    below = 1 + _Z * _Z / count
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


def _seconds(session: Session, tenant: str) -> tuple[float, float] | None:
    rows = select(FileRow.seconds).where(FileRow.tenant == tenant, FileRow.seconds.is_not(None))
    latest = session.scalars(rows.order_by(FileRow.number.desc()).limit(MOST))
    ordered = sorted(one for one in latest if one is not None)
    if not ordered:
        return None
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _readings(session: Session, tenant: str) -> Iterable[float]:
    moments = select(ReceiptRow.created_at).where(ReceiptRow.tenant == tenant)
    return session.scalars(moments.where(ReceiptRow.created_at >= _first_day() * _DAY))


def _acceptances(session: Session, tenant: str) -> Iterable[float]:
    moments = select(ChangeRow.changed_at).join(ReceiptRow, ReceiptRow.id == ChangeRow.receipt_id)
    return session.scalars(
        moments.where(
            ReceiptRow.tenant == tenant,
            ChangeRow.field == "accepted",
            ChangeRow.new == "true",
            ChangeRow.changed_at >= _first_day() * _DAY,
        )
    )


def _first_day() -> int:
    return int(now() // _DAY) - DAYS + 1


def _by_day(moments: Iterable[float]) -> list[int]:
    counted = Counter(int(moment // _DAY) for moment in moments)
    first = _first_day()
    return [counted[first + day] for day in range(DAYS)]
