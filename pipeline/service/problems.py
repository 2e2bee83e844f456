"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from pipeline.plain_errors import plain_problem
from pipeline.service import schemas
from pipeline.service.logs import REQUEST_ID

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_PRECONDITION = ("header", "If-Match")


class Problem(HTTPException):
    """An error that is the answer to a request; FastAPI passes this kind on wherever it is
    raised."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: list[str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.status = status
        self.errors = errors

    def response(self) -> Response:
        """The answer."""
        body = schemas.Problem(
            title=self.status.phrase,
            status=self.status,
            detail=self.detail,
            request_id=REQUEST_ID.get(),
            errors=self.errors,
        )
        content = body.model_dump_json(exclude_none=True)
        return Response(content, self.status, self.headers, media_type=MEDIA_TYPE)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: the problems with which a route may answer."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        int(status): {"description": status.phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def add_handlers(app: FastAPI) -> None:
    """Answer every error with a problem."""

    @app.exception_handler(Problem)
    async def problem(_request: Request, error: Problem) -> Response:
        return error.response()

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        headers = dict(error.headers or {})
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_methods(app, request))
        return Problem(status, str(error.detail), headers).response()

    @app.exception_handler(RequestValidationError)
    async def wrong_request(_request: Request, error: RequestValidationError) -> Response:
        errors = error.errors()
        if any(one["type"] == "missing" and one["loc"] == _PRECONDITION for one in errors):
            detail = "send the receipt's ETag as If-Match, so that no one's changes are lost"
            return Problem(HTTPStatus.PRECONDITION_REQUIRED, detail).response()
        plain = [plain_problem(one) for one in errors]
        detail = "the request is not as the API describes it"
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=plain).response()

    @app.exception_handler(SQLAlchemyError)
    async def database_error(_request: Request, error: SQLAlchemyError) -> Response:
        logger.error("the database fails: %s", type(error).__name__)
        detail = "the database does not answer"
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "5"}).response()

    @app.exception_handler(Exception)
    async def bug(_request: Request, error: Exception) -> Response:
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "an error in the service").response()


def _methods(app: FastAPI, request: Request) -> list[str]:
    """The methods of all routes that have the request's path; each route knows its own only."""
    wanted = request.scope["path"]
    patterns = [(re.sub(r"{[^}]*}", "[^/]+", path), known) for path, known in _paths(app).items()]
    return sorted(
        method for pattern, known in patterns if re.fullmatch(pattern, wanted) for method in known
    )


def _paths(app: FastAPI) -> dict[str, list[str]]:
    described = app.openapi()["paths"]
    return {path: [method.upper() for method in known] for path, known in described.items()}
