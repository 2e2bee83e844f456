"""The steps that make the shipped models, from ``configs/rebuild.yaml``."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from pipeline.config import read_yaml
from pipeline.errors import unknown_name
from pipeline.training.config import ConfigFile, Section

_OF_SOURCES = ("sources", "annotated", "unlabelled")
_SOURCES, _FORMATS = "{sources}", "{formats}"


class Step(Section):
    """One step. Paths are relative to the project and may be folders or glob patterns.

    Attributes:
        about: what it makes, for people.
        run: its commands, in order; without a shell. ``{sources}`` stands for the paths of the
            config's sources and ``--format`` for each, ``{formats}`` for ``FORMAT=PATH`` of each.
        config: the YAML config that its command reads; the data that this names are inputs, too.
        data: files and folders of annotated receipts and the like.
        uses: what earlier steps made.
        code: folders of the project that make data (drawn receipts) or decide what is learned.
        packages: distributions whose version may change what is made.
        makes: the shipped files that it writes.
        without: names among them that another step writes, or that are no part of a model.
    """

    name: str
    about: str
    run: tuple[str, ...] = Field(min_length=1)
    config: str | None = None
    data: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    makes: tuple[str, ...] = Field(min_length=1)
    without: tuple[str, ...] = ()

    def commands(self, project: Path) -> list[list[str]]:
        """The words of each command."""
        sources = [] if self.config is None else list(_sources(project, project / self.config))
        paths, names = [path for path, _ in sources], [name for _, name in sources]
        options = [word for name in names for word in ("--format", name)]
        pairs = [f"{name}={path}" for path, name in sources]
        stands = {_SOURCES: shlex.join([*paths, *options]), _FORMATS: shlex.join(pairs)}
        return [shlex.split(_replaced(line, stands)) for line in self.run]

    def all_data(self, project: Path) -> list[str]:
        """``data``, and what the config names; relative to the project."""
        named = [] if self.config is None else _named_in(project, project / self.config)
        return list(dict.fromkeys([*self.data, *named]))


class Plan(ConfigFile):
    """All steps, in the order in which they are run."""

    described_as: ClassVar[str] = "a plan of rebuilding"

    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [step.name for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError("each step needs a name of its own")
        return self

    def chosen(self, names: Sequence[str]) -> list[Step]:
        """The named steps in the plan's order; all if none is named.

        Raises:
            ConfigError: no step has that name.
        """
        known = [step.name for step in self.steps]
        for name in names:
            if name not in known:
                raise unknown_name("step", name, known)
        return [step for step in self.steps if not names or step.name in names]


def _named_in(project: Path, config: Path) -> Iterator[str]:
    """The paths that a training config names as its data."""
    return (path for path, _ in _sources(project, config))


def _replaced(line: str, stands: Mapping[str, str]) -> str:
    for name, text in stands.items():
        line = line.replace(name, text)
    return line


def _sources(project: Path, config: Path) -> Iterator[tuple[str, str]]:
    """The path of each source, relative to the project, and its format."""
    raw: Mapping[str, Any] = read_yaml(config)
    for section in _OF_SOURCES:
        for source in (raw.get(section) or {}).values():
            place = config.parent / source.get("path", source.get("folder"))
            yield Path(os.path.relpath(place, project)).as_posix(), source.get("format", "")
