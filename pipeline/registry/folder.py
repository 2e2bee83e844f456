"""A registry that is a plain folder: ``NAME/NUMBER`` is a copy of a model folder.

::

    FOLDER/reviewed/1/       a model folder, as `receipts train` writes it
    FOLDER/reviewed/2/
    FOLDER/served.json       which one services use (pipeline.served_model)
    FOLDER/shadow.json       which one reads beside it (pipeline.registry.shadowed)
    FOLDER/history.jsonl     what happened (pipeline.registry.history)
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from errno import EEXIST
from pathlib import Path

from pipeline.batch.durable import sync_folder
from pipeline.errors import ConfigError, DataError, writing
from pipeline.evaluation.provenance import model_hash
from pipeline.registry.history import Action, Event, add_event, history
from pipeline.registry.registered import Registered

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FolderRegistry:
    """Keeps models in the folder from which they are served."""

    folder: Path

    def register(self, source: Path, name: str, note: str) -> Registered:
        digest = model_hash(source)
        for one in self.models():
            if one.sha256 == digest:
                raise ConfigError(f"{source}: registered already, as {one.name}")
        full = f"{name}/{1 + max(numbers_in(self.folder / name), default=0)}"
        copy_model(source, self.folder / full)
        event = Event(action=Action.REGISTERED, model=full, sha256=digest, note=note)
        add_event(self.folder, event)
        return _registered(event)

    def models(self) -> list[Registered]:
        events = history(self.folder)
        found = [_registered(event) for event in events if event.action is Action.REGISTERED]
        return [one for one in found if (self.folder / one.name).is_dir()]

    def fetch(self, model: Registered) -> None:
        check_unchanged(self.folder / model.name, model)

    def tell(self, event: Event) -> None:
        """The history is all that there is to tell."""


def numbers_in(family: Path) -> set[int]:
    """The numbers of the models in a family's folder, registered or put there by hand."""
    found = family.iterdir() if family.is_dir() else ()
    return {int(path.name) for path in found if path.name.isdecimal()}


def copy_model(source: Path, target: Path) -> None:
    """Copy a model's files; the target appears when all are written.

    Raises:
        PipelineError: it cannot be written, or exists.
    """
    unfinished = target.with_name(f".{target.name}.part")
    with writing(target):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for path in sorted(source.iterdir()):
            if path.is_file():
                shutil.copyfile(path, unfinished / path.name)
        if target.exists():
            raise FileExistsError(EEXIST, "exists already")
        unfinished.rename(target)
        sync_folder(target.parent)


def check_unchanged(folder: Path, model: Registered) -> None:
    """Refuse files that were changed after the model was registered.

    Raises:
        ConfigError: they are not those that were registered.
    """
    if not folder.is_dir():
        raise ConfigError(f"{model.name}: {folder} does not exist")
    if model_hash(folder) != model.sha256:
        raise ConfigError(
            f"{model.name}: {folder} has changed since it was registered; "
            "register it as a new model"
        )


def check_served(folder: Path, model: str) -> None:
    """Refuse a model of the folder that was changed after it was registered; those that were put
    there by hand may have any files.

    Raises:
        ConfigError: its files are not those that were registered.
    """
    try:
        events = history(folder)
    except DataError as error:  # serving must not depend on the log of what was done
        logger.warning("%s is not compared with what was registered: %s", model, error)
        return
    for event in reversed(events):
        if event.action is Action.REGISTERED and event.model == model:
            check_unchanged(folder / model, _registered(event))
            return


def _registered(event: Event) -> Registered:
    return Registered(event.model, event.sha256 or "", event.at, event.note, event.run)
