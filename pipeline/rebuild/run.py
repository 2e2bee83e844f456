"""Run the steps, and keep the manifest."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.errors import DataError, PipelineError
from pipeline.evaluation.provenance import commit
from pipeline.rebuild.differences import changed_inputs
from pipeline.rebuild.manifest import (
    MANIFEST,
    How,
    Inputs,
    inputs_of,
    made_now,
    missing_in,
    read_manifest,
    write_manifest,
)
from pipeline.rebuild.plan import Plan, Step

Say = Callable[[str], None]
_CACHE = ".cache"


def run_steps(
    plan: Plan, steps: Sequence[Step], project: Path, say: Say, only_changed: bool = False
) -> None:
    """Run the steps in order; after each, its entry in the manifest is written.

    Args:
        only_changed: skip a step whose inputs are those in the manifest.

    Raises:
        DataError: an input is missing.
        PipelineError: a command failed; later steps were not run.
    """
    at = commit()
    for step in steps:
        before = inputs_of(step, project)
        if only_changed and is_unchanged(step, project):
            say(f"{step.name}: inputs as in the manifest, not run")
            continue
        if missing := missing_in(before):
            raise DataError(f"step {step.name}: missing: {', '.join(missing)}")
        (project / _CACHE).mkdir(exist_ok=True)
        for words in step.commands(project):
            say(f"{step.name}: {shlex.join(words)}")
            _run(words, project)
        _keep(plan, step, project, before, "run", at)


def record(plan: Plan, steps: Sequence[Step], project: Path, say: Say) -> None:
    """Write the entries of steps whose files were made by hand from what lies there now.

    Inputs that are missing are noted as unknown, and are said.

    Raises:
        DataError: a shipped file is missing.
    """
    at = commit()
    for step in steps:
        inputs = inputs_of(step, project)
        for path in missing_in(inputs):
            say(f"{step.name}: {path} is missing, noted as unknown")
        _keep(plan, step, project, inputs, "recorded", at)


def is_unchanged(step: Step, project: Path) -> bool:
    """Whether the step's inputs are those in the manifest."""
    made = read_manifest(project / MANIFEST).steps.get(step.name)
    return made is not None and not list(
        changed_inputs(step, made.inputs, inputs_of(step, project))
    )


def _keep(plan: Plan, step: Step, project: Path, inputs: Inputs, how: How, at: str | None) -> None:
    made = made_now(step, project, inputs, how, at)
    order = [one.name for one in plan.steps]
    manifest = read_manifest(project / MANIFEST).with_step(step.name, made, order)
    write_manifest(manifest, project / MANIFEST)


def _run(words: Sequence[str], project: Path) -> None:
    """Run one command in the project, with this interpreter's programs first on the path."""
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    script = project / words[0]
    command = [sys.executable, str(script), *words[1:]] if script.is_file() else list(words)
    try:
        done = subprocess.run(command, cwd=project, env=environment, check=False)
    except FileNotFoundError as error:
        raise PipelineError(f"{words[0]}: not installed") from error
    if done.returncode != 0:
        raise PipelineError(f"{shlex.join(words)}: ended with exit code {done.returncode}")
