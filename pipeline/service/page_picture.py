"""Pictures of pages, each made in a process of its own; the last ones are kept in memory."""

from __future__ import annotations

import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from threading import Condition, Semaphore
from time import monotonic

from pipeline.errors import PipelineError
from pipeline.receipt import Receipt

_PROCESS = "pipeline.service.picture_process"
_MOST_AT_ONCE = 4
# More would take the threads that answer other requests.
_MOST_WAITING = 8
_SECONDS = 30
_KEPT_BYTES = 64 << 20
_KEPT_SECONDS = 3600
_RETRY_SECONDS = 60


class NotInTime(PipelineError):
    """A picture cannot be made in time.

    Attributes:
        retry_after: seconds after which another try makes sense.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Picture:
    """A page of a stored file, and how it is turned."""

    location: str
    page: int
    rotation: int
    attachment: str

    @classmethod
    def of(cls, location: str, record: Receipt, number: int) -> _Picture:
        turns = {record.source.page: record.rotation}
        turns |= {further.page: further.rotation for further in record.further_pages}
        return cls(location, number, turns.get(number, 0), record.source.attachment or "")

    def made(self, seconds: float) -> bytes:
        """The JPEG, made anew.

        Raises:
            subprocess.TimeoutExpired: it took too long.
            PipelineError: it cannot be made.
        """
        place = [self.location, str(self.page), str(self.rotation), self.attachment]
        command = [sys.executable, "-P", "-m", _PROCESS, *place]
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        if done.returncode != 0 or not done.stdout:
            raise PipelineError("the page cannot be made")
        return done.stdout


class Pictures:
    """Makes pictures, a few at once; threads may share one.

    Args:
        seconds: that making one may take, and that it may wait for its turn.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._places = Semaphore(_MOST_AT_ONCE)
        self._requests = Semaphore(_MOST_AT_ONCE + _MOST_WAITING)
        self._changed = Condition()
        self._made: OrderedDict[_Picture, tuple[float, bytes]] = OrderedDict()
        self._making: set[_Picture] = set()
        self._too_slow: dict[_Picture, float] = {}

    def page(self, location: str, record: Receipt, number: int) -> bytes:
        """A page of a stored file as JPEG, upright as the record's boxes are.

        Args:
            location: path or address of the stored file.
            record: says of which attachment the page is and how it is turned.
            number: one of the record's pages.

        Raises:
            NotInTime: it takes too long, or too many are being made.
            PipelineError: the page cannot be shown.
        """
        if not self._requests.acquire(blocking=False):
            raise NotInTime("too many pictures are being made", 1)
        try:
            return self._page(_Picture.of(location, record, number))
        finally:
            self._requests.release()

    def _page(self, wanted: _Picture) -> bytes:
        with self._changed:
            # Who wants the same picture as another request waits for that one.
            if not self._changed.wait_for(lambda: wanted not in self._making, 2 * self._seconds):
                raise NotInTime("too many pictures are being made", 1)
            self._forget_old()
            if wanted in self._made:
                self._made.move_to_end(wanted)
                return self._made[wanted][1]
            if wanted in self._too_slow:
                raise NotInTime("the page took too long to make", _RETRY_SECONDS)
            self._making.add(wanted)
        try:
            made = self._in_turn(wanted)
            with self._changed:
                self._made[wanted] = monotonic(), made
            return made
        finally:
            with self._changed:
                self._making.discard(wanted)
                self._changed.notify_all()

    def forget(self, location: str) -> None:
        """The file is deleted."""
        with self._changed:
            for one in [one for one in self._made if one.location == location]:
                del self._made[one]

    def _in_turn(self, wanted: _Picture) -> bytes:
        if not self._places.acquire(timeout=self._seconds):
            raise NotInTime("too many pictures are being made", 1)
        try:
            return wanted.made(self._seconds)
        except subprocess.TimeoutExpired as error:
            with self._changed:
                self._too_slow[wanted] = monotonic()
            raise NotInTime("the page took too long to make", _RETRY_SECONDS) from error
        finally:
            self._places.release()

    def _forget_old(self) -> None:
        moment = monotonic()
        for one in [one for one, at in self._too_slow.items() if moment - at > _RETRY_SECONDS]:
            del self._too_slow[one]
        for one in [one for one, (at, _) in self._made.items() if moment - at > _KEPT_SECONDS]:
            del self._made[one]
        size = sum(len(content) for _, content in self._made.values())
        while size > _KEPT_BYTES:
            _, (_, content) = self._made.popitem(last=False)
            size -= len(content)
