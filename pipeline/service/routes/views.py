"""Rows of the database as the JSON of answers."""

from __future__ import annotations

import datetime
import json

from pipeline.audit.finding import Finding
from pipeline.audit.receipts import Claim
from pipeline.audit.state.claim_json import plain_claim
from pipeline.service import schemas
from pipeline.service.store.findings import receipt_ids
from pipeline.service.store.jobs import Job
from pipeline.service.store.receipts import record_of
from pipeline.service.store.tables import ChangeRow, DeliveryRow, ReceiptRow, WebhookRow


def moment(seconds: float) -> datetime.datetime:
    """A time of the database."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def receipt_view(row: ReceiptRow) -> schemas.StoredReceipt:
    """A record."""
    return schemas.StoredReceipt(
        id=row.id,
        file_id=row.file_id,
        version=row.version,
        accepted=row.accepted,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        record=record_of(row),
    )


def job_view(job: Job) -> schemas.Job:
    """A job with its files and their records."""
    files = [
        schemas.JobFile(
            id=one.file.id,
            name=one.name,
            sha256=one.file.sha256,
            state=one.file.state,
            duplicate=one.duplicate,
            receipts=[receipt_view(row) for row in one.receipts],
        )
        for one in job.files
    ]
    return schemas.Job(
        id=job.id, created_at=moment(job.created_at), finished=job.is_finished, files=files
    )


def change_view(row: ChangeRow) -> schemas.Change:
    """A change of one field."""
    return schemas.Change(
        field=row.field,
        old=json.loads(row.old),
        new=json.loads(row.new),
        version=row.version,
        changed_by=row.changed_by,
        changed_at=moment(row.changed_at),
    )


def finding_view(finding: Finding) -> schemas.Finding:
    """A finding of the audit."""
    placed = zip(receipt_ids(finding), finding.receipts, strict=True)
    return schemas.Finding(
        receipts=[
            schemas.FoundOn(id=one, path=ref.path.partition("/")[2], page=ref.page)
            for one, ref in placed
        ],
        look_at=[schemas.LookAt(**look.model_dump()) for look in finding.look_at],
        **finding.model_dump(mode="json", exclude={"receipts", "look_at"}),
    )


def claim_view(claim: Claim, records: list[str]) -> schemas.Claim:
    """A claim, with the ids of its records."""
    return schemas.Claim(receipts=records, **plain_claim(claim))


def webhook_view(row: WebhookRow) -> schemas.Webhook:
    """A webhook, without its secret."""
    return schemas.Webhook(id=row.id, url=row.url, created_at=moment(row.created_at))


def delivery_view(row: DeliveryRow) -> schemas.Delivery:
    """A message to a webhook."""
    return schemas.Delivery(
        id=row.id,
        event=row.event,
        created_at=moment(row.created_at),
        attempts=row.attempts,
        due_at=None if row.due_at is None else moment(row.due_at),
        delivered_at=None if row.delivered_at is None else moment(row.delivered_at),
        outcome=row.outcome,
    )
