"""Who claims which receipt: the audit's rules about people, trips and amounts need it."""

from __future__ import annotations

from http import HTTPStatus
from io import StringIO
from operator import itemgetter
from typing import Annotated

from fastapi import APIRouter, File, Query, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from pipeline.audit.receipts import Claim
from pipeline.audit.records.claims import parse_claims
from pipeline.errors import ConfigError
from pipeline.service import schemas
from pipeline.service.access.caller import Caller
from pipeline.service.problems import Problem
from pipeline.service.routes.common import ALWAYS, MISSING, ItemId, found, json_answer, not_found
from pipeline.service.routes.paging import FIRST, USUAL, Cursor, Limit, part_of
from pipeline.service.routes.views import claim_view
from pipeline.service.service import InService, Reader, Service, Submitter
from pipeline.service.store.claims import (
    claims_of,
    claims_without_receipt,
    delete_claims,
    enter_claims,
    listed_claims,
    records_of_claims,
)
from pipeline.service.store.receipts import file_of, receipt_of
from pipeline.service.uploads import clean_name

router = APIRouter()

_LONGEST_PATH = 1000
_Path = Annotated[
    str,
    Query(min_length=1, max_length=_LONGEST_PATH, pattern=r"^[^\x00]*$", description="As claimed."),
]


@router.post(
    "/v1/claims",
    response_model=schemas.EnteredClaims,
    summary="Enter claims",
    responses=ALWAYS,
)
async def post_claims(
    service: InService,
    caller: Submitter,
    claims: Annotated[
        UploadFile, File(description="CSV with the columns of `receipts audit --claims`, in UTF-8.")
    ],
) -> Response:
    """Enter claims, before or after their receipts; the receipts are audited again.

    `path` is the name of the receipt's file as it was posted, or the id of the record or of the
    file. All claims that name one of these paths are replaced, so the same file may be posted
    again. One wrong row, and nothing is entered.
    """
    content = await claims.read()
    entered = await run_in_threadpool(_entered, service, caller, content, claims.filename)
    return json_answer(entered)


@router.get(
    "/v1/claims",
    response_model=schemas.ClaimPage,
    summary="List claims",
    responses=ALWAYS,
)
def list_claims(
    service: InService,
    caller: Reader,
    cursor: Cursor = FIRST,
    limit: Limit = USUAL,
) -> Response:
    """Claims in the order in which they were entered, each with its records."""
    with service.database.reading() as session:
        claims = listed_claims(session, caller.tenant, int(cursor), limit + 1)
    part, following = part_of(claims, limit, itemgetter(0))
    shown = [claim_view(claim, records) for _, claim, records in part]
    return json_answer(schemas.ClaimPage(claims=shown, next=following))


@router.get(
    "/v1/receipts/{id}/claims",
    response_model=schemas.Claims,
    summary="The claims of a record",
    responses={**ALWAYS, **MISSING},
)
def get_claims(service: InService, caller: Reader, id: ItemId) -> Response:  # noqa: A002
    """Who asks for the money of the record, in the order in which it was entered."""
    with service.database.reading() as session:
        row = found("receipt", receipt_of(session, caller.tenant, id))
        claims = claims_of(session, row, file_of(session, row).name)
        records = records_of_claims(session, caller.tenant, claims)
    shown = [claim_view(*one) for one in zip(claims, records, strict=True)]
    return json_answer(schemas.Claims(claims=shown))


@router.delete(
    "/v1/claims",
    response_model=schemas.DeletedClaims,
    summary="Delete claims",
    responses={**ALWAYS, **MISSING},
)
def remove_claims(service: InService, caller: Submitter, path: _Path) -> Response:
    """Delete the claims that name this path; their receipts are audited again."""
    with service.database.writing() as session:
        count = delete_claims(session, caller.tenant, [path])
    if not count:
        raise not_found("claim")
    return json_answer(schemas.DeletedClaims(deleted=count))


def _entered(
    service: Service, caller: Caller, content: bytes, name: str | None
) -> schemas.EnteredClaims:
    given = _parsed(content, clean_name(name))
    with service.database.writing() as session:
        enter_claims(session, caller.tenant, given, caller.name)
    with service.database.reading() as session:
        missing = sum(1 for _ in claims_without_receipt(session, caller.tenant))
    return schemas.EnteredClaims(entered=len(given), without_receipt=missing)


def _parsed(content: bytes, name: str) -> list[Claim]:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise ConfigError(f"{name}: not a text")  # PostgreSQL's texts hold no zero byte
        claims = list(parse_claims(StringIO(text, newline=""), name))
        if any(len(claim.path) > _LONGEST_PATH for claim in claims):
            raise ConfigError(f"{name}: a path has more than {_LONGEST_PATH} characters")
        return claims
    except UnicodeDecodeError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name}: not UTF-8") from error
    except ConfigError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
