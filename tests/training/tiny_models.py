"""Models of every family with random weights, saved as a hub's folder would be."""

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BrosConfig,
    BrosForTokenClassification,
    LayoutLMConfig,
    LayoutLMForTokenClassification,
    LayoutLMv3Config,
    LayoutLMv3ForTokenClassification,
    LiltConfig,
    LiltForTokenClassification,
)

from pipeline.training.word_layoutlm import (
    WordLayoutLMConfig,
    WordLayoutLMForTokenClassification,
)

SIZE = {
    "vocab_size": 300,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 140,
}
ROBERTA = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
FAMILIES = {
    "layoutlm": lambda: LayoutLMForTokenClassification(LayoutLMConfig(**SIZE)),
    "word_layoutlm": lambda: WordLayoutLMForTokenClassification(WordLayoutLMConfig(**SIZE)),
    "bros": lambda: BrosForTokenClassification(BrosConfig(**SIZE)),
    "lilt": lambda: LiltForTokenClassification(
        LiltConfig(**{**SIZE, **ROBERTA, "hidden_size": 48}, channel_shrink_ratio=2)
    ),
    "layoutlmv3": lambda: LayoutLMv3ForTokenClassification(
        LayoutLMv3Config(
            **SIZE, **ROBERTA, coordinate_size=11, shape_size=10, input_size=32, patch_size=16
        )
    ),
}


def bert_tokenizer():
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    characters = [chr(code) for code in range(33, 127)]
    pieces = special + characters + [f"##{character}" for character in characters]
    tokenizer = Tokenizer(
        models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def roberta_tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *alphabet]
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(pieces)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


def saved_model(family, folder):
    torch.manual_seed(0)
    FAMILIES[family]().save_pretrained(folder)
    roberta = family in ("lilt", "layoutlmv3")
    (roberta_tokenizer() if roberta else bert_tokenizer()).save(str(folder / "tokenizer.json"))
    return folder
