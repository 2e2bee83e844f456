"""For those who run the service: health, readiness, metrics."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from pipeline.service import schemas
from pipeline.service.drift import drift_metrics
from pipeline.service.problems import Problem, responses
from pipeline.service.routes.common import ALWAYS, json_answer
from pipeline.service.service import InService, Reader
from pipeline.service.store.receipts import has_any

router = APIRouter()

_UNAVAILABLE = responses(HTTPStatus.SERVICE_UNAVAILABLE)


@router.get(
    "/healthz", response_model=schemas.Health, summary="Is it alive?", responses=_UNAVAILABLE
)
def healthz(service: InService) -> Response:
    """Whether the service works; if not, it must be started again."""
    if service.reading.error is not None:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "no worker can be started")
    return json_answer(schemas.Health(status="ok"))


@router.get(
    "/readyz",
    response_model=schemas.Health,
    summary="Does it accept receipts?",
    responses=_UNAVAILABLE,
)
def readyz(service: InService) -> Response:
    """Whether receipts are accepted: not while the service stops or its database is away.

    They are, too, if another model reads because the one that is to be used cannot be loaded;
    the status says so then.
    """
    if not service.accepts:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "stopping")
    try:
        with service.database.reading() as session:
            has_any(session)
    except SQLAlchemyError as error:
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the database does not answer") from error
    state = service.models.state
    status = "ok"
    if state.refused is not None:
        status = f"{state.refused[0]} cannot be used: the model is {state.serving}"
    return json_answer(schemas.Health(status=status))


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={
        HTTPStatus.OK: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **ALWAYS,
    },
)
def metrics(service: InService, _caller: Reader) -> Response:
    """Queue, outcomes, pages, seconds by stage, memory, requests, drift."""
    text = service.metrics.text() + drift_metrics(service.database, service.models)
    return Response(text, media_type="text/plain; version=0.0.4")
