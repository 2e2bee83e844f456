"""What differs from the inputs that the shipped models were made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.rebuild.manifest import Inputs, Manifest, files_of, inputs_of
from pipeline.rebuild.plan import Step

_KINDS = {
    "config": "config",
    "data": "data",
    "models": "model of an earlier step",
    "code": "code",
    "packages": "package",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        kind: ``data``, ``config`` and so on; ``made`` for a shipped file.
        what: the path or package.
        how: what is different about it.
    """

    step: str
    kind: str
    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.step}: {self.kind} {self.what}: {self.how}"


def differences(step: Step, project: Path, manifest: Manifest) -> Iterator[Difference]:
    """The inputs of a step, and its shipped files, that are not as in the manifest."""
    if step.name not in manifest.steps:
        yield Difference(step.name, "step", step.name, "not in the manifest")
        return
    made = manifest.steps[step.name]
    yield from changed_inputs(step, made.inputs, inputs_of(step, project))
    for path, how in _changes(made.files, files_of(step, project)):
        yield Difference(step.name, "made", path, how)


def changed_inputs(step: Step, before: Inputs, now: Inputs) -> Iterator[Difference]:
    """The inputs that differ."""
    for name, kind in _KINDS.items():
        for what, how in _changes(getattr(before, name), getattr(now, name)):
            yield Difference(step.name, kind, what, how)


def _changes(
    before: Mapping[str, str | None], now: Mapping[str, str | None]
) -> Iterator[tuple[str, str]]:
    for what in dict.fromkeys([*before, *now]):
        old, new = before.get(what), now.get(what)
        if old == new:
            continue
        if new is None:
            yield what, "missing"
        elif what not in before:
            yield what, "not used before"
        else:
            yield what, f"was {_short(old)}, is {_short(new)}"


def _short(found: str | None) -> str:
    """A version as it is, and the beginning of a hash."""
    return "unknown" if found is None else found[:12]
