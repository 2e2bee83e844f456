"""Requests to a service: a busy one is asked again, and problems become errors."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from pipeline.errors import PipelineError
from pipeline.service import schemas

_TRIES = 6
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_MAY_BE_REPEATED = (429, 503)
_SECONDS = 90.0


class ServiceError(PipelineError):
    """An answer that is a problem, or no answer.

    Attributes:
        status: of the answer; ``None`` if there was none.
        problem: what the service says about it.
    """

    def __init__(self, message: str, status: int | None, problem: schemas.Problem | None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem


class Connection:
    """Connections to a service; threads may share one.

    Args:
        address: such as ``http://localhost:8000``.
        key: an API key.
        transport: for tests.
    """

    def __init__(
        self, address: str, key: str | None, transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(
            base_url=address, headers=headers, timeout=_SECONDS, transport=transport
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer; a busy service is asked again.

        Raises:
            ServiceError: the answer is a problem, or there is none.
        """
        for attempt in range(_TRIES):
            try:
                answer = self._http.request(method, path, **request)
            except httpx.TransportError as error:
                raise ServiceError(f"no answer: {error}", None, None) from error
            if answer.status_code not in _MAY_BE_REPEATED or attempt == _TRIES - 1:
                break
            time.sleep(_pause(answer, attempt))
        if answer.is_error:
            raise _error(answer)
        return answer

    @contextmanager
    def streamed(self, path: str, parameters: Mapping[str, str]) -> Iterator[httpx.Response]:
        """An answer whose content is not read yet.

        Raises:
            ServiceError: it is a problem.
        """
        with self._http.stream("GET", path, params=parameters) as answer:
            if answer.is_error:
                answer.read()
                raise _error(answer)
            yield answer


def _pause(answer: httpx.Response, attempt: int) -> float:
    try:
        return min(float(answer.headers["Retry-After"]), _LONGEST_PAUSE)
    except (KeyError, ValueError):
        return _FIRST_PAUSE * 2.0**attempt


def _error(answer: httpx.Response) -> ServiceError:
    try:
        problem = schemas.Problem.model_validate_json(answer.content)
    except ValueError:
        return ServiceError(f"status {answer.status_code}", answer.status_code, None)
    message = f"{problem.status} {problem.title}: {problem.detail}"
    if problem.errors:
        message += f" ({'; '.join(problem.errors)})"
    return ServiceError(message, answer.status_code, problem)
