"""Starts `receipts extract` with the scripted extractor, and reads what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
_PATIENCE_SECONDS = 300

Record = dict[str, Any]


class ScriptedRun:
    """One run in a process of its own; ``reads`` counts what it and others have read."""

    def __init__(self, folder: Path, *arguments: str | Path, **environment: str) -> None:
        self.log = folder / "read.log"
        paths = [str(HERE), str(HERE.parent.parent), *filter(None, sys.path)]
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "scripted_run.py"), *map(str, arguments)],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "READ_LOG": str(self.log),
                **environment,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def reads(self) -> int:
        return reads(self.log)

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """``False`` if the run ended before the condition held."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            if self.process.poll() is not None:
                return condition()
            assert time.monotonic() < until
            time.sleep(0.005)
        return True

    def end(self, lines: str = "") -> tuple[int, str, str]:
        """Exit code, standard output and standard error, once it has ended by itself."""
        out, errors = self.process.communicate(lines, timeout=_PATIENCE_SECONDS)
        return self.process.returncode, out, errors


def reads(log: Path) -> int:
    """How many files have been read, by all runs that share the log."""
    return log.read_bytes().count(b"\n") if log.exists() else 0


def records(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_receipt(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
