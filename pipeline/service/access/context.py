"""What surrounds every request: its id, its log line and time, and headers of the answer."""

from __future__ import annotations

import logging
import re
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.service.logs import REQUEST_ID
from pipeline.service.metrics import Metrics
from pipeline.service.store.database import new_id

logger = logging.getLogger(__name__)

_HEADER = "X-Request-ID"
_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")
UNKNOWN = "unknown"
"""Stands for methods and routes that the service does not have."""
METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS")
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class RequestContext:
    """Middleware around all others; what is raised ends here."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        request_id = given if _FORM.fullmatch(given) else new_id()
        status = 500
        started = perf_counter()

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[_HEADER] = request_id
                headers.setdefault("Cache-Control", "no-store")
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        token = REQUEST_ID.set(request_id)
        try:
            await self._app(scope, receive, with_headers)
        except Exception:
            logger.exception("answering failed")
        finally:
            self._note(scope, status, perf_counter() - started)
            REQUEST_ID.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNKNOWN)
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        self._metrics.answered(method, route, status, seconds)
        caller = scope.get("state", {}).get("caller")
        logger.info(
            "answered",
            extra={
                "method": method,
                "route": route,
                "status": status,
                "seconds": round(seconds, 4),
                "caller": caller.name if caller and caller.has_key else None,
            },
        )
