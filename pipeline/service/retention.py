"""Deletes what is kept too long, and stored bytes that belong to no file."""

from __future__ import annotations

import logging
from itertools import islice

from pipeline.service.background import Background
from pipeline.service.blobs import Blobs
from pipeline.service.store.database import Database, now
from pipeline.service.store.receipts import delete_older, stored_ids
from pipeline.service.store.webhooks import delete_old_deliveries

logger = logging.getLogger(__name__)

_DAY = 86400.0
_SWEEP_SECONDS = 3600.0
# Bytes are stored before their file is entered: younger ones may be on their way.
_ORPHAN_SECONDS = 3600.0
_KEEP_DELIVERIES_DAYS = 30.0
_IDS_AT_ONCE = 500


def delete_expired(database: Database, blobs: Blobs, keep_days: float | None) -> int:
    """Delete files older than ``keep_days`` with all that belongs to them; returns how many."""
    with database.writing() as session:
        delete_old_deliveries(
            session, now() - _DAY * min(keep_days or _KEEP_DELIVERIES_DAYS, _KEEP_DELIVERIES_DAYS)
        )
        ids = delete_older(session, now() - keep_days * _DAY) if keep_days is not None else []
    for file_id in ids:
        blobs.delete(file_id)
    return len(ids)


def delete_orphans(database: Database, blobs: Blobs) -> int:
    """Delete stored bytes whose file is not in the database; returns how many."""
    count = 0
    old = blobs.older_than(_ORPHAN_SECONDS)
    while ids := list(islice(old, _IDS_AT_ONCE)):
        with database.reading() as session:
            known = stored_ids(session, ids)
        for blob_id in set(ids) - known:
            blobs.delete(blob_id)
            count += 1
    return count


def deleting(database: Database, blobs: Blobs, keep_days: float | None) -> Background:
    """The thread that deletes, at the start and once an hour."""

    def sweep() -> float:
        expired = delete_expired(database, blobs, keep_days)
        orphans = delete_orphans(database, blobs)
        if expired or orphans:
            logger.info("deleted %d expired and %d orphaned files", expired, orphans)
        return _SWEEP_SECONDS

    return Background("deleting", sweep, _SWEEP_SECONDS)
