"""A server in a process of its own, which can be killed and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PATIENCE_SECONDS = 240


class Server:
    """A server on loopback; started again, it has the same port.

    Args:
        log: the file for its standard error.
        command: what Python runs; ``PORT`` in it stands for the port.
    """

    def __init__(self, log: Path, *command: str) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            port = str(listening.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self._command = [port if part == "PORT" else part for part in command]
        self.start()

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen([sys.executable, *self._command], stderr=log)

    @property
    def is_ready(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.address}/readyz").close()
        except OSError:
            return False
        return True

    def wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.is_ready:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until
            time.sleep(0.2)

    def kill_worker(self) -> None:
        for worker in psutil.Process(self.process.pid).children():
            if "spawn_main" in " ".join(worker.cmdline()):
                worker.kill()
                return

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.start()
        self.wait_until_ready()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def running(log: Path, *command: str) -> Iterator[Server]:
    """A server as long as the block runs."""
    server = Server(log, *command)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
