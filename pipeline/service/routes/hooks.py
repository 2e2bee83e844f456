"""Webhooks: made, listed, deleted; and what became of their messages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from pipeline.service import schemas
from pipeline.service.outbound import Refused
from pipeline.service.problems import Problem
from pipeline.service.routes.common import ALWAYS, MISSING, ItemId, found, json_answer
from pipeline.service.routes.views import delivery_view, webhook_view
from pipeline.service.service import Admin, InService
from pipeline.service.store.database import new_id, now
from pipeline.service.store.tables import WebhookRow
from pipeline.service.store.webhooks import deliveries_of, webhook_of, webhooks_of
from pipeline.service.webhooks import check_webhook, new_secret

router = APIRouter()

_MOST_WEBHOOKS = 20


@router.post(
    "/v1/webhooks",
    response_model=schemas.CreatedWebhook,
    status_code=HTTPStatus.CREATED,
    summary="Make a webhook",
    responses=ALWAYS,
)
def make_webhook(service: InService, caller: Admin, new: schemas.NewWebhook) -> Response:
    """Make a webhook; its secret is shown only now.

    Messages are signed as "Standard Webhooks" says, and hold ids only. They are tried again, at
    growing intervals, until the answer's status is 200 to 299.
    """
    try:
        check_webhook(new.url, service.settings)
    except Refused as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    row = WebhookRow(
        id=new_id(), tenant=caller.tenant, url=new.url, secret=new_secret(), created_at=now()
    )
    with service.database.writing() as session:
        if len(webhooks_of(session, caller.tenant)) >= _MOST_WEBHOOKS:
            detail = f"at most {_MOST_WEBHOOKS} webhooks"
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        session.add(row)
    view = webhook_view(row)
    created = schemas.CreatedWebhook(**view.model_dump(), secret=row.secret)
    return json_answer(created, HTTPStatus.CREATED)


@router.get(
    "/v1/webhooks", response_model=schemas.Webhooks, summary="List webhooks", responses=ALWAYS
)
def list_webhooks(service: InService, caller: Admin) -> Response:
    """All webhooks, without their secrets."""
    with service.database.reading() as session:
        rows = webhooks_of(session, caller.tenant)
    return json_answer(schemas.Webhooks(webhooks=[webhook_view(row) for row in rows]))


@router.delete(
    "/v1/webhooks/{id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Delete a webhook",
    responses={**ALWAYS, **MISSING},
)
def remove_webhook(service: InService, caller: Admin, id: ItemId) -> Response:  # noqa: A002
    """Delete a webhook with its messages."""
    with service.database.writing() as session:
        row = found("webhook", webhook_of(session, caller.tenant, id))
        session.delete(row)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(
    "/v1/webhooks/{id}/deliveries",
    response_model=schemas.Deliveries,
    summary="The messages to a webhook",
    responses={**ALWAYS, **MISSING},
)
def list_deliveries(
    service: InService,
    caller: Admin,
    id: ItemId,  # noqa: A002
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """The latest messages, newest first, and whether they were delivered."""
    with service.database.reading() as session:
        found("webhook", webhook_of(session, caller.tenant, id))
        rows = deliveries_of(session, id, limit)
    return json_answer(schemas.Deliveries(deliveries=[delivery_view(row) for row in rows]))
