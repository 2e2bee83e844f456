"""Fingerprint of everything besides the inputs that affects a run's records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

from pipeline.batch.journal import Journal
from pipeline.config import ExtractConfig
from pipeline.ocr.installed_engines import GROUP
from pipeline.receipt import SCHEMA_VERSION
from pipeline.world.files import added_files

_PACKAGE = Path(__file__).resolve().parent.parent
# The way of one receipt; how a folder is run does not change what is read.
STAGES = (
    *("documents", "ocr", "separation", "world", "text_lines", "tagging", "assembly"),
    "quality",
)
_KINDS = ("py", "yaml", "json", "tsv", "txt", "onnx")
_CODE = (
    "*.py",
    *(f"{stage}/**/*.{kind}" for stage in STAGES for kind in _KINDS),
)
_MODEL_FILES = ("*.onnx", "*.safetensors", "*.json", "*.yaml")
_LIBRARIES = (
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "pypdfium2",
    "tokenizers",
    "weasyprint",
)


def fingerprint_of(settings: ExtractConfig) -> dict[str, str]:
    """Name to value of each setting and version that records depend on.

    Raises:
        ConfigError: there is no such model.
    """
    from pipeline.tagging.load import model_folder  # loads ONNX Runtime

    engine = settings.engine
    return {
        "record version": SCHEMA_VERSION,
        "engine": f"{engine.name} {_engine_version(engine.name)}",
        "engine options": json.dumps(engine.options, sort_keys=True, default=str),
        "engine files": _digest(_named_files(engine.options.values())),
        "model": f"{settings.model} {_digest(_files(model_folder(settings.model), _MODEL_FILES))}",
        "pdf_text": settings.pdf_text,
        "limits": settings.limits.model_dump_json(),
        "review_below": json.dumps(settings.review_below, sort_keys=True),
        "approval": json.dumps([settings.auto_approve, settings.approve_fields]),
        "code": _digest([*_files(_PACKAGE, _CODE), *added_files()]),
        "libraries": ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
    }


def changed_settings(journal: Journal, fingerprint: Mapping[str, str]) -> list[str]:
    """The names of what has changed since the journal was created by ``store_fingerprint``."""
    return [name for name, value in fingerprint.items() if journal.fact(f"by {name}") != value]


def store_fingerprint(journal: Journal, fingerprint: Mapping[str, str]) -> None:
    """Store this fingerprint in an empty journal."""
    for name, value in fingerprint.items():
        journal.set_fact(f"by {name}", value)


def _engine_version(name: str) -> str:
    """Versions of the package named like the engine and of the package that provides the engine."""
    declaring = [entry.dist for entry in entry_points(group=GROUP) if entry.name == name]
    versions = [_version(name), *(dist.version for dist in declaring if dist is not None)]
    return ", ".join(versions)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})


def _named_files(values: Iterable[object]) -> list[Path]:
    """The files among the values of engine options."""
    paths = [Path(value) for value in values if isinstance(value, str | Path)]
    return [path for path in paths if path.is_file()]


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
