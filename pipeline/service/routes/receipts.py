"""Records: lists, single ones, corrections, deletion, and the picture of the page."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from pipeline.errors import PipelineError
from pipeline.service import schemas
from pipeline.service.access.caller import Caller
from pipeline.service.correction_schema import Correction
from pipeline.service.corrections import ACCEPTED, Corrected, NoSuchPage, corrected
from pipeline.service.page_picture import NotInTime
from pipeline.service.problems import Problem, responses
from pipeline.service.routes.common import (
    ALWAYS,
    MISSING,
    ItemId,
    Wanted,
    found,
    json_answer,
    not_found,
)
from pipeline.service.routes.paging import FIRST, USUAL, Cursor, Limit, part_of
from pipeline.service.routes.views import change_view, receipt_view
from pipeline.service.service import Admin, InService, Reader, Reviewer
from pipeline.service.store.receipts import (
    FieldChange,
    change,
    changes_of,
    delete_receipt,
    listed,
    locked,
    receipt_of,
    record_of,
)
from pipeline.service.store.tables import ReceiptRow
from pipeline.service.store.webhooks import RECEIPT_CHANGED, RECEIPT_DELETED, tell_webhooks

router = APIRouter()

_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The version, for `If-Match`."}}
_WITH_ETAG: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK: {"model": schemas.StoredReceipt, "headers": _ETAG}
}


@router.get(
    "/v1/receipts",
    response_model=schemas.ReceiptPage,
    summary="List records",
    responses=ALWAYS,
)
def list_receipts(
    service: InService,
    caller: Reader,
    wanted: Wanted,
    cursor: Cursor = FIRST,
    limit: Limit = USUAL,
) -> Response:
    """Records in the order in which they were read."""
    with service.database.reading() as session:
        rows = listed(session, caller.tenant, wanted, int(cursor), limit + 1)
    part, following = part_of(rows, limit, lambda row: row.number)
    shown = [receipt_view(row) for row in part]
    return json_answer(schemas.ReceiptPage(receipts=shown, next=following))


@router.get(
    "/v1/receipts/{id}",
    response_model=schemas.StoredReceipt,
    summary="A record",
    responses={**_WITH_ETAG, **ALWAYS, **MISSING},
)
def get_receipt(service: InService, caller: Reader, id: ItemId) -> Response:  # noqa: A002
    """The record with its version."""
    with service.database.reading() as session:
        row = found("receipt", receipt_of(session, caller.tenant, id))
    return json_answer(receipt_view(row), ETag=_etag(row.version))


@router.patch(
    "/v1/receipts/{id}",
    response_model=schemas.StoredReceipt,
    summary="Correct a record",
    responses={
        **_WITH_ETAG,
        **ALWAYS,
        **MISSING,
        **responses(HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Correction"}}
            },
        }
    },
)
async def patch_receipt(
    service: InService,
    caller: Reviewer,
    request: Request,
    id: ItemId,  # noqa: A002
    if_match: Annotated[
        str,
        Header(alias="If-Match", max_length=100, description="The `ETag` that was corrected."),
    ],
) -> Response:
    """Change fields and lists of rows, and say whether the record is right now.

    The sums are checked anew. Refused with 412 if somebody else changed the record meanwhile.
    """
    from starlette.concurrency import run_in_threadpool

    try:
        correction = Correction.model_validate_json(await request.body())
    except ValidationError as error:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(errors) from error
    return await run_in_threadpool(_patch, service, caller, id, if_match, correction)


def _patch(
    service: InService,
    caller: Reviewer,
    receipt_id: str,
    if_match: str,
    correction: Correction,
) -> Response:
    with service.database.writing() as session:
        row = found("receipt", locked(session, caller.tenant, receipt_id))
        check_version(row, if_match)
        accepted = row.accepted if correction.accepted is None else correction.accepted
        try:
            after = corrected(record_of(row), correction, accepted)
        except NoSuchPage as error:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        return kept(session, caller, row, after, accepted)


def check_version(row: ReceiptRow, if_match: str) -> None:
    """Check that nobody else changed the record since it was fetched.

    Raises:
        Problem: somebody did.
    """
    if if_match.strip() != _etag(row.version):
        detail = f"the record has version {row.version} now: look at it again"
        raise Problem(HTTPStatus.PRECONDITION_FAILED, detail)


def kept(
    session: Session, caller: Caller, row: ReceiptRow, after: Corrected, accepted: bool
) -> Response:
    """Keep a changed record, if anything in it is changed, and answer with it."""
    changes = [*after.changes, *_acceptance(row.accepted, accepted)]
    if changes:
        change(session, row, after.record, accepted, changes, caller.name)
        body = {"receipt_id": row.id, "version": row.version, "accepted": accepted}
        tell_webhooks(session, caller.tenant, RECEIPT_CHANGED, body)
    session.flush()
    view = receipt_view(row)
    return json_answer(view, ETag=_etag(view.version))


@router.get(
    "/v1/receipts/{id}/changes",
    response_model=schemas.Changes,
    summary="The changes of a record",
    responses={**ALWAYS, **MISSING},
)
def get_changes(service: InService, caller: Reader, id: ItemId) -> Response:  # noqa: A002
    """Who changed which field when, oldest first."""
    with service.database.reading() as session:
        found("receipt", receipt_of(session, caller.tenant, id))
        changes = [change_view(row) for row in changes_of(session, id)]
    return json_answer(schemas.Changes(changes=changes))


@router.delete(
    "/v1/receipts/{id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Delete a record",
    responses={**ALWAYS, **MISSING},
)
def remove_receipt(service: InService, caller: Admin, id: ItemId) -> Response:  # noqa: A002
    """Delete a record with its changes; with the last record of a file also the file."""
    with service.database.writing() as session:
        row = found("receipt", locked(session, caller.tenant, id))
        deleted_file = delete_receipt(session, row)
        tell_webhooks(session, caller.tenant, RECEIPT_DELETED, {"receipt_id": id})
    if deleted_file is not None:
        service.blobs.delete(deleted_file)
        service.pictures.forget(service.blobs.location(deleted_file))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(
    "/v1/receipts/{id}/image",
    summary="The picture of a page",
    response_class=Response,
    responses={
        HTTPStatus.OK: {"content": {"image/jpeg": {"schema": {"type": "string"}}}},
        **ALWAYS,
        **MISSING,
    },
)
def get_image(
    service: InService,
    caller: Reader,
    id: ItemId,  # noqa: A002
    page: Annotated[
        int | None, Query(ge=1, le=100_000, description="One of the receipt's pages.")
    ] = None,
) -> Response:
    """The upright page on which the receipt is; the boxes of the record are in its pixels."""
    with service.database.reading() as session:
        row = found("receipt", receipt_of(session, caller.tenant, id))
    record = record_of(row)
    number = record.source.page if page is None else page
    if number not in record.page_numbers or record.size is None:
        raise not_found("page")
    try:
        content = service.pictures.page(service.blobs.location(row.file_id), record, number)
    except NotInTime as error:
        headers = {"Retry-After": str(error.retry_after)}
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers) from error
    except PipelineError as error:
        raise Problem(HTTPStatus.NOT_FOUND, "the page cannot be shown") from error
    # Stored files never change.
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(content, media_type="image/jpeg", headers=headers)


def _acceptance(before: bool, now: bool) -> list[FieldChange]:
    if before == now:
        return []
    return [FieldChange(ACCEPTED, json.dumps(before), json.dumps(now))]


def _etag(version: int) -> str:
    return f'"{version}"'
