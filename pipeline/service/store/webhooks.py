"""Webhooks and the messages that wait to be delivered to them.

A message is entered in the transaction of what it tells, so that none is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.service.store.database import new_id, now
from pipeline.service.store.tables import DeliveryRow, WebhookRow

FILE_FINISHED = "file.finished"
RECEIPT_CHANGED = "receipt.changed"
RECEIPT_DELETED = "receipt.deleted"
EVENTS = (FILE_FINISHED, RECEIPT_CHANGED, RECEIPT_DELETED)

MOST_ATTEMPTS = 8
# How long an attempt may take, before another server tries as well.
_ATTEMPT_SECONDS = 60.0
_FIRST_PAUSE = 10.0  # doubled after each attempt


@dataclass(frozen=True, slots=True)
class Due:
    """A message to send."""

    id: str
    url: str
    secret: str
    body: str
    attempts: int


def tell_webhooks(session: Session, tenant: str, event: str, about: Mapping[str, object]) -> None:
    """Enter a message for each webhook of the tenant.

    Args:
        about: ids only: what a receipt says is fetched with a key.
    """
    moment = now()
    for webhook in session.scalars(select(WebhookRow).where(WebhookRow.tenant == tenant)):
        body = {"type": event, "timestamp": moment, "data": dict(about)}
        session.add(
            DeliveryRow(
                id=new_id(),
                webhook_id=webhook.id,
                event=event,
                body=json.dumps(body),
                created_at=moment,
                attempts=0,
                due_at=moment,
            )
        )


def take_due(session: Session) -> Due | None:
    """The next message that is due; it is due again if no outcome is noted in time."""
    moment = now()
    oldest = select(DeliveryRow).where(DeliveryRow.due_at <= moment).order_by(DeliveryRow.due_at)
    row = session.scalars(oldest.limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    row.attempts += 1
    row.due_at = moment + _ATTEMPT_SECONDS
    webhook = session.scalars(select(WebhookRow).where(WebhookRow.id == row.webhook_id)).one()
    return Due(row.id, webhook.url, webhook.secret, row.body, row.attempts)


def note_outcome(session: Session, delivery_id: str, outcome: str, delivered: bool) -> None:
    """Note how an attempt ended, and when the next is due."""
    row = session.scalars(select(DeliveryRow).where(DeliveryRow.id == delivery_id)).first()
    if row is None:
        return
    row.outcome = outcome
    if delivered:
        row.delivered_at, row.due_at = now(), None
    elif row.attempts >= MOST_ATTEMPTS:
        row.due_at = None
    else:
        row.due_at = now() + _FIRST_PAUSE * 2.0 ** (row.attempts - 1)


def webhooks_of(session: Session, tenant: str) -> list[WebhookRow]:
    """The tenant's webhooks, oldest first."""
    rows = select(WebhookRow).where(WebhookRow.tenant == tenant)
    return list(session.scalars(rows.order_by(WebhookRow.created_at, WebhookRow.id)))


def webhook_of(session: Session, tenant: str, webhook_id: str) -> WebhookRow | None:
    """The webhook; ``None`` if the tenant has none with that id."""
    row = session.get(WebhookRow, webhook_id)
    return row if row is not None and row.tenant == tenant else None


def deliveries_of(session: Session, webhook_id: str, limit: int) -> list[DeliveryRow]:
    """The latest messages, newest first."""
    rows = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    return list(session.scalars(rows.order_by(DeliveryRow.number.desc()).limit(limit)))


def delete_old_deliveries(session: Session, moment: float) -> None:
    """Delete the messages that were entered before a moment and are not due any more."""
    session.execute(
        delete(DeliveryRow).where(DeliveryRow.created_at < moment, DeliveryRow.due_at.is_(None))
    )
