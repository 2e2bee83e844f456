"""Time limits on clients that send their headers, or read their answers, too slowly.

uvicorn has none; the time for bodies is limited in ``access/body.py``, where they are read.
"""

from __future__ import annotations

import asyncio
import logging
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

logger = logging.getLogger(__name__)

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class LimitedProtocol(H11Protocol):
    """HTTP/1.1 with time limits.

    Attributes:
        header_seconds: from the first byte of a request, or from connecting, to the end of its
            headers; also for what is sent after the answer, such as a refused body.
        read_seconds: that a client may leave an answer unread before it is cut off.
    """

    header_seconds: ClassVar[float]
    read_seconds: ClassVar[float]
    _sending: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limit_sending()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(self._sending)
        self._end(self._reading)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._end(self._sending)  # the headers are complete
            self._sending = None
        else:
            self._limit_sending()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._end(self._reading)
        self._reading = self.loop.call_later(self.read_seconds, self._cut_off)

    def resume_writing(self) -> None:
        self._end(self._reading)
        super().resume_writing()

    def _limit_sending(self) -> None:
        if self._sending is None:
            self._sending = self.loop.call_later(self.header_seconds, self._refuse)

    def _refuse(self) -> None:
        self._sending = None
        if self.transport.is_closing():
            return
        if self.cycle is None and self.conn.trailing_data[0]:
            logger.info("headers were sent too slowly")
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _cut_off(self) -> None:
        logger.info("an answer was read too slowly")
        self.transport.abort()

    @staticmethod
    def _end(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def limited_protocol(header_limit: float, read_limit: float) -> type[H11Protocol]:
    """The protocol with these limits in seconds, as uvicorn's option ``http``."""

    class Protocol(LimitedProtocol):
        header_seconds = header_limit
        read_seconds = read_limit

    return Protocol
