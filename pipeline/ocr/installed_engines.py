"""Registry of OCR engines: found by entry point, created from typed options."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from pipeline.errors import ConfigError, EngineUnavailable, did_you_mean
from pipeline.ocr.engine import InstallableEngine, OcrEngine
from pipeline.plain_errors import plain_problems

GROUP = "receipt_pipeline.ocr_engines"


def engine_names() -> list[str]:
    """The names of all installed engines, sorted."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def engine_class(name: str) -> type[InstallableEngine]:
    """Import the class of one engine.

    Raises:
        ConfigError: no engine has that name; the message suggests the nearest.
        EngineUnavailable: the engine's package fails to import.
    """
    entry = _entry_point(name)
    try:
        loaded: type[InstallableEngine] = entry.load()
    except ImportError as error:
        raise EngineUnavailable(f"OCR engine {name!r} cannot be imported: {error}") from error
    return loaded


def create_engine(name: str, options: Mapping[str, Any] | None = None) -> OcrEngine:
    """Create one engine from its options, checked against the engine's own option type.

    Raises:
        ConfigError: unknown engine or option.
        EngineUnavailable: the engine cannot run here; the message says what to install.
    """
    cls = engine_class(name)
    reason = cls.why_unavailable()
    if reason is not None:
        raise EngineUnavailable(f"OCR engine {name!r} cannot run here: {reason}")
    try:
        checked = cls.options_type.model_validate(dict(options or {}))
    except ValidationError as error:
        problems = "; ".join(plain_problems(error, cls.options_type))
        raise ConfigError(f"options of OCR engine {name!r}: {problems}") from error
    return cls(checked)


def _entry_point(name: str) -> EntryPoint:
    found = [entry for entry in entry_points(group=GROUP) if entry.name == name]
    if found:
        return found[0]
    hint = did_you_mean(name, engine_names())
    raise ConfigError(f"no OCR engine {name!r}{hint} (installed: {', '.join(engine_names())})")
