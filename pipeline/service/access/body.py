"""Limits on what is sent: bytes, time, and how many send at once."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.service.problems import Problem

_OTHER_BYTES = 1 << 20
_FORM_BYTES = 1 << 20  # boundaries and headers of the parts
# Bodies wait on the disk until they are complete.
_MOST_AT_ONCE = 32


class BodyLimit:
    """Middleware that refuses bodies that are too large or too slow.

    Args:
        upload_path: the path to which files are posted.
        max_bytes: of all files of a request.
        seconds: for the whole body.
    """

    def __init__(self, app: ASGIApp, upload_path: str, max_bytes: int, seconds: float) -> None:
        self._app = app
        self._upload_path = upload_path
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._sending = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"] == self._upload_path and scope["method"] == "POST"
        limit = self._max_bytes + _FORM_BYTES if is_upload else _OTHER_BYTES
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdigit() or int(declared[:20]) > limit:
            await _too_large(limit).response()(scope, receive, send)
            return
        if is_upload and self._sending >= _MOST_AT_ONCE:
            problem = Problem(
                HTTPStatus.SERVICE_UNAVAILABLE, "too many send at once", {"Retry-After": "1"}
            )
            await problem.response()(scope, receive, send)
            return
        await self._limited(scope, receive, send, limit, is_upload)

    async def _limited(
        self, scope: Scope, receive: Receive, send: Send, limit: int, is_upload: bool
    ) -> None:
        deadline = asyncio.get_running_loop().time() + self._seconds
        received = 0
        is_complete = False
        has_answered = False

        async def limited() -> Message:
            nonlocal received, is_complete
            if is_complete:
                return await receive()  # waits for the end of the connection
            left = deadline - asyncio.get_running_loop().time()
            try:
                message = await asyncio.wait_for(receive(), max(left, 0))
            except TimeoutError:
                raise Problem(HTTPStatus.REQUEST_TIMEOUT, "the body was sent too slowly") from None
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            if not message.get("more_body", False):
                is_complete = True
                self._sending -= is_upload
            return message

        async def noted(message: Message) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        self._sending += is_upload
        try:
            await self._app(scope, limited, noted)
        except Problem as problem:
            if has_answered:
                raise
            await problem.response()(scope, receive, send)
        finally:
            if not is_complete:
                self._sending -= is_upload


def _too_large(limit: int) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"too large: at most {limit:,} bytes are allowed",
        {"Connection": "close"},
    )
