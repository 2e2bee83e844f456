"""List inputs in a background thread, so that listing and reading overlap."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic

from pipeline.batch.inputs import Input
from pipeline.errors import PipelineError

# Limits memory to a few megabytes.
_AHEAD = 10_000
_LOOK_AHEAD_SECONDS = 0.5
_POLL_SECONDS = 0.1


class Feed:
    """A queue that a thread fills from an iterable of inputs, at most 10,000 ahead of the reader.

    Attributes:
        found: how many inputs the thread has found so far.
    """

    def __init__(self, inputs: Iterable[Input]) -> None:
        self._inputs = inputs
        self._queue: queue.Queue[Input] = queue.Queue(_AHEAD)
        self._peeked: deque[Input] = deque()
        self._closed = threading.Event()
        self._ended = threading.Event()
        self._error: BaseException | None = None
        self.found = 0
        # A thread that waits for the standard input must not keep the program alive.
        self._thread = threading.Thread(target=self._run, name="inputs", daemon=True)
        self._thread.start()

    @property
    def is_complete(self) -> bool:
        """Whether the listing has finished; some inputs may not have been taken yet."""
        return self._ended.is_set()

    @property
    def is_exhausted(self) -> bool:
        """Whether the listing has finished, all inputs have been taken, and no error is pending."""
        nothing_left = self.is_complete and self._error is None
        return nothing_left and not self._peeked and self._queue.empty()

    @property
    def waiting_count(self) -> int:
        """The number of inputs that were listed but not taken."""
        return len(self._peeked) + self._queue.qsize()

    def take(self) -> Input | None:
        """The next input, or ``None`` if none is available yet.

        Raises:
            PipelineError, Exception: what finding inputs raised, after those found before.
        """
        if self._peeked:
            return self._peeked.popleft()
        ended = self.is_complete  # before get_nowait: an input added in between is taken next time
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            if ended and self._error is not None:
                raise self._error from None
            return None

    def look_ahead(
        self,
        count: int,
        seconds: float = _LOOK_AHEAD_SECONDS,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> int:
        """Wait for the first input, then briefly for more, so that a short list starts fewer
        workers.

        Args:
            count: how many inputs are enough.
            seconds: how long to wait for the second and later ones.
            should_stop: waiting ends when this returns true.

        Returns:
            How many were listed, at most ``count``; 0 if there are none at all.

        Raises:
            PipelineError, Exception: what finding inputs raised.
        """
        deadline = None
        while len(self._peeked) < count and not should_stop():
            if deadline is not None and monotonic() > deadline:
                break
            found = self._next_or_none()
            if found is not None:
                self._peeked.append(found)
                deadline = deadline or monotonic() + seconds
            elif self.is_complete and self._queue.empty():
                break
        return len(self._peeked)

    def close(self) -> None:
        """Stop listing."""
        self._closed.set()

    def _next_or_none(self) -> Input | None:
        try:
            return self._queue.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if self.is_complete and self._error is not None and not self._peeked:
                raise self._error from None
            return None

    def _run(self) -> None:
        try:
            for found in self._inputs:
                self.found += 1
                if not self._put(found):
                    return
        except (PipelineError, OSError) as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - raised again where inputs are taken
            self._error = PipelineError(f"finding inputs failed: {type(error).__name__}: {error}")
        finally:
            self._ended.set()

    def _put(self, found: Input) -> bool:
        while not self._closed.is_set():
            try:
                self._queue.put(found, timeout=_POLL_SECONDS)
            except queue.Full:
                continue
            return True
        return False
