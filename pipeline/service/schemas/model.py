"""Which model reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Constraint

from pipeline.service.schemas.base import AnswerModel, RequestModel


class WantedModel(RequestModel):
    """The model that is to be used: a name that ``available`` of `GET /v1/model` has."""

    model: Annotated[str, Constraint(min_length=1, max_length=200)]


class Model(AnswerModel):
    """Which model reads new files.

    Attributes:
        loading: that is being loaded to take its place.
        refused: which one, or which file that names it, cannot be used, and why.
        previous: that a rollback returns to.
        available: that could be used; empty if the service was started without ``--models``.
    """

    model: str
    loading: str | None
    refused: str | None
    previous: str | None
    available: list[str]
