"""The real server, killed with its workers at random while clients post: nothing is lost."""

from __future__ import annotations

import random
import signal
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from run_fakes import ScriptedExtractor

from pipeline.evaluation.service.server_process import PATIENCE_SECONDS, ServerProcess
from pipeline.receipt import Receipt
from pipeline.service.client import ServiceClient
from pipeline.service.connection import ServiceError

HERE = Path(__file__).resolve().parent
FILES = 24
KILLS = 3  # of a worker, the server, a worker


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    script = str(HERE / "scripted_server.py")
    with ServerProcess(tmp_path / "log", script, str(tmp_path / "data"), "PORT") as started:
        yield started


def post(client: ServiceClient, number: int) -> str:
    """Post a file until it is accepted; the job's id."""
    file = (f"{number}.pdf", f"slow %PDF-1.7 {'x' * number}".encode())
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return client.submit([file], wait=0, idempotency_key=f"file-{number}").id
        except ServiceError as error:
            assert error.status in (None, 503), error
            assert time.monotonic() < until
            time.sleep(0.2)


@contextmanager
def killed_at_random(server: ServerProcess) -> Iterator[None]:
    """Kill workers and the server in turn while the block runs, then let it end."""
    chance = random.Random(1)

    def kill() -> None:
        for number in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.4))
            server.kill() if number % 2 else server.kill_worker(chance)

    with ThreadPoolExecutor(1) as thread:
        killing = thread.submit(kill)
        yield
        killing.result()


def test_nothing_is_lost_when_it_is_killed_and_it_stops_gracefully(server):
    with ServiceClient(server.address) as client:
        with killed_at_random(server), ThreadPoolExecutor(4) as threads:
            jobs = list(threads.map(lambda number: post(client, number), range(FILES)))
        finished = [client.wait(client.job(job)) for job in jobs]
        listed = {receipt.id: receipt for receipt in client.receipts()}
        posted = [receipt for job in finished for receipt in job.receipts]
        assert len(listed) == len(posted) == FILES
        assert {receipt.id for receipt in posted} == set(listed)
        for number, receipt in enumerate(posted):
            assert receipt.record == expected(number)
        _stop(server, client)


def _stop(server: ServerProcess, client: ServiceClient) -> None:
    with ThreadPoolExecutor(1) as thread:
        hanging = ("a.pdf", b"hang %PDF-1.7")
        waiting = thread.submit(client.submit, [hanging], wait=30)
        while not is_reading(server):
            time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        assert not waiting.result().finished  # answered with its job at once
    assert server.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert "given back: 1 files" in server.log.read_text()


def is_reading(server: ServerProcess) -> bool:
    with urllib.request.urlopen(f"{server.address}/metrics") as metrics:
        return b'receipts_queue_files{state="reading"} 1.0' in metrics.read()


def expected(number: int) -> Receipt:
    """What `receipts extract` gives; as JSON has it."""
    content = f"slow %PDF-1.7 {'x' * number}".encode()
    (record,) = ScriptedExtractor().extract(content, f"{number}.pdf")
    return Receipt.model_validate_json(record.model_dump_json())
