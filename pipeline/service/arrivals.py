"""Lets requests wait for files without asking the database all the time."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Arrivals:
    """Requests that wait for files, within one event loop.

    Attributes:
        closing: set when the service stops: nobody waits any longer.
    """

    def __init__(self) -> None:
        self.closing = False
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self) -> None:
        """Use the running event loop."""
        self._loop = asyncio.get_running_loop()

    @property
    def count(self) -> int:
        """How many files are waited for."""
        return len(self._waiting)

    @contextmanager
    def waiting_for(self, file_ids: Collection[str]) -> Iterator[asyncio.Event]:
        """An event that is set whenever one of the files is finished."""
        event = asyncio.Event()
        for file_id in file_ids:
            self._waiting.setdefault(file_id, set()).add(event)
        try:
            yield event
        finally:
            for file_id in file_ids:
                waiting = self._waiting[file_id]
                waiting.discard(event)
                if not waiting:
                    del self._waiting[file_id]

    def tell(self, file_id: str) -> None:
        """A file is finished; may be called in any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, file_id)

    def close(self) -> None:
        """End all waiting; may be called in any thread, and before there is an event loop."""
        self.closing = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for file_id in self._waiting:
            self._wake(file_id)

    def _wake(self, file_id: str) -> None:
        for event in self._waiting.get(file_id, ()):
            event.set()
