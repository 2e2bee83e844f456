"""Keys and webhooks of clients."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.service.store.tables.base import Base, Number


class ApiKeyRow(Base):
    """An API key; of its secret only the SHA-256 is kept. ``roles`` are separated by commas."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    tenant: Mapped[str]
    roles: Mapped[str]
    secret_sha256: Mapped[str]
    created_at: Mapped[float]
    revoked_at: Mapped[float | None]


class WebhookRow(Base):
    """An address that is told what happens."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[float]


class DeliveryRow(Base):
    """One message to a webhook.

    Attributes:
        due_at: when it is sent next; ``None`` once it was delivered or given up.
        outcome: of the last attempt.
    """

    __tablename__ = "deliveries"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    webhook_id: Mapped[str] = mapped_column(
        ForeignKey("webhooks.id", ondelete="CASCADE"), index=True
    )
    event: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[float] = mapped_column(index=True)
    attempts: Mapped[int]
    due_at: Mapped[float | None] = mapped_column(index=True)
    delivered_at: Mapped[float | None]
    outcome: Mapped[str | None]
