"""The pages: drop, queue, review and numbers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.audit.policy.exchanged_claims import ABOVE_EXCHANGED
from pipeline.audit.rules.claimed_amounts import ABOVE_RECEIPT, BY_SEVERAL
from pipeline.categories import Category
from pipeline.labels import ValueType
from pipeline.service.drift import drift_of
from pipeline.service.pages.charts import columns, dots
from pipeline.service.pages.claims import shown_claims
from pipeline.service.pages.custom_labels import custom_labels
from pipeline.service.pages.interpret import VALUE_TYPES, interpret
from pipeline.service.pages.render import page
from pipeline.service.problems import Problem
from pipeline.service.routes.common import ItemId, found
from pipeline.service.service import InService, Reader
from pipeline.service.store.claims import claims_of
from pipeline.service.store.receipts import file_of, receipt_of, record_of
from pipeline.service.store.review_numbers import DAYS, MOST, numbers_of
from pipeline.service.store.review_queue import Place, View, counts, next_open, place_of, queued
from pipeline.service.words import unpack_words

router = APIRouter(include_in_schema=False)

_ROWS_PER_PAGE = 50
_LAST_PAGE = 100_000
_PLACE = r"^[01]:[0-9][0-9.e-]{0,29}:[0-9]{1,18}$"
After = Annotated[str | None, Query(pattern=_PLACE)]

_SECTIONS = {
    "Merchant": (
        *("merchant_name", "merchant_brand", "merchant_address", "merchant_phone"),
        *("merchant_tax_id", "country", "category"),
    ),
    "Receipt": ("receipt_number", "date", "time", "currency"),
    "Amounts": (
        *("subtotal", "tax", "service_charge", "tip", "discount", "rounding"),
        *("total", "cash", "change"),
    ),
}
_TABLES = {
    "items": ("code", "description", "quantity", "unit_price", "discount", "total"),
    "taxes": ("name", "rate", "net", "amount"),
    "payments": ("method", "amount", "card_last4"),
}


class Text(BaseModel):
    """A text that was put into a field or a cell, such as ``items.total``; into one of a custom
    label with the label's type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    field: str
    text: Annotated[str, Constraint(min_length=1, max_length=2000)]
    type: Annotated[ValueType | None, Constraint(strict=False)] = None


@router.get("/")
def drop_page(request: Request, caller: Reader) -> Any:
    """Drop files here."""
    return page(request, "drop")


@router.get("/queue")
def queue_page(
    request: Request,
    service: InService,
    caller: Reader,
    view: View = View.OPEN,
    search: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)] = 1,
) -> Any:
    """Records to review, the most doubtful first."""
    offset = (number - 1) * _ROWS_PER_PAGE
    with service.database.reading() as session:
        rows = queued(
            session, caller.tenant, view, search.strip() or None, _ROWS_PER_PAGE + 1, offset
        )
        totals = counts(session, caller.tenant)
    return page(
        request,
        "queue",
        rows=rows[:_ROWS_PER_PAGE],
        has_more=len(rows) > _ROWS_PER_PAGE,
        counts=totals,
        view=view,
        search=search,
        number=number,
    )


@router.get("/queue/next")
def next_page(service: InService, caller: Reader, after: After = None) -> Any:
    """Go to the next record to review, or to the queue if there is none."""
    following = _next(service, caller, after)
    where = "/queue" if following is None else f"/receipts/{following}/review"
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


@router.get("/queue/next.json")
def next_id(service: InService, caller: Reader, after: After = None) -> Any:
    """The id of the next record to review, so that its picture can be loaded ahead."""
    return JSONResponse({"id": _next(service, caller, after)})


def _next(service: InService, caller: Reader, after: str | None) -> str | None:
    try:
        place = None if after is None else Place.of(after)
    except ValueError as error:
        detail = "after is no place in the queue"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error
    with service.database.reading() as session:
        return next_open(session, caller.tenant, place)


@router.get("/receipts/{id}/review")
def review_page(request: Request, service: InService, caller: Reader, id: ItemId) -> Any:  # noqa: A002
    """One record beside its picture."""
    with service.database.reading() as session:
        row = receipt_of(session, caller.tenant, id)
        if row is None:
            return page(request, "missing", HTTPStatus.NOT_FOUND)
        name = file_of(session, row).name
        claims = claims_of(session, row, name)
        record = record_of(row)
        custom = custom_labels(service.models.state.location, record)
        open_count = counts(session, caller.tenant)[View.OPEN]
    return page(
        request,
        "review",
        receipt_id=id,
        file_name=name,
        place=place_of(row),
        claims=shown_claims(claims, record),
        claim_rules=[ABOVE_RECEIPT, BY_SEVERAL, ABOVE_EXCHANGED],
        open_count=open_count,
        sections={**_SECTIONS, **({"Custom labels": custom} if custom else {})},
        tables=_TABLES,
        types={**VALUE_TYPES, **custom},
        custom=custom,
        categories=list(Category),
    )


@router.get("/numbers")
def numbers_page(request: Request, service: InService, caller: Reader) -> Any:
    """How much is read, and what reviewers say about it."""
    with service.database.reading() as session:
        numbers = numbers_of(session, caller.tenant)
    return page(
        request,
        "numbers",
        numbers=numbers,
        dots=dots(numbers.bins),
        columns=columns(numbers.read, numbers.accepted_by_day),
        drift=drift_of(service.database, service.models, caller.tenant),
        days=DAYS,
        most=MOST,
    )


@router.post("/receipts/{id}/interpret")
def interpret_text(service: InService, caller: Reader, id: ItemId, given: Text) -> Any:  # noqa: A002
    """The value that a text has in a field: ``null`` if none."""
    kind = given.type or VALUE_TYPES.get(given.field)
    if kind is None:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "there is no such field")
    with service.database.reading() as session:
        row = found("receipt", receipt_of(session, caller.tenant, id))
        value = interpret(kind, given.text, record_of(row), unpack_words(row.words))
    return JSONResponse({"value": None if value is None else str(value)})
