"""What a candidate read beside the served model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pipeline.batch.packing import pack, unpack
from pipeline.receipt import Receipt
from pipeline.receipt_words import Word
from pipeline.service.store.database import now
from pipeline.service.store.receipts import record_of
from pipeline.service.store.review_numbers import firsts
from pipeline.service.store.reviewed import as_read
from pipeline.service.store.tables import FileRow, FileState, ReceiptRow, ShadowRow
from pipeline.service.words import unpack_words

_NEWEST = 1000  # files among which one is looked for, so that a long table costs nothing
_DIGITS = 16  # of the hexadecimal hash that decides whether a file is sampled


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that the candidate is to read."""

    id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Compared:
    """An accepted record, and both readings of it.

    Attributes:
        read: as the served model read it, before anybody changed it.
        candidate: ``None`` if the candidate found no such receipt in the file.
    """

    number: int
    id: str
    record: Receipt
    words: Sequence[Word]
    read: Receipt
    candidate: Receipt | None


def next_unread(session: Session, model: str, share: float, since: float) -> Unread | None:
    """The file that was read last of those that the candidate has not read.

    Args:
        share: of the files, chosen by the hashes of their contents.
        since: files that were finished before count for nothing.
    """
    last = select(func.max(FileRow.number)).scalar_subquery()
    known = select(ShadowRow.file_id).where(ShadowRow.model == model)
    files = select(FileRow).where(
        FileRow.number > last - _NEWEST,
        FileRow.state == FileState.DONE,
        FileRow.finished_at >= since,
        FileRow.sha256 < _highest(share),
        FileRow.id.not_in(known),
    )
    row = session.scalars(files.order_by(FileRow.number.desc()).limit(1)).first()
    return None if row is None else Unread(row.id, row.name, row.sha256)


def keep(
    session: Session, file_id: str, model: str, records: Sequence[Receipt], seconds: float | None
) -> None:
    """Keep what the candidate read; nothing if the file was deleted meanwhile."""
    here = select(FileRow.id).where(FileRow.id == file_id).with_for_update()
    if session.scalar(here) is None:
        return
    bind = session.get_bind()
    kind = postgresql if bind.dialect.name == "postgresql" else sqlite
    for place, record in enumerate(records):
        values = {
            "file_id": file_id,
            "model": model,
            "place": place,
            "packed": pack([record]),
            "read_at": now(),
            "seconds": seconds,
        }
        # Another server may have read it, too.
        session.execute(kind.insert(ShadowRow).values(**values).on_conflict_do_nothing())


def compared(
    session: Session, tenant: str, model: str, after: int, limit: int
) -> Iterator[Compared]:
    """Accepted records of files that the candidate has read, in the order of their numbers.

    Args:
        after: the number of the last one that is known, 0 to begin.
    """
    read = select(ShadowRow.file_id).where(ShadowRow.model == model)
    rows = select(ReceiptRow).where(
        ReceiptRow.tenant == tenant,
        ReceiptRow.accepted,
        ReceiptRow.number > after,
        ReceiptRow.file_id.in_(read),
    )
    found = session.scalars(rows.order_by(ReceiptRow.number).limit(limit)).all()
    for row, old in firsts(session, found):
        record = record_of(row)
        shadow = session.get(ShadowRow, (row.file_id, model, row.place))
        yield Compared(
            row.number,
            row.id,
            record,
            unpack_words(row.words),
            as_read(record, old),
            None if shadow is None else unpack(shadow.packed)[0],
        )


def _highest(share: float) -> str:
    """The hash below which that share of all hashes lies."""
    if share >= 1:
        return "g"  # above all hexadecimal digits
    return f"{int(share * 16**_DIGITS):0{_DIGITS}x}"
