"""The tables. Times are seconds since 1970 (UTC); public ids are 32 hexadecimal digits.

What belongs to a file is deleted with its row: records, their changes, its place in jobs.
"""

from pipeline.service.store.tables.access import ApiKeyRow, DeliveryRow, WebhookRow
from pipeline.service.store.tables.base import Base
from pipeline.service.store.tables.files import (
    UNFINISHED,
    FileRow,
    FileState,
    IdempotencyRow,
    JobFileRow,
    JobRow,
)
from pipeline.service.store.tables.findings import ClaimRow, FindingRow, SeenRow, VerdictRow
from pipeline.service.store.tables.records import ChangeRow, ReceiptRow, ShadowRow

__all__ = [
    "UNFINISHED",
    "ApiKeyRow",
    "Base",
    "ChangeRow",
    "ClaimRow",
    "DeliveryRow",
    "FileRow",
    "FileState",
    "FindingRow",
    "IdempotencyRow",
    "JobFileRow",
    "JobRow",
    "ReceiptRow",
    "SeenRow",
    "ShadowRow",
    "VerdictRow",
    "WebhookRow",
]
