"""Clients that post without a pause, and what came of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

_PATIENCE_SECONDS = 600  # the shadow yields to all other programs


def white(sender: int, number: int) -> bytes:
    """A white picture."""
    content = BytesIO()
    Image.new("RGB", (100 + number, 100 + sender), "white").save(content, "PNG")
    return content.getvalue()


@contextmanager
def under_load(
    client: Any, picture: Callable[[int, int], bytes] = white, pause: float = 0.0
) -> Iterator[list[Any]]:
    """Two clients post pictures; yields the answers so far.

    Args:
        picture: gives another one for each client and number.
        pause: seconds between an answer and the next request.
    """
    answers: list[Any] = []
    is_over = threading.Event()

    def load(sender: int) -> None:
        number = 0
        while not is_over.wait(pause):
            file = ("files", (f"{sender}-{number}.png", picture(sender, number)))
            answers.append(client.post("/v1/receipts?wait=60", files=[file]))
            number += 1

    senders = [threading.Thread(target=load, args=(number,)) for number in range(2)]
    for sender in senders:
        sender.start()
    try:
        yield answers
    finally:
        is_over.set()
        for sender in senders:
            sender.join()


def receipts_of(answers: list[Any]) -> list[dict[str, Any]]:
    """The records in answers, each of which has read one file."""
    return [one for answer in answers for one in answer.json()["files"][0]["receipts"]]


def check_nothing_was_lost(answers: list[Any], *models: str) -> None:
    """Every request was answered with one record of its own, all by these models."""
    assert {answer.status_code for answer in answers} == {200}
    receipts = receipts_of(answers)
    assert len(receipts) == len(answers) == len({one["id"] for one in receipts})
    assert {one["record"]["status"] for one in receipts} <= {"ok", "partial"}
    assert {one["record"]["model"] for one in receipts} == set(models)


def accept_until_shadowed(
    client: Any,
    answers: list[Any],
    path: Path,
    candidate: str,
    served: str = "receipts-base",
    least: int = 1,
    accepted: set[str] | None = None,
) -> None:
    """Accept what was read until both models have read so many of these receipts; writes both
    readings.

    Args:
        accepted: the receipts that were accepted before; more are added.
    """
    accepted = set() if accepted is None else accepted
    seen = 0

    def has_read() -> bool:
        nonlocal seen
        new = answers[seen:]
        seen += len(new)
        for one in receipts_of(new):
            if one["id"] not in accepted:
                accepted.add(one["id"])
                change = {"accepted": True}
                headers = {"If-Match": '"1"'}
                answer = client.patch(f"/v1/receipts/{one['id']}", json=change, headers=headers)
                assert answer.status_code == 200, answer.text
        path.write_text(client.get("/v1/shadow", params={"model": candidate}).text)
        read = [json.loads(line)["read"]["model"] for line in path.read_text().splitlines()]
        return read.count(served) >= least

    until(has_read)


def wait_until_read_by(answers: list[Any], model: str) -> None:
    """Wait until a file that is posted from now on was read by the model."""
    before = len(answers)
    until(lambda: any(one["record"]["model"] == model for one in receipts_of(answers[before:])))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)
