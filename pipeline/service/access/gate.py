"""The gate: refuses a request before its body is read.

Order: the host it asks for, who makes it, whether another site made a browser send it, how often.
"""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.service.access.caller import (
    ANYONE,
    DEFAULT_TENANT,
    LOGIN_PATH,
    Caller,
    Callers,
    is_loopback,
)
from pipeline.service.access.rate import RateLimit
from pipeline.service.problems import Problem
from pipeline.service.settings import ServiceSettings

OPEN_PATHS = ("/healthz", "/readyz")
"""Paths that need no key."""
_FOR_STRANGERS = (LOGIN_PATH, "/static/")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_OTHER_SITES = ("cross-site", "same-site")


class Gate:
    """Middleware that sets ``scope["state"]["caller"]``."""

    def __init__(self, app: ASGIApp, callers: Callers, settings: ServiceSettings) -> None:
        self._app = app
        self._callers = callers
        self._hosts = settings.hosts
        self._rate = RateLimit(settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            try:
                scope.setdefault("state", {})["caller"] = await self._admit(scope)
            except Problem as problem:
                await _answer(problem, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Caller:
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") else None
        self._check_host(headers)
        caller = await run_in_threadpool(self._callers.recognise, headers, peer)
        is_known = caller is not None and caller.name != ANYONE
        self._check_rate(f"caller {caller.name}" if caller and is_known else f"peer {peer}")
        if caller is None and scope["path"].startswith(_FOR_STRANGERS):
            caller = Caller(ANYONE, DEFAULT_TENANT, frozenset(), has_key=False)
        if caller is None:
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "send an API key: Authorization: Bearer rk_...",
                {"WWW-Authenticate": "Bearer"},
            )
        if not caller.has_key and scope["method"] not in _SAFE_METHODS:
            _check_site(headers)
        return caller

    def _check_host(self, headers: Headers) -> None:
        """Refuse host names of others: a page could have its own name resolve to this machine."""
        host = _host_name(headers.get("host", ""))
        is_known = host in self._hosts or is_loopback(host)
        if not is_known and (self._hosts or not self._callers.asks_for_keys):
            raise Problem(HTTPStatus.MISDIRECTED_REQUEST, "this host name is not served here")

    def _check_rate(self, caller: str) -> None:
        seconds = self._rate.seconds_to_wait(caller)
        if seconds:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too many requests",
                {"Retry-After": str(ceil(seconds))},
            )


def _answer(problem: Problem, scope: Scope) -> Response:
    """The problem; a browser that asks for a page is sent to the login page if it needs a key."""
    accepts = Headers(scope=scope).get("accept", "")
    if problem.status == HTTPStatus.UNAUTHORIZED and "text/html" in accepts:
        return RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER)
    return problem.response()


def _check_site(headers: Headers) -> None:
    origin = headers.get("origin")
    is_other = headers.get("sec-fetch-site") in _OTHER_SITES or (
        origin is not None and _netloc(origin) != headers.get("host", "").lower()
    )
    if is_other:
        raise Problem(HTTPStatus.FORBIDDEN, "requests made by other sites are refused")


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
