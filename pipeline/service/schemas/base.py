"""What the other schemas are made of, and the answers of every route."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Constraint

_LAST_PAGE = 100_000


def _whole(value: object) -> object:
    """JSON has no integers: 1.0 is one, as JSON Schema has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Of an integer in a request, after its limits: 1.0 is one although requests are strict."""
PageNumber = Annotated[int, Constraint(ge=1, le=_LAST_PAGE), WHOLE]
Id = Annotated[str, Constraint(pattern=r"^[0-9a-f]{32}$")]
Moment = datetime.datetime


class AnswerModel(BaseModel):
    """The body of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RequestModel(BaseModel):
    """The body of a request: numbers that are texts, dates that are numbers and the like are
    refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Problem(BaseModel):
    """An error, as RFC 9457 has it.

    Attributes:
        errors: what is wrong with which part of the request.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None
    errors: list[str] | None = None


class Health(AnswerModel):
    """``ok``, or what is not."""

    status: str
