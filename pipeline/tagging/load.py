"""Load taggers by name: the packaged default, the rule baseline, or a model folder."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.labels import load_label_set
from pipeline.tagging.names import DEFAULT_MODEL, MODELS, RULES
from pipeline.tagging.onnx import LABELS_FILE, OnnxTagger
from pipeline.tagging.types import Tagger


def load_tagger(model: str = DEFAULT_MODEL, threads: int = 1) -> Tagger:
    """Load the tagger named ``model``: ``rules``, a packaged model, or a folder's path.

    Raises:
        ConfigError: there is no such model, or its folder is incomplete.
    """
    if model == RULES:
        from pipeline.tagging.rules import RuleTagger

        return RuleTagger(load_label_set(model_folder(model) / LABELS_FILE))
    return OnnxTagger(model_folder(model), threads)


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
