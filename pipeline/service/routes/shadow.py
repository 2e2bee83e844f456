"""What a candidate read beside the served model, to compare the two."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from pipeline.receipt import Receipt
from pipeline.service.routes.common import ALWAYS
from pipeline.service.routes.reviewing import JSON_LINES, ROWS_AT_ONCE, Review
from pipeline.service.service import InService, Reader, Service
from pipeline.service.store.shadow import compared

router = APIRouter()

Candidate = Annotated[
    str,
    Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$", description="The candidate."),
]


class ShadowReview(Review):
    """An accepted record with its words, and how both models read the receipt.

    Attributes:
        read: as the served model did, before anybody changed it.
        candidate: ``None`` if the candidate found no such receipt in the file.
    """

    read: Receipt
    candidate: Receipt | None
    candidate_model: str


@router.get(
    "/v1/shadow",
    summary="What a candidate read",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {"content": {JSON_LINES: {"schema": {"type": "string"}}}},
        **ALWAYS,
    },
)
def export_shadow(service: InService, caller: Reader, model: Candidate) -> StreamingResponse:
    """Accepted records of files that a candidate has read, one a line; for `receipts models
    compare --shadow`.

    Records whose words are not stored are left out.
    """
    return StreamingResponse(_lines(service, caller.tenant, model), media_type=JSON_LINES)


def _lines(service: Service, tenant: str, model: str) -> Iterator[str]:
    after = 0
    while True:
        with service.database.reading() as session:
            found = list(compared(session, tenant, model, after, ROWS_AT_ONCE))
        if not found:
            return
        after = found[-1].number
        for one in found:
            if one.words:
                review = ShadowReview(
                    id=one.id,
                    record=one.record,
                    words=list(one.words),
                    read=one.read,
                    candidate=one.candidate,
                    candidate_model=model,
                )
                yield review.model_dump_json() + "\n"
