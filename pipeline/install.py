"""How to install the packages that an optional part needs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pipeline.errors import ConfigError
from pipeline.public_names import DISTRIBUTION

_BESIDE = Path(__file__).parent.parent


def how_to_install(extra: str) -> str:
    """The command that adds an extra to this installation, such as ``pip install '.[train]'``.

    The project is on no package index, so the command names where the package was installed from:
    the clone, archive or repository that pip recorded, or the clone that Python imports.

    Source: "Recording the Direct URL Origin of installed distributions", PEP 610.
    """
    origin = _origin()
    if origin is not None:
        return _from_origin(origin, extra)
    if (_BESIDE / "pyproject.toml").is_file():
        return _pip(f"{_BESIDE}[{extra}]")
    return _in_a_clone(extra)


def _pip(requirement: str, *, editable: bool = False) -> str:
    return f"pip install {'-e ' if editable else ''}{shlex.quote(requirement)}"


def _in_a_clone(extra: str) -> str:
    return f"in a clone of the project, pip install '.[{extra}]'"


@contextmanager
def needs(what: str, extra: str) -> Iterator[None]:
    """Imports of an extra's packages within the block.

    Raises:
        ConfigError: one is missing; the message begins with ``what`` and says how to install it.
    """
    try:
        yield
    except ImportError as error:
        raise ConfigError(f"{what}: {how_to_install(extra)}") from error


def check_installed(extra: str, *packages: str) -> None:
    """Check that an extra's packages can be imported, before the work starts.

    Raises:
        ConfigError: some are missing; the message says how to install them.
    """
    absent = [name for name in packages if find_spec(name) is None]
    if absent:
        raise ConfigError(f"not installed: {', '.join(absent)}; {how_to_install(extra)}")


def _origin() -> dict[str, Any] | None:
    """What pip recorded about the origin of the package; ``None`` if nothing."""
    try:
        noted = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    origin: dict[str, Any] | None = json.loads(noted) if noted else None
    return origin


def _from_origin(origin: dict[str, Any], extra: str) -> str:
    url = origin["url"]
    if "vcs_info" in origin:
        return _pip(f"{DISTRIBUTION}[{extra}] @ {origin['vcs_info']['vcs']}+{url}")
    if not url.startswith("file:"):
        return _pip(f"{DISTRIBUTION}[{extra}] @ {url}")
    path = Path(url2pathname(urlsplit(url).path))
    if not path.exists():
        return _in_a_clone(extra)
    editable = origin.get("dir_info", {}).get("editable", False)
    return _pip(f"{path}[{extra}]", editable=editable)
