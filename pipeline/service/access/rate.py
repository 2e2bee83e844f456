"""How many requests a caller may make in a minute."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

_MOST_CALLERS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    moment: float


class RateLimit:
    """A token bucket for each caller: a minute's requests at once, then as they are refilled.

    Used in one thread.
    """

    def __init__(self, per_minute: int) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def seconds_to_wait(self, caller: str) -> float:
        """Take one request; 0 if it is allowed, else the seconds until the next one is."""
        moment = monotonic()
        bucket = self._buckets.setdefault(caller, _Bucket(self._size, moment))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        refilled = (moment - bucket.moment) * self._per_second
        bucket.tokens = min(self._size, bucket.tokens + refilled)
        bucket.moment = moment
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._per_second
        bucket.tokens -= 1
        return 0.0
