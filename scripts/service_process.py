"""`receipts serve` in a process of its own, for scripts that load it, harm it and measure it."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

COMMAND = [sys.executable, "-c", "from pipeline.cli import app; app()"]
_START_SECONDS = 300
_MEGABYTE = 1 << 20


class ServiceProcess:
    """A service on loopback that can be killed and started again with the same port and data.

    Args:
        folder: for its data, its log and its settings.
        options: of `receipts serve`.
        settings: of the service, as its settings file has them.

    Raises:
        SystemExit: it does not start.
    """

    def __init__(self, folder: Path, options: list[str], **settings: float) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            port = str(listening.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self._log = folder / "log"
        path = folder / "settings.yaml"
        path.write_text(json.dumps({"requests_per_minute": 1_000_000, **settings}))
        options = ["--data", str(folder / "data"), "--settings", str(path), *options]
        self._command = [*COMMAND, "serve", "--port", port, *options]
        self._start()

    def _start(self) -> None:
        with self._log.open("a") as log:
            self.process = subprocess.Popen(self._command, stderr=log)
        until = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"the server did not start:\n{self._log.read_text()}")
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.address}/readyz").close()
        except OSError:
            return False
        return True

    def waiting(self) -> tuple[int, dict[str, int]]:
        """How many files wait or are being read, and how many there are in each state."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        states = {
            line.split('"')[1]: int(float(line.rsplit(" ", 1)[1]))
            for line in lines
            if line.startswith("receipts_queue_files{")
        }
        return states.get("queued", 0) + states.get("reading", 0), states

    def workers(self) -> list[psutil.Process]:
        """The processes below it that read files."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [one for one in children if "spawn_main" in " ".join(one.cmdline())]
        return []

    def kill_worker(self, chance: random.Random) -> None:
        if workers := self.workers():
            with suppress(psutil.NoSuchProcess):
                chance.choice(workers).kill()

    def kill(self) -> None:
        """Kill it, and start it again."""
        self.process.kill()
        self.process.wait()
        self._start()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.terminate()
        return self.process.wait()

    def cpu_seconds(self) -> float:
        """That the server and the workers that it has now have taken since they were started."""
        total = 0.0
        for process in (psutil.Process(self.process.pid), *self.workers()):
            times = process.cpu_times()
            total += times.user + times.system
        return total

    def memory(self) -> str:
        """Resident memory of the server and of its largest worker."""
        sizes = []
        for worker in self.workers():
            with suppress(psutil.NoSuchProcess):
                sizes.append(worker.memory_info().rss)
        own = psutil.Process(self.process.pid).memory_info().rss
        largest = max(sizes, default=0)
        return f"server {own / _MEGABYTE:.0f} MB, largest worker {largest / _MEGABYTE:.0f} MB"
