"""The model that services use, of a folder of models: named by the file ``served.json`` in it.

``receipts models`` and the service write this file, and every service that was started with
``receipts serve --models FOLDER`` follows it. ``docs/service.md`` describes it for users::

    FOLDER/served.json           {"model": "reviewed-2", "previous": "receipts-base"}
    FOLDER/reviewed-2/           a model folder, as `receipts train` writes it
    FOLDER/reviewed/3/           names may have several parts
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.batch.state_file import read_state, write_state
from pipeline.errors import unknown_name
from pipeline.labels import LabelSet, load_label_set
from pipeline.tagging.names import LABELS_FILE, MODELS, RULES, TAGGER_FILE, model_folder

SERVED_FILE = "served.json"
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_MOST_PARTS = 3


class ServedModel(BaseModel):
    """What ``served.json`` says; keys that a registry adds are ignored.

    Attributes:
        model: the name of the model that is to be used: a model folder's path below the folder of
            models, or a model of the package.
        previous: the one that was used before, to which a rollback returns.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    previous: str | None = None

    def followed_by(self, model: str) -> ServedModel:
        """What the file says when another model takes this one's place."""
        return ServedModel(model=model, previous=self.model)


def models_in(folder: Path) -> list[str]:
    """The names of the models that may be served: those in the folder, then the package's."""
    found = {
        path.parent.relative_to(folder).as_posix()
        for depth in range(1, _MOST_PARTS + 1)
        for path in folder.glob("/".join(["*"] * depth + [TAGGER_FILE]))
    }
    packaged = {path.name for path in MODELS.iterdir() if (path / TAGGER_FILE).is_file()}
    return [*sorted(name for name in found if _is_name(name)), *sorted(packaged - found), RULES]


def location_of(folder: Path, model: str) -> str:
    """What ``load_tagger`` takes for a model's name; models in the folder come first.

    Raises:
        ConfigError: there is no such model.
    """
    if model not in models_in(folder):
        raise unknown_name("model", model, models_in(folder))
    inside = folder / model
    return str(inside.absolute()) if (inside / TAGGER_FILE).is_file() else model


def label_set_of(location: str) -> LabelSet:
    """The labels of a model at a location.

    Raises:
        ConfigError: there is no such model, or its labels cannot be read.
    """
    return load_label_set(model_folder(location) / LABELS_FILE)


def read_served(folder: Path) -> ServedModel | None:
    """What the folder's ``served.json`` says; ``None`` if there is none.

    Raises:
        ConfigError: it cannot be read, or says something else; the message names it.
    """
    return read_state(folder / SERVED_FILE, ServedModel)


def write_served(folder: Path, served: ServedModel) -> None:
    """Replace the folder's ``served.json``; a reader finds the old or the new one, complete.

    Raises:
        ConfigError: there is no such model.
        PipelineError: the file cannot be written.
    """
    location_of(folder, served.model)
    write_state(folder / SERVED_FILE, served)


def _is_name(model: str) -> bool:
    return all(_PART.fullmatch(part) for part in model.split("/"))
