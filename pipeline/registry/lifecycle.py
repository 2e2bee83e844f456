"""Register, promote, roll back: what `receipts models` does, whoever keeps the models.

The folder of models is locked meanwhile. A registry is told first, then ``served.json`` is
replaced: what fails in between leaves the served model as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigError, unknown_name
from pipeline.registry.history import Action, Event, add_event, changing
from pipeline.registry.registered import Registered, Registry
from pipeline.registry.shadowed import ShadowModel, read_shadow, write_shadow
from pipeline.registry.verdict import Verdict
from pipeline.served_model import ServedModel, location_of, models_in, read_served, write_served
from pipeline.tagging.load import load_tagger, model_folder
from pipeline.tagging.names import DEFAULT_MODEL, RULES

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Models:
    """A folder of models and the registry that keeps them."""

    folder: Path
    registry: Registry

    def served(self) -> ServedModel:
        """What services use; the package's model if the folder names none."""
        return read_served(self.folder) or ServedModel(model=DEFAULT_MODEL)

    def register(self, source: str, name: str | None, note: str) -> Registered:
        """Keep a copy of a model.

        Args:
            source: a model folder, or a model of the package.
            name: of its family; by default the one in the model's folder.

        Raises:
            ConfigError: it is no usable model, or is registered already.
        """
        if source == RULES:
            raise ConfigError(
                "the rules are part of the package: no model that could be registered"
            )
        family = name or load_tagger(source).name
        if not _NAME.fullmatch(family):
            raise ConfigError(f"--name {family!r}: letters, digits, points, dashes and underscores")
        with changing(self.folder):
            return self.registry.register(model_folder(source), family, note)

    def location(self, model: str) -> str:
        """What ``load_tagger`` takes for a model: it is fetched if it is a registered one.

        Raises:
            ConfigError: there is no such model, or its files have changed.
        """
        registered = {one.name: one for one in self.registry.models()}
        if model in registered:
            self.registry.fetch(registered[model])
        elif model not in models_in(self.folder):
            known = dict.fromkeys([*registered, *models_in(self.folder)])
            raise unknown_name("model", model, known)
        return location_of(self.folder, model)

    def promote(self, model: str, verdict: Verdict | None, force: str | None) -> ServedModel:
        """Have services use a model from now on.

        Args:
            verdict: on it against the model that is served now.
            force: the reason why it is promoted without, or against, a verdict.

        Raises:
            ConfigError: the verdict forbids it or is of other models, or the model cannot be used.
        """
        with changing(self.folder):
            before = self.served()
            if model == before.model:
                raise ConfigError(f"{model} is served already")
            load_tagger(self.location(model))
            if force is None:
                _check(verdict, before.model, model)
            event = Event(
                action=Action.PROMOTED,
                model=model,
                previous=before.model,
                verdict=verdict,
                forced=force is not None,
                note=force or "",
            )
            return self._serve(before, event)

    def roll_back(self, reason: str) -> ServedModel:
        """Have services use the model before again.

        Raises:
            ConfigError: there is none, or it cannot be used.
        """
        with changing(self.folder):
            before = self.served()
            if before.previous is None:
                raise ConfigError(f"{self.folder}: no other model was served before {before.model}")
            load_tagger(self.location(before.previous))
            event = Event(
                action=Action.ROLLED_BACK,
                model=before.previous,
                previous=before.model,
                note=reason,
            )
            return self._serve(before, event)

    def shadow(self, model: str, share: float) -> ShadowModel:
        """Have services read a share of the files with a candidate, too.

        Raises:
            ConfigError: it is the served model, or cannot be used.
        """
        with changing(self.folder):
            if model == self.served().model:
                raise ConfigError(f"{model} is the served model")
            load_tagger(self.location(model))
            event = Event(action=Action.SHADOW_BEGUN, model=model, note=f"share {share:g}")
            self.registry.tell(event)
            shadow = ShadowModel(model=model, share=share)
            write_shadow(self.folder, shadow)
            add_event(self.folder, event)
            return shadow

    def end_shadow(self) -> str | None:
        """No candidate reads any more; the one that did."""
        with changing(self.folder):
            before = read_shadow(self.folder)
            if before is None:
                return None
            self._end_shadow(before)
            return before.model

    def _end_shadow(self, shadow: ShadowModel) -> None:
        event = Event(action=Action.SHADOW_ENDED, model=shadow.model)
        self.registry.tell(event)
        write_shadow(self.folder, None)
        add_event(self.folder, event)

    def _serve(self, before: ServedModel, event: Event) -> ServedModel:
        self.registry.tell(event)
        served = before.followed_by(event.model)
        write_served(self.folder, served)
        add_event(self.folder, event)
        shadow = read_shadow(self.folder)
        if shadow is not None and shadow.model == event.model:
            self._end_shadow(shadow)
        return served


def _check(verdict: Verdict | None, served: str, candidate: str) -> None:
    if verdict is None:
        raise ConfigError(
            f"{candidate} was not compared with {served}: give --reviews or --shadow, or --force "
            "with a reason"
        )
    if (verdict.served, verdict.candidate) != (served, candidate):
        raise ConfigError(
            f"compared were {verdict.candidate} and {verdict.served}; another model is served now"
        )
    if verdict.worse:
        raise ConfigError("\n  ".join([f"{candidate} is not promoted:", *verdict.worse]))
