"""Accepted records as they were read and as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.receipt import Receipt
from pipeline.service.store.database import Database
from pipeline.service.store.receipts import record_of
from pipeline.service.store.review_numbers import MOST, before_and_after, firsts
from pipeline.service.store.tables import ReceiptRow


def reviewed(session: Session, tenant: str | None = None) -> Iterator[tuple[Receipt, Receipt]]:
    """The records that were accepted last, at most ``MOST``; of all tenants without one."""
    rows = select(ReceiptRow).where(ReceiptRow.accepted)
    if tenant is not None:
        rows = rows.where(ReceiptRow.tenant == tenant)
    latest = session.scalars(rows.order_by(ReceiptRow.updated_at.desc()).limit(MOST)).all()
    for row, old in firsts(session, latest):
        record = record_of(row)
        yield as_read(record, old), Receipt.model_validate(record.model_dump(mode="json"))


def as_read(record: Receipt, old: Mapping[str, Any]) -> Receipt:
    """The record before people changed it.

    Args:
        old: the first values of the fields that they changed.
    """
    before, _ = before_and_after(record, old)
    return Receipt.model_validate(
        {name: value for name, value in before.items() if name in Receipt.model_fields}
    )


def reviewed_in_database(address: str) -> Iterator[tuple[Receipt, Receipt]]:
    """Those of a service's database.

    Raises:
        ConfigError: it cannot be opened, or it is no database of the service.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from pipeline.errors import ConfigError

    database = Database(address)
    try:
        with database.reading() as session:
            yield from reviewed(session)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error))
        raise ConfigError(f"{address}: not a database of receipts serve: {reason}") from error
    finally:
        database.close()
