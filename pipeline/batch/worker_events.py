"""What a pool of workers tells the one who hands out files."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.batch.inputs import Input
from pipeline.batch.worker import Done, Hashed


@dataclass(frozen=True, slots=True)
class Asked:
    """A worker has read a file's bytes and waits for ``WorkerPool.answer``."""

    task: Input
    content: Hashed


@dataclass(frozen=True, slots=True)
class Read:
    """A file that a worker has read."""

    task: Input
    done: Done


@dataclass(frozen=True, slots=True)
class Died:
    """A file whose worker died while reading it, and the cause."""

    task: Input
    cause: str


Event = Asked | Read | Died
