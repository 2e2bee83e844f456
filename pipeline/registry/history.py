"""What happened to the models of a folder: ``history.jsonl``, a line for each event.

Lines are only ever added, each synced to the disk. Whoever changes the folder holds its lock.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Constraint

from pipeline.errors import DataError, writing
from pipeline.registry.verdict import Verdict

HISTORY_FILE = "history.jsonl"
_LOCK_FILE = ".lock"


class Action(StrEnum):
    """What was done."""

    REGISTERED = "registered"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled back"
    SHADOW_BEGUN = "shadow begun"
    SHADOW_ENDED = "shadow ended"


class Event(BaseModel):
    """One event.

    Attributes:
        model: its name in the folder, such as ``reviewed/3``.
        sha256: of its folder (``pipeline.evaluation.provenance.model_hash``), where registered.
        run: the MLflow run that has it.
        previous: the model that was served before.
        verdict: the comparison on which it was promoted.
        forced: promoted although the comparison forbade it, or without one.
        note: where registered, a remark; else the reason that was given.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime.datetime = Constraint(
        default_factory=lambda: datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    )
    action: Action
    model: str
    sha256: str | None = None
    run: str | None = None
    previous: str | None = None
    verdict: Verdict | None = None
    forced: bool = False
    note: str = ""


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Nobody else changes the folder within the block; it is made if it does not exist.

    Raises:
        PipelineError: the folder cannot be written.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def add_event(folder: Path, event: Event) -> None:
    """Add a line; durable when it returns.

    Raises:
        PipelineError: it cannot be written.
    """
    path = folder / HISTORY_FILE
    with writing(path), path.open("a", encoding="utf-8") as file:
        file.write(event.model_dump_json(exclude_defaults=True, exclude={"at"})[:-1])
        file.write(f',"at":"{event.at.isoformat()}"}}\n')
        file.flush()
        os.fsync(file.fileno())


def history(folder: Path) -> list[Event]:
    """All events, the oldest first.

    Raises:
        DataError: a line is no event; the message names it.
    """
    path = folder / HISTORY_FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    events = []
    for number, line in enumerate(lines, 1):
        try:
            events.append(Event.model_validate_json(line))
        except ValidationError as error:
            raise DataError(
                f"{path}: line {number} is no event: {error.errors()[0]['msg']}"
            ) from error
    return events


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: the last one to write wins
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
