"""Files that are put into the database, leased and finished by hand."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from pipeline.receipt import Amount, Field, Receipt, Source
from pipeline.service.store import queue
from pipeline.service.store.accepting import Offered, Posted, accept
from pipeline.service.store.database import Database, new_id

TENANT = "default"


def offered(text: str, name: str = "a.jpg") -> Offered:
    content = text.encode()
    return Offered(new_id(), name, hashlib.sha256(content).hexdigest(), "image/jpeg", len(content))


def post(database: Database, *texts: str, key: str | None = None, tenant: str = TENANT) -> str:
    posted = Posted(tenant, "tester", [offered(text) for text in texts], key)
    with database.writing() as session:
        return accept(session, posted, queue_limit=10).job_id


def lease(database: Database, owner: str = "one", seconds: float = 30) -> queue.Leased | None:
    with database.writing() as session:
        return queue.lease(session, owner, seconds)


def record(total: str = "12.50", merchant: str = "ACME", confidence: float = 0.9) -> Receipt:
    return Receipt(
        source=Source(path="a.jpg", page=1, sha256="0" * 64),
        status="ok",
        engine="fake",
        model="fake",
        merchant_name=Field[str](value=merchant, text=merchant, confidence=1, boxes=[]),
        total=Field[Amount](value=Decimal(total), text=total, confidence=confidence, boxes=[]),
    )


def finish(
    database: Database, leased: queue.Leased, *records: Receipt, owner: str = "one"
) -> list[str] | None:
    with database.writing() as session:
        return queue.finish(session, owner, leased.id, records or [record()], 0.5)


def read(database: Database, text: str, *records: Receipt) -> str:
    """Post and read one file; the id of its first record."""
    post(database, text)
    return finish(database, lease(database), *records)[0]
