"""The YAML files of countries and languages: the package's, and those of a folder of the user's.

The folder named by the environment variable ``RECEIPT_WORLD`` may hold ``countries/`` and
``languages/``. A file there is used as the package's are, and instead of the package's file of the
same name.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigError, did_you_mean

VARIABLE = "RECEIPT_WORLD"
_PACKAGE = Path(__file__).parent
# Written in C, it reads ten times as fast; not every PyYAML was built with it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def names(kind: str) -> list[str]:
    """The names of all files of a kind, such as ``countries``, without their ending."""
    return sorted(
        {path.stem for folder in _folders(kind) for path in folder.glob("*.yaml") if path.is_file()}
    )


def read(kind: str, name: str) -> dict[str, Any]:
    """The content of a file.

    Raises:
        ConfigError: there is no such file, or it is no YAML mapping.
    """
    for folder in _folders(kind):
        if (path := folder / f"{name}.yaml").is_file():
            return _read(path)
    known = names(kind)
    raise ConfigError(f"{kind}: no file {name}.yaml{did_you_mean(name, known)}")


def check_keys(
    where: str, entry: Mapping[str, Any], known: Collection[str], required: Collection[str]
) -> None:
    """Raise ConfigError, naming the place, if a key is unknown or a required one is missing."""
    for key in entry:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}{did_you_mean(str(key), known)}")
    if missing := [key for key in required if key not in entry]:
        raise ConfigError(f"{where}: missing key {missing[0]!r}")


def choices(text: object) -> tuple[str, ...]:
    """A list as YAML files write it, its entries parted by ``|``; the empty text has none."""
    return tuple(str(text).split("|")) if text != "" else ()


def added_files() -> list[Path]:
    """All files of the user's folder."""
    return sorted(path for root in _added() for path in root.glob("*/*.yaml"))


def _folders(kind: str) -> list[Path]:
    return [root / kind for root in (*_added(), _PACKAGE)]


def _added() -> list[Path]:
    folder = os.environ.get(VARIABLE)
    if folder and not Path(folder).is_dir():
        raise ConfigError(f"{VARIABLE}: no folder {folder}")
    return [Path(folder)] if folder else []


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected keys and values")
    return content
