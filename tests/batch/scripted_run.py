"""`receipts extract` with the scripted extractor in the place of engine and model.

The environment says what else happens: ``KILL_AT_STEP=n`` kills the process the nth time
that it brings something to the disk or renames a file.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from run_fakes import scripted_extractor

import pipeline.batch.job as job


def killing(step: int) -> None:
    """Count the steps of landing a file, and die before one of them."""
    left = iter(range(step - 1, -1, -1))

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*arguments: Any) -> Any:
            if next(left, -1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments)

        return acting

    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    journal = job.Journal
    journal.set_fact = counted(journal.set_fact)  # type: ignore[method-assign]
    journal.commit = counted(journal.commit)  # type: ignore[method-assign]


if __name__ == "__main__":
    job.load_extractor = scripted_extractor  # type: ignore[assignment]
    job.fingerprint_of = lambda _: {"code": os.environ.get("FAKE_CODE", "1")}  # type: ignore[assignment]
    if "KILL_AT_STEP" in os.environ:
        killing(int(os.environ["KILL_AT_STEP"]))

    from pipeline.cli import app

    app(["extract", *sys.argv[1:]])
