"""The package's public names and where each is defined, for imports at first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

DISTRIBUTION: Final = "receipt-pipeline"
HOMES: Final = {
    "ConfigError": "pipeline.errors",
    "DataError": "pipeline.errors",
    "EngineUnavailable": "pipeline.errors",
    "ExtractConfig": "pipeline.config",
    "Extractor": "pipeline.extractor",
    "ImageError": "pipeline.errors",
    "PipelineError": "pipeline.errors",
    "Receipt": "pipeline.receipt",
    "ServiceClient": "pipeline.service.client",
    "ServiceError": "pipeline.service.connection",
    "receipt_schema": "pipeline.receipt",
    "shape_named": "pipeline.shapes.registry",
}


def public(name: str, module: str) -> Any:
    """The object with a public name; ``__version__`` is the version.

    Raises:
        AttributeError: there is no such name; the message names ``module``.
    """
    if name == "__version__":
        return installed_version()
    if name not in HOMES:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)


def installed_version() -> str:
    """The version of the installed distribution, or else of the clone that Python imports from.

    Raises:
        AttributeError: there is neither.
    """
    import tomllib  # these are slow to import
    from importlib.metadata import PackageNotFoundError, version
    from pathlib import Path

    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        project = Path(__file__).parent.parent / "pyproject.toml"
    try:
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError) as error:
        raise AttributeError(f"no version is known: {DISTRIBUTION} is not installed") from error
