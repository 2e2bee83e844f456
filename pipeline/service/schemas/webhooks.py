"""Webhooks and the messages to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Constraint

from pipeline.service.schemas.base import AnswerModel, Id, Moment, RequestModel


class NewWebhook(RequestModel):
    """A webhook to be made."""

    url: Annotated[str, Constraint(min_length=1, max_length=2000)]


class Webhook(AnswerModel):
    """An address that is told when a file is finished or a record changed or deleted."""

    id: Id
    url: str
    created_at: Moment


class CreatedWebhook(Webhook):
    """A new webhook with the secret that signs its messages; it is shown only once."""

    secret: str


class Webhooks(AnswerModel):
    """All webhooks."""

    webhooks: list[Webhook]


class Delivery(AnswerModel):
    """One message to a webhook.

    Attributes:
        due_at: when it is sent next; ``null`` once it was delivered or given up.
        outcome: of the last attempt.
    """

    id: Id
    event: str
    created_at: Moment
    attempts: int
    due_at: Moment | None
    delivered_at: Moment | None
    outcome: str | None


class Deliveries(AnswerModel):
    """The latest messages, newest first."""

    deliveries: list[Delivery]
