"""What a reviewer needs besides the record: the words of the receipt, and taking a change back."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from pydantic import Field as Constraint

from pipeline.receipt import Receipt
from pipeline.receipt_words import Word
from pipeline.service import schemas
from pipeline.service.corrections import ACCEPTED, reverted
from pipeline.service.problems import responses
from pipeline.service.routes.common import ALWAYS, MISSING, ItemId, found, json_answer, not_found
from pipeline.service.routes.receipts import check_version, kept
from pipeline.service.schemas.base import WHOLE, RequestModel
from pipeline.service.service import InService, Reader, Reviewer, Service
from pipeline.service.store.receipts import (
    FieldChange,
    Filter,
    changes_of,
    listed,
    locked,
    receipt_of,
    record_of,
)
from pipeline.service.words import unpack_words

router = APIRouter()

_MOST = 10**9
ROWS_AT_ONCE = 100
JSON_LINES = "application/jsonl"


class Words(BaseModel):
    """All words of a receipt, in reading order; none if an earlier version read it."""

    words: list[Word]


class Review(Words):
    """An accepted record with the words of its receipt."""

    id: str
    record: Receipt


class Reversal(RequestModel):
    """Which change to take back: the version that it made."""

    version: Annotated[int, Constraint(ge=2, le=_MOST), WHOLE]


@router.get(
    "/v1/receipts/{id}/words",
    response_model=Words,
    summary="The words of a receipt",
    responses={**ALWAYS, **MISSING},
)
def get_words(service: InService, caller: Reader, id: ItemId) -> Response:  # noqa: A002
    """Every word that was read on the receipt, with its box in pixels of the upright page."""
    with service.database.reading() as session:
        row = found("receipt", receipt_of(session, caller.tenant, id))
        return json_answer(Words(words=unpack_words(row.words)))


@router.get(
    "/v1/reviews",
    summary="Reviewed records, to train on",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {"content": {JSON_LINES: {"schema": {"type": "string"}}}},
        **ALWAYS,
    },
)
def export_reviews(service: InService, caller: Reader) -> StreamingResponse:
    """All accepted records with their words, one a line; the annotation format ``reviews``.

    Records whose words are not stored are left out.
    """
    return StreamingResponse(_reviews(service, caller.tenant), media_type=JSON_LINES)


def _reviews(service: Service, tenant: str) -> Iterator[str]:
    wanted, after = Filter(accepted=True), 0
    while True:
        with service.database.reading() as session:
            rows = listed(session, tenant, wanted, after, ROWS_AT_ONCE)
        if not rows:
            return
        after = rows[-1].number
        for row in rows:
            words = unpack_words(row.words)
            if words:
                review = Review(id=row.id, record=record_of(row), words=words)
                yield review.model_dump_json() + "\n"


@router.post(
    "/v1/receipts/{id}/revert",
    response_model=schemas.StoredReceipt,
    summary="Take a change back",
    responses={
        **ALWAYS,
        **MISSING,
        **responses(HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED),
    },
)
def revert(
    service: InService,
    caller: Reviewer,
    id: ItemId,  # noqa: A002
    reversal: Reversal,
    if_match: Annotated[
        str, Header(alias="If-Match", max_length=100, description="The record's `ETag`.")
    ],
) -> Response:
    """Put back what a version changed, with its confidence and boxes; noted as a new change."""
    with service.database.writing() as session:
        row = found("receipt", locked(session, caller.tenant, id))
        check_version(row, if_match)
        changes = [
            FieldChange(one.field, one.old, one.new)
            for one in changes_of(session, id)
            if one.version == reversal.version
        ]
        if not changes:
            raise not_found("version")
        olds = [one.old for one in changes if one.field == ACCEPTED]
        accepted = olds[0] == "true" if olds else row.accepted
        return kept(session, caller, row, reverted(record_of(row), changes), accepted)
