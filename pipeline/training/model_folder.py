"""Write the model folder that inference and further training read."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from pipeline.data.part_sizes import size_of
from pipeline.data.parts import PARTS_FILE, Part
from pipeline.evaluation.tags import scores_by_source
from pipeline.labels import LabelSet, save_label_set
from pipeline.page_reader import PageReader
from pipeline.tagging.names import TAGGER_FILE
from pipeline.tagging.onnx import LABELS_FILE, MODEL_FILE, TOKENIZER_FILE, OnnxTagger
from pipeline.tagging.tokenizer import load_tokenizer
from pipeline.training.calibrate import fit_temperature, write_calibration
from pipeline.training.card import model_card
from pipeline.training.config import TrainConfig
from pipeline.training.corpus import Corpus
from pipeline.training.export import export_onnx
from pipeline.training.model import architecture_of, input_format, load_model
from pipeline.training.reference import write_model_reference
from pipeline.training.share_weights import share_weights
from pipeline.training.start_model import start_calibration, start_parts, start_temperature

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WrittenModel:
    """A finished model folder.

    Attributes:
        scores: source to scores on held-out receipts, as ``scores_by_source`` gives them.
    """

    folder: Path
    scores: Mapping[str, Mapping[str, Any]]


def write_model(
    config: TrainConfig, label_set: LabelSet, trained: Path, corpus: Corpus, engine: PageReader
) -> WrittenModel:
    """Write the files that inference and further training need."""
    output = config.output
    logger.info("writing %s: export, calibration, scores on held-out receipts", output)
    output.mkdir(parents=True, exist_ok=True)
    model = load_model(trained, label_set)
    tokenizer = load_tokenizer(trained / TOKENIZER_FILE)
    # Half the size; the rounding is far below what a training step changes.
    model.load_state_dict(_in_half(model.state_dict()))
    model.save_pretrained(output, state_dict=_in_half(model.state_dict()))
    export_onnx(model, input_format(model, tokenizer), output / MODEL_FILE)
    share_weights(output / MODEL_FILE)
    shutil.copy(trained / TOKENIZER_FILE, output / TOKENIZER_FILE)
    save_label_set(label_set, output / LABELS_FILE)
    corpus.write_parts(output / PARTS_FILE, start_parts(config.init))
    resolved = json.dumps(resolved_config(config), indent=2)
    (output / "training.json").write_text(resolved + "\n", encoding="utf-8")
    _write_tagger_settings(config, output, start_temperature(config.init))
    if development := corpus.all_of(Part.DEVELOPMENT):
        temperature = fit_temperature(OnnxTagger(output), development)
        _write_tagger_settings(config, output, temperature)
    published = corpus.published(Part.DEVELOPMENT)
    calibration = write_calibration(output, published, engine, start_calibration(config.init))
    write_model_reference(output, published, engine)
    scores = scores_by_source(OnnxTagger(output), corpus.all_of(Part.HELD_OUT))
    sizes = {part: size_of(corpus.published(part)) for part in Part}
    card = model_card(config, label_set, architecture_of(model), sizes, scores, calibration)
    (output / "README.md").write_text(card, encoding="utf-8")
    return WrittenModel(output, scores)


def resolved_config(config: TrainConfig) -> dict[str, Any]:
    """All settings of a run as plain values, without local paths."""
    return config.model_dump(mode="json", exclude={"output", "ocr_cache", "label_set", "parts"})


def _in_half(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.to(torch.float16) for name, tensor in state.items()}


def _write_tagger_settings(config: TrainConfig, output: Path, temperature: float) -> None:
    settings = {
        "name": config.name,
        "max_length": config.max_length,
        "stride": config.stride,
        "temperature": temperature,
    }
    (output / TAGGER_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
