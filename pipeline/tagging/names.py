"""The names of models, and where they are; loads nothing."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ConfigError

MODELS = Path(__file__).resolve().parent.parent / "models"
"""The folder of the package's models."""
DEFAULT_MODEL = "receipts-base"
RULES = "rules"
TAGGER_FILE = "tagger.json"
"""A model folder has it; it holds window length and stride, temperature."""
LABELS_FILE = "labels.yaml"


def model_folder(model: str) -> Path:
    """The folder of a model; the rules share the packaged default's labels and parts.

    Raises:
        ConfigError: there is no such model.
    """
    packaged = MODELS / (DEFAULT_MODEL if model == RULES else model)
    folder = packaged if packaged.is_dir() else Path(model)
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in MODELS.iterdir() if path.is_dir()))
        raise ConfigError(f"no model {model!r}: neither a folder nor one of {RULES}, {known}")
    return folder
