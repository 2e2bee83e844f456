"""List inputs in a background thread, so that listing and reading overlap."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic

from pipeline.batch.inputs import Input
from pipeline.errors import PipelineError

# Found but not yet handed out; bounds memory to a few megabytes.
_AHEAD = 10_000
_POLL_SECONDS = 0.1


class Feed:
    """Inputs that a thread takes from an iterable, at most 10,000 ahead of the reader.

    Attributes:
        found: how many inputs the thread has found so far.
    """

    def __init__(self, inputs: Iterable[Input]) -> None:
        self._inputs = inputs
        self._queue: queue.Queue[Input] = queue.Queue(_AHEAD)
        self._looked_at: deque[Input] = deque()
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
        return nothing_left and not self._looked_at and self._queue.empty()

    @property
    def waiting_count(self) -> int:
        """The number of inputs that were listed but not taken."""
        return len(self._looked_at) + self._queue.qsize()

    def take(self) -> Input | None:
        """The next input, or ``None`` if there is none at the moment.

        Raises:
            PipelineError, Exception: what finding inputs raised, after those found before.
        """
        if self._looked_at:
            return self._looked_at.popleft()
        ended = self.is_complete  # before looking: what comes in between is found next time
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            if ended and self._error is not None:
                raise self._error from None
            return None

    def look_ahead(
        self, count: int, seconds: float, should_stop: Callable[[], bool] = lambda: False
    ) -> int:
        """Wait for the first input, then briefly for more.

        Args:
            count: how many inputs are enough.
            seconds: how long to wait for the second and later ones.
            should_stop: once true, there is no more waiting.

        Returns:
            How many are there, at most ``count``; 0 where there are none at all.

        Raises:
            PipelineError, Exception: what finding inputs raised.
        """
        patience = None
        while len(self._looked_at) < count and not should_stop():
            if patience is not None and monotonic() > patience:
                break
            found = self._peeked()
            if found is not None:
                self._looked_at.append(found)
                patience = patience or monotonic() + seconds
            elif self.is_complete and self._queue.empty():
                break
        return len(self._looked_at)

    def close(self) -> None:
        """Stop listing."""
        self._closed.set()

    def _peeked(self) -> Input | None:
        try:
            return self._queue.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if self.is_complete and self._error is not None and not self._looked_at:
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
