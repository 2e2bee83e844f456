"""Load taggers by name: the packaged default, the rule baseline, or a model folder."""

from __future__ import annotations

from pipeline.labels import load_label_set
from pipeline.tagging.names import DEFAULT_MODEL, LABELS_FILE, RULES
from pipeline.tagging.names import model_folder as model_folder
from pipeline.tagging.onnx import OnnxTagger
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
