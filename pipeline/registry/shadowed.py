"""The candidate that reads beside the served model: named by ``shadow.json`` in the folder.

``receipts models shadow`` writes it; services started with ``receipts serve --models FOLDER``
follow it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.batch.state_file import read_state, write_state
from pipeline.errors import writing

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
    return read_state(folder / SHADOW_FILE, ShadowModel)


def write_shadow(folder: Path, shadow: ShadowModel | None) -> None:
    """Replace ``shadow.json`` as a whole, or delete it.

    Raises:
        PipelineError: it cannot be written.
    """
    path = folder / SHADOW_FILE
    if shadow is not None:
        write_state(path, shadow)
        return
    with writing(path):
        path.unlink(missing_ok=True)
