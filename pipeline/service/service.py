"""The parts of the service that routes use, and what they need of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from pipeline.documents.limits import ImageLimits
from pipeline.receipt import Receipt
from pipeline.service.access.caller import Caller
from pipeline.service.arrivals import Arrivals
from pipeline.service.blobs import Blobs
from pipeline.service.metrics import Metrics
from pipeline.service.models import Models
from pipeline.service.page_picture import Pictures
from pipeline.service.problems import Problem
from pipeline.service.reading import Reading
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.database import Database
from pipeline.service.store.keys import Role
from pipeline.service.store.queue import Leased
from pipeline.service.store.tables import FileState
from pipeline.service.tracing import NoTracing, Tracing

_ENTERING_AT_ONCE = 4
_FETCHING_AT_ONCE = 4
_BEARER = HTTPBearer(auto_error=False, description="An API key (`receipts keys add`).")


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service.

    Attributes:
        limits: of posted files.
        models: which model reads.
        tracing: where spans go.
        pictures: of pages.
        entering: held while a request's files are in memory.
        fetching: held while addresses are fetched, which may take long.
    """

    settings: ServiceSettings
    limits: ImageLimits
    database: Database
    blobs: Blobs
    metrics: Metrics
    arrivals: Arrivals
    reading: Reading
    models: Models
    tracing: Tracing = field(default_factory=NoTracing)
    pictures: Pictures = field(default_factory=Pictures)
    entering: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_ENTERING_AT_ONCE)
    )
    fetching: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_FETCHING_AT_ONCE)
    )

    @property
    def accepts(self) -> bool:
        """Whether new files are accepted; not while it stops."""
        return self.reading.is_running and not self.arrivals.closing


@dataclass(frozen=True, slots=True)
class Noted:
    """Counts what becomes of files, and tells the requests that wait for them."""

    metrics: Metrics
    arrivals: Arrivals
    tracing: Tracing

    def finished(
        self, leased: Leased, state: FileState, records: list[Receipt], seconds: float | None
    ) -> None:
        self.arrivals.tell(leased.id)
        self.metrics.finished(state, records)
        if seconds is not None:
            self.metrics.took(leased.waited, seconds)
        self.tracing.file(leased, state, records, seconds)

    def died(self, _cause: str) -> None:
        self.metrics.died()


def _service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


InService = Annotated[Service, Depends(_service_of)]
"""The service, as an argument of a route."""


def _with_role(role: Role) -> Callable[..., Caller]:
    def check(request: Request, _key: Annotated[Any, Security(_BEARER)]) -> Caller:
        caller: Caller = request.state.caller
        if not caller.may(role):
            raise Problem(HTTPStatus.FORBIDDEN, f"this needs the role {role}")
        return caller

    return check


Reader = Annotated[Caller, Depends(_with_role(Role.READ))]
Submitter = Annotated[Caller, Depends(_with_role(Role.SUBMIT))]
Reviewer = Annotated[Caller, Depends(_with_role(Role.REVIEW))]
Admin = Annotated[Caller, Depends(_with_role(Role.ADMIN))]
