"""Load models to fine-tune: four families of layout transformers with a tagging head."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForTokenClassification, PreTrainedModel

from pipeline.errors import ConfigError
from pipeline.labels import LabelSet
from pipeline.tagging.input_format import InputFormat, special_piece
from pipeline.tagging.tokenizer import Tokenizer
from pipeline.training import word_layoutlm

logger = logging.getLogger(__name__)

_FAMILY_NAMES = {
    "bros": "BROS",
    "layoutlm": "LayoutLM",
    "layoutlmv3": "LayoutLMv3",
    "lilt": "LiLT",
    word_layoutlm.MODEL_TYPE: "LayoutLM over words",
}
FAMILIES = tuple(_FAMILY_NAMES)


def load_model(source: str | Path, label_set: LabelSet) -> PreTrainedModel:
    """A model with one output per tag of the label set, ready to train, without dropout.

    Outputs of tags that the source knows keep their weights, so that a label set that adds
    a label to ours starts from all that was learnt; the others are new.

    Args:
        source: a folder of ours or of transformers, or a name on the model hub.

    Raises:
        ConfigError: there is no such model, or it is of no family that we can train.
    """
    tags = label_set.tags
    known = trained_tags(source)
    model = _from_pretrained(
        source, id2label=dict(enumerate(tags)), label2id={tag: i for i, tag in enumerate(tags)}
    )
    if known != tags and set(known) & set(tags):
        _carry_over(_last_layer(_from_pretrained(source)), known, _last_layer(model), tags)
    return model


def trained_tags(source: str | Path) -> tuple[str, ...]:
    """The names of a model's outputs, in order.

    Args:
        source: as for ``load_model``.

    Raises:
        ConfigError: there is no such model, or it is of no family that we can train.
    """
    try:
        config = AutoConfig.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ConfigError(f"init: no model {str(source)!r}: {error}") from error
    if config.model_type not in FAMILIES:
        raise ConfigError(
            f"init: {source} is a {config.model_type!r}; can be trained: {', '.join(FAMILIES)}"
        )
    return tuple(config.id2label[index] for index in sorted(config.id2label))


def _from_pretrained(source: str | Path, **labels: Any) -> PreTrainedModel:
    """The model; weights other than the head's that the source lacks are named in the log."""
    with _load_report_of_transformers_hidden():
        model, loaded = AutoModelForTokenClassification.from_pretrained(
            source,
            **labels,
            ignore_mismatched_sizes=True,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            dtype=torch.float32,
            output_loading_info=True,
        )
    mismatched = [name for name, *_ in loaded["mismatched_keys"]]
    new = [name for name in (*loaded["missing_keys"], *mismatched) if not is_head(name)]
    if new:
        logger.warning(
            "init: %s lacks %d of the weights (%s, …), which start from random numbers",
            source,
            len(new),
            ", ".join(sorted(new)[:3]),
        )
    assert isinstance(model, PreTrainedModel)
    return model


def is_head(name: str) -> bool:
    """Whether a parameter of that name belongs to the output layers."""
    return "classifier" in name


def is_layout_embedding(name: str) -> bool:
    """Whether a parameter of that name embeds the places of boxes, which text models lack."""
    return any(f"{axis}_position_emb" in name for axis in "xyhw")


@contextmanager
def _load_report_of_transformers_hidden() -> Iterator[None]:
    """Hide transformers' warning about a head of another size, which a new label set needs."""

    def is_no_report(record: logging.LogRecord) -> bool:
        return "LOAD REPORT" not in record.getMessage()

    loading = logging.getLogger("transformers.modeling_utils")
    loading.addFilter(is_no_report)
    try:
        yield
    finally:
        loading.removeFilter(is_no_report)


def _last_layer(model: torch.nn.Module) -> torch.nn.Linear:
    head = model.classifier
    layer = head if isinstance(head, torch.nn.Linear) else getattr(head, "out_proj", None)
    assert isinstance(layer, torch.nn.Linear)  # LayoutLMv3 has a head of two layers
    return layer


def _carry_over(
    old: torch.nn.Linear, old_tags: tuple[str, ...], new: torch.nn.Linear, new_tags: tuple[str, ...]
) -> None:
    """Copy the rows of shared tags; the others are made small, so that they do not win."""
    with torch.no_grad():
        new.weight.normal_(std=0.02)
        new.bias.zero_()
        for row, tag in enumerate(new_tags):
            if tag in old_tags:
                new.weight[row] = old.weight[old_tags.index(tag)]
                new.bias[row] = old.bias[old_tags.index(tag)]


def input_format(model: PreTrainedModel, tokenizer: Tokenizer) -> InputFormat:
    """The input format of the model's family."""
    config = model.config
    return InputFormat(
        pad=special_piece(tokenizer, "pad"),
        start=special_piece(tokenizer, "start"),
        end=special_piece(tokenizer, "end"),
        word_pieces=getattr(config, "word_pieces", 0),
        unit_boxes=config.model_type == "bros",
        image_side=config.input_size if config.model_type == "layoutlmv3" else 0,
    )


def architecture_of(model: PreTrainedModel) -> str:
    """The family and its size, in words."""
    config = model.config
    millions = sum(parameter.numel() for parameter in model.parameters()) / 1e6
    return (
        f"{_FAMILY_NAMES[config.model_type]}, {config.num_hidden_layers} layers, "
        f"{config.hidden_size} wide, {millions:.1f} million parameters"
    )
