"""A small JSON file that programs follow: read whole, and replaced as a whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.batch.durable import replace_durably
from pipeline.errors import ConfigError, writing
from pipeline.plain_errors import plain_problems

State = TypeVar("State", bound=BaseModel)


def read_state(path: Path, kind: type[State]) -> State | None:
    """What the file says; ``None`` if there is none.

    Raises:
        ConfigError: it cannot be read, or says something else; the message names it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        problems = "\n  ".join(plain_problems(error, kind))
        raise ConfigError(f"{path}:\n  {problems}") from error


def write_state(path: Path, state: BaseModel) -> None:
    """Replace the file; a reader finds the old or the new one, complete.

    Raises:
        PipelineError: it cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(state.model_dump_json(indent=2) + "\n", encoding="utf-8")
        replace_durably(unfinished, path)
