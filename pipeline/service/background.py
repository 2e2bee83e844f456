"""A thread that does something again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)


class Background:
    """The thread; use as a context manager, within which it runs.

    Args:
        name: of the thread, in logs.
        act: called again and again; gives the seconds until the next time.
        pause: seconds after an error of the database or the disk, which is logged.
    """

    def __init__(self, name: str, act: Callable[[], float], pause: float) -> None:
        self._name = name
        self._act = act
        self._pause = pause
        self._stop = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        """Stop after what is being done."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                pause = self._act()
            except (SQLAlchemyError, OSError) as error:
                logger.error("%s failed: %s", self._name, type(error).__name__)
                pause = self._pause
            self._stop.wait(pause)
