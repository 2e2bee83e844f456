"""The manifest of the shipped models: from which inputs each step made which files."""

from __future__ import annotations

import datetime
import platform
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.batch.state_file import read_state
from pipeline.errors import DataError, writing
from pipeline.evaluation.provenance import version_of
from pipeline.rebuild.hashes import code_hash, files_at, hash_of
from pipeline.rebuild.plan import Step

MANIFEST = Path("pipeline/models/manifest.json")
"""Of the project; it ships with the models."""

How = Literal["run", "recorded"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Inputs(_Entry):
    """What a step reads: paths (relative to the project) and packages, each with its SHA-256 or
    version; ``None`` if it was not there when the entry was written."""

    config: dict[str, str | None] = {}
    data: dict[str, str | None] = {}
    models: dict[str, str | None] = {}
    code: dict[str, str | None] = {}
    packages: dict[str, str | None] = {}


class Made(_Entry):
    """One step's entry.

    Attributes:
        how: ``run`` if the entry was written by the run that made the files; ``recorded`` if it
            was written afterwards, on the word of whoever did so.
        commit: of the project; with ``+`` if files had changed since.
        commands: what was run.
        files: the shipped files, each with its SHA-256.
    """

    how: How
    date: str
    commit: str | None
    python: str
    commands: tuple[str, ...]
    inputs: Inputs
    files: dict[str, str | None]


class Manifest(_Entry):
    """The entries by step."""

    version: Literal[1] = 1
    steps: dict[str, Made] = {}

    def with_step(self, name: str, made: Made, order: Iterable[str]) -> Manifest:
        """With the entry of a step added or replaced; steps that the plan no longer has are left
        out."""
        steps = {**self.steps, name: made}
        return Manifest(steps={name: steps[name] for name in order if name in steps})


def inputs_of(step: Step, project: Path) -> Inputs:
    """What the step reads now."""
    config = [] if step.config is None else [step.config]
    return Inputs(
        config=_hashes(project, config),
        data=_hashes(project, step.all_data(project)),
        models=_hashes(project, files_at(project, step.uses)),
        code={path: code_hash(project / path) for path in step.code},
        packages={name: version_of(name) for name in step.packages},
    )


def files_of(step: Step, project: Path) -> dict[str, str | None]:
    """The shipped files of a step as they are now."""
    return _hashes(project, files_at(project, step.makes, step.without))


def missing_in(inputs: Inputs) -> list[str]:
    """Paths among the inputs that do not exist."""
    return [
        path
        for of_kind in (inputs.config, inputs.data, inputs.models, inputs.code)
        for path, found in of_kind.items()
        if found is None
    ]


def made_now(step: Step, project: Path, inputs: Inputs, how: How, at: str | None) -> Made:
    """The entry of a step whose files lie there now.

    Args:
        at: the commit of the project, before earlier steps changed files.

    Raises:
        DataError: nothing was made; the message says what should have been.
    """
    files = files_of(step, project)
    if not files:
        raise DataError(f"step {step.name}: missing: {', '.join(step.makes)}")
    return Made(
        how=how,
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        commit=at,
        python=_python_version(),
        commands=tuple(shlex.join(words) for words in step.commands(project)),
        inputs=inputs,
        files=files,
    )


def read_manifest(path: Path) -> Manifest:
    """The manifest; an empty one if there is none yet.

    Raises:
        ConfigError: the file cannot be read, or is not a manifest.
    """
    return read_state(path, Manifest) or Manifest()


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write it as JSON.

    Raises:
        PipelineError: it cannot be written.
    """
    with writing(path):
        path.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _python_version() -> str:
    """Of this interpreter, such as 3.11."""
    return ".".join(platform.python_version_tuple()[:2])


def _hashes(project: Path, paths: Iterable[str]) -> dict[str, str | None]:
    return {path: hash_of(project / path) for path in paths}
