"""A server in a process of its own, for scripts and tests that load it, kill it and measure it."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE_SECONDS = 300
"""How long starting and stopping may take on a busy machine."""
RECEIPTS = ("-c", "from pipeline.cli import app; app()")
"""What Python runs as the command `receipts`."""
SERVE = (*RECEIPTS, "serve", "--port", "PORT")

_MEGABYTE = 1 << 20


class ServerProcess:
    """A server on loopback that can be killed and started again with the same port.

    As a context manager it is killed at the end of the block, if it still runs.

    Args:
        log: the file for what it writes.
        command: what Python runs; ``PORT`` in it stands for a port that is free.
        ready: the path that it answers with success once it is ready.
        folder: that it runs in; by default this process's.

    Raises:
        RuntimeError: it does not start; with its log.
    """

    def __init__(
        self, log: Path, *command: str, ready: str = "/readyz", folder: Path | None = None
    ) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            port = str(listening.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self._command = [sys.executable, *(port if part == "PORT" else part for part in command)]
        self._ready = f"{self.address}{ready}"
        self._folder = folder
        self._start()

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def kill(self) -> None:
        """Kill it, and start it again.

        Raises:
            RuntimeError: it does not start again; with its log.
        """
        self._end()
        self._start()

    def kill_worker(self, chance: random.Random) -> None:
        """Kill one of its workers, if it has any now."""
        if workers := self._workers():
            with suppress(psutil.NoSuchProcess):
                chance.choice(workers).kill()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)

    def waiting(self) -> tuple[int, dict[str, int]]:
        """How many files wait or are being read, and how many there are in each state.

        Of `receipts serve`, by its metrics.
        """
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        states = {
            line.split('"')[1]: int(float(line.rsplit(" ", 1)[1]))
            for line in lines
            if line.startswith("receipts_queue_files{")
        }
        return states.get("queued", 0) + states.get("reading", 0), states

    def cpu_seconds(self) -> float:
        """That the server and the workers that it has now have taken since they were started."""
        total = 0.0
        for process in (psutil.Process(self.process.pid), *self._workers()):
            times = process.cpu_times()
            total += times.user + times.system
        return total

    def memory(self) -> str:
        """Resident memory of the server and of its largest worker."""
        sizes = []
        for worker in self._workers():
            with suppress(psutil.NoSuchProcess):
                sizes.append(worker.memory_info().rss)
        own = psutil.Process(self.process.pid).memory_info().rss
        largest = max(sizes, default=0)
        return f"server {own / _MEGABYTE:.0f} MB, largest worker {largest / _MEGABYTE:.0f} MB"

    def _start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self._folder)
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self._end()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        try:
            urllib.request.urlopen(self._ready).close()
        except OSError:
            return False
        return True

    def _workers(self) -> list[psutil.Process]:
        """The processes below it that read files."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [one for one in children if "spawn_main" in " ".join(one.cmdline())]
        return []

    def _end(self) -> None:
        self.process.kill()
        self.process.wait()
