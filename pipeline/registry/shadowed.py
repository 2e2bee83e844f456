"""The candidate that reads beside the served model: named by ``shadow.json`` in the folder.

``receipts models shadow`` writes it; services started with ``receipts serve --models FOLDER``
follow it.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Constraint

from pipeline.batch.durable import replace_durably
from pipeline.errors import ConfigError, writing
from pipeline.plain_errors import plain_problems

SHADOW_FILE = "shadow.json"


class ShadowModel(BaseModel):
    """The candidate.

    Attributes:
        model: its name, as in ``served.json``.
        share: of the files, above 0 to 1, that it reads too.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    share: float = Constraint(gt=0, le=1)


def read_shadow(folder: Path) -> ShadowModel | None:
    """What ``shadow.json`` says; ``None`` if there is none.

    Raises:
        ConfigError: it cannot be read, or says something else; the message names it.
    """
    path = folder / SHADOW_FILE
    try:
        return ShadowModel.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        problems = "\n  ".join(plain_problems(error, ShadowModel))
        raise ConfigError(f"{path}:\n  {problems}") from error


def write_shadow(folder: Path, shadow: ShadowModel | None) -> None:
    """Replace ``shadow.json`` as a whole, or delete it.

    Raises:
        PipelineError: it cannot be written.
    """
    path = folder / SHADOW_FILE
    with writing(path):
        if shadow is None:
            path.unlink(missing_ok=True)
            return
        unfinished = folder / f"{SHADOW_FILE}.{os.getpid()}.part"
        unfinished.write_text(shadow.model_dump_json(indent=2) + "\n", encoding="utf-8")
        replace_durably(unfinished, path)
