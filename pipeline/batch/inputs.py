"""Which files a run reads: files, folders and globs, in an order that never changes."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.images import SUPPORTED_SUFFIXES


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was asked for.

    Attributes:
        paths: the files to read, each once, in the order of the arguments and sorted by
            path within a folder or glob. Missing files and folders that cannot be
            listed are among them: loading says what is wrong with them.
        skipped: files in folders that are neither image nor PDF by their suffix.
    """

    paths: tuple[Path, ...]
    skipped: tuple[Path, ...] = ()


def find_inputs(arguments: Sequence[str], outputs: Iterable[Path] = ()) -> Inputs:
    """Resolve the arguments of a run.

    A folder gives its files of a supported suffix, recursively; hidden files and folders
    are left out. A file that is named gets read whatever its suffix. An argument that is
    neither and holds ``*``, ``?`` or ``[`` is a glob, ``**`` any number of folders.

    Args:
        arguments: as typed.
        outputs: files that the run writes; in folders they are passed over.

    Raises:
        ConfigError: an output is named as an input.
    """
    written = {_key(path) for path in outputs}
    taken: dict[str, Path] = {}
    skipped: dict[str, Path] = {}
    for path in _expanded(arguments):
        if not path.is_dir():
            if _key(path) in written:
                raise ConfigError(f"{path}: is an input and an output of the same run")
            taken.setdefault(_key(path), path)
            continue
        failures: list[OSError] = []
        for file in sorted(_visible_files(path, failures)):
            if _key(file) not in written:
                kind = taken if file.suffix.lower() in SUPPORTED_SUFFIXES else skipped
                kind.setdefault(_key(file), file)
        for failure in failures:
            taken.setdefault(_key(failure.filename), Path(failure.filename))
    left = [path for key, path in skipped.items() if key not in taken]  # not named besides
    return Inputs(tuple(taken.values()), tuple(left))


def _expanded(arguments: Sequence[str]) -> Iterator[Path]:
    """The arguments with globs resolved; a glob without a match stands for itself."""
    for argument in arguments:
        if glob.has_magic(argument) and not os.path.lexists(argument):
            # Path.glob would refuse absolute patterns.
            matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207
            yield from map(Path, matches or [argument])
        else:
            yield Path(argument)


def _visible_files(folder: Path, failures: list[OSError]) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if not name.startswith("."))


def _key(path: Path | str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - Path.resolve would follow links
