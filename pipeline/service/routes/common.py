"""What several routes share: path and query parameters, and the problems that every route has."""

from __future__ import annotations

import datetime
import re
from http import HTTPStatus
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, Path, Query, Response
from pydantic import BaseModel, BeforeValidator

from pipeline.service.problems import Problem, responses
from pipeline.service.store.receipts import Filter

ALWAYS = responses(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Problems of every route: what the gate, the body's limits and the database answer."""
MISSING = responses(HTTPStatus.NOT_FOUND)

Thing = TypeVar("Thing")
ItemId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="An id.")]

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# No zero byte: PostgreSQL's texts hold none.
_Text = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


def _iso_date(text: object) -> object:
    if isinstance(text, str) and not _ISO_DATE.fullmatch(text):
        raise ValueError("must be a date such as 2026-01-31")
    return text


# Otherwise a number would be taken for seconds since 1970.
_Date = Annotated[datetime.date | None, BeforeValidator(_iso_date)]
_Amount = Annotated[float | None, Query(ge=-1e12, le=1e12)]


def _filter(
    status: Literal["ok", "partial", "error"] | None = None,
    accepted: bool | None = None,
    needs_review: bool | None = None,
    merchant: _Text = None,
    currency: Annotated[str | None, Query(pattern=r"^[A-Z]{3}$")] = None,
    date_from: _Date = None,
    date_to: _Date = None,
    total_from: _Amount = None,
    total_to: _Amount = None,
    confidence_below: Annotated[float | None, Query(ge=0, le=1)] = None,
    flagged: bool | None = None,
) -> Filter:
    return Filter(
        status,
        accepted,
        needs_review,
        merchant,
        currency,
        date_from,
        date_to,
        total_from,
        total_to,
        confidence_below,
        flagged,
    )


Wanted = Annotated[Filter, Depends(_filter)]


def not_found(what: str) -> Problem:
    """The answer for what does not exist, or is another tenant's."""
    return Problem(HTTPStatus.NOT_FOUND, f"there is no such {what}")


def found(what: str, thing: Thing | None) -> Thing:
    """What was looked up.

    Raises:
        Problem: it does not exist, or is another tenant's.
    """
    if thing is None:
        raise not_found(what)
    return thing


def json_answer(model: BaseModel, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response:
    """A model as the answer, serialised once; ``_`` in names of headers stands for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(model.model_dump_json(), status, named, media_type="application/json")
