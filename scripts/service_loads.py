"""Loads on a running service: none, some of what it can do, more than it can do."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from pathlib import Path

import httpx

from pipeline.evaluation.service.server_process import SERVE, ServerProcess

Named = tuple[str, bytes]
"""A picture: its name and its bytes."""
_SHARE = 0.8
_TIMES = 4
_LOADS_PER_SMALL = 8
_MOST_AT_ONCE = 64
_STALL_SECONDS = 600
_LOOK_SECONDS = 5
_WAIT = {"wait": 60}


def started(folder: Path, options: Sequence[str], **settings: float) -> ServerProcess:
    """`receipts serve` with its data, log and settings in a folder.

    Args:
        settings: as its settings file has them.
    """
    path = folder / "settings.yaml"
    path.write_text(json.dumps({"requests_per_minute": 1_000_000, **settings}))
    options = ["--data", str(folder / "data"), "--settings", str(path), *options]
    return ServerProcess(folder / "log", *SERVE, *options)


def each_its_own(pictures: Sequence[Named], name: str) -> Iterator[Named]:
    """The pictures again and again, no two with the same bytes."""
    for number, (file, content) in zip(count(), cycle(pictures), strict=False):
        yield f"{name}-{number}-{file}", content + f"{name}{number}".encode()


def told_latencies(
    server: ServerProcess, small: Named, files: Sequence[Named], rate: float, posts: int, seed: int
) -> None:
    """Say how long a small receipt takes until its record is there, idle and under load.

    Args:
        files: those that the load consists of.
        rate: files a second that the service can do.
    """
    smalls = each_its_own([small], "small")
    with httpx.Client(base_url=server.address, timeout=300) as client:
        idle = [_seconds(client, next(smalls)) for _ in range(posts)]
        print(f"idle, a small receipt: {_told(idle)}")
        loads = each_its_own(files, "load")
        busy = []
        with ThreadPoolExecutor(_MOST_AT_ONCE) as threads:
            for number in _arrivals(_SHARE * rate, posts * _LOADS_PER_SMALL, seed):
                threads.submit(_seconds, client, next(loads))
                if number % _LOADS_PER_SMALL == 0:
                    busy.append(threads.submit(_seconds, client, next(smalls)))
        print(
            f"at {_SHARE:.0%} of {rate:.2f} files/s, a small receipt: "
            f"{_told([one.result() for one in busy])}"
        )


def told_overload(
    server: ServerProcess, files: Sequence[Named], rate: float, posts: int, seed: int
) -> bool:
    """Post several times of what the service can do; whether it refused as it should, and read
    what it accepted."""
    loads = each_its_own(files, "over")
    with (
        httpx.Client(base_url=server.address, timeout=300) as client,
        ThreadPoolExecutor(_MOST_AT_ONCE) as threads,
    ):
        posted = [
            threads.submit(client.post, "/v1/receipts?wait=0", files={"files": next(loads)})
            for _ in _arrivals(_TIMES * rate, posts, seed)
        ]
        answers = [one.result() for one in posted]
    statuses = Counter(answer.status_code for answer in answers)
    told = ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items()))
    refused = [answer for answer in answers if answer.status_code in (429, 503)]
    print(f"at {_TIMES} times of it: {told}")
    is_drained = drained(server)
    return (
        is_drained
        and set(statuses) <= {200, 202, 429, 503}
        and all("retry-after" in answer.headers for answer in refused)
    )


def drained(server: ServerProcess) -> bool:
    """Wait until no file waits or is being read; false if none is finished for long."""
    before, until = -1, 0.0
    while before:
        waiting, states = server.waiting()
        if waiting != before:
            before, until = waiting, time.monotonic() + _STALL_SECONDS
        if time.monotonic() > until:
            break
        time.sleep(_LOOK_SECONDS if waiting else 0)
    print("files by state:", ", ".join(f"{name} {n}" for name, n in states.items()))
    return not waiting


def _arrivals(rate: float, number: int, seed: int) -> Iterator[int]:
    """Yields at random moments, ``rate`` times a second, whatever was answered."""
    chance = random.Random(seed)
    due = time.monotonic()
    for arrival in range(number):
        due += chance.expovariate(rate)
        time.sleep(max(0.0, due - time.monotonic()))
        yield arrival


def _seconds(client: httpx.Client, file: Named) -> float:
    """Seconds from posting a file until its records are there."""
    started = time.perf_counter()
    answer = client.post("/v1/receipts", params=_WAIT, files={"files": file})
    while not answer.raise_for_status().json()["finished"]:
        answer = client.get(f"/v1/jobs/{answer.json()['id']}", params=_WAIT)
    return time.perf_counter() - started


def _told(seconds: Sequence[float]) -> str:
    quantiles = statistics.quantiles(seconds, n=20)
    return f"p50 {statistics.median(seconds):.2f} s, p95 {quantiles[18]:.2f} s (of {len(seconds)})"
