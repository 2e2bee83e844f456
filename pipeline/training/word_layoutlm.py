"""LayoutLM with one position per word instead of one per piece, twice as fast.

A receipt's words are numbers and abbreviations, two to three word pieces each, and all of a
word's pieces have one box. So the pieces are combined into one vector before the first
layer, each by a matrix of its position in the word, and the layers see words.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForTokenClassification,
    LayoutLMConfig,
    LayoutLMForTokenClassification,
)
from transformers.modeling_outputs import TokenClassifierOutput

from pipeline.tagging.encoding import MAX_PIECES_PER_TOKEN

MODEL_TYPE = "word_layoutlm"


class WordLayoutLMConfig(LayoutLMConfig):  # type: ignore[no-untyped-call]
    """LayoutLM's config, plus the number of a word's pieces that are read."""

    model_type = MODEL_TYPE
    word_pieces: int = MAX_PIECES_PER_TOKEN


class Composition(torch.nn.Module):
    """Combines the embeddings of a word's pieces into one vector; initially their scaled mean."""

    def __init__(self, word_pieces: int, width: int) -> None:
        super().__init__()
        self.matrices = torch.nn.Linear(word_pieces * width, width, bias=False)
        self.places = torch.nn.Embedding(word_pieces, width)
        with torch.no_grad():
            self.matrices.weight.copy_(torch.eye(width).repeat(1, word_pieces))
            self.places.weight.zero_()

    def forward(self, pieces: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """``pieces`` (windows, words, pieces, width) and which of them are ``real`` (windows,
        words, pieces) to (windows, words, width)."""
        mask = real.unsqueeze(-1).to(pieces.dtype)
        count = mask.sum(2, keepdim=True).clamp(min=1)
        composed: torch.Tensor = self.matrices(
            ((pieces + self.places.weight) * mask / count.sqrt()).flatten(2)
        )
        return composed


class WordLayoutLMForTokenClassification(  # type: ignore[no-untyped-call]
    LayoutLMForTokenClassification
):
    """One tag per word: ``input_ids`` (windows, words, pieces), ``bbox`` (windows, words, 4)."""

    config_class = WordLayoutLMConfig
    config: WordLayoutLMConfig

    def __init__(self, config: WordLayoutLMConfig) -> None:
        super().__init__(config)
        self.composition = Composition(config.word_pieces, config.hidden_size)
        # The vector of the whole page is unused; without it the model is smaller.
        self.layoutlm.pooler = torch.nn.Identity()  # type: ignore[assignment]

    def forward(
        self,
        input_ids: torch.Tensor,
        bbox: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        **others: Any,
    ) -> TokenClassifierOutput:
        pieces = self.layoutlm.embeddings.word_embeddings(input_ids)
        words = self.composition(pieces, input_ids != self.config.pad_token_id)
        output: TokenClassifierOutput = super().forward(
            inputs_embeds=words, bbox=bbox, attention_mask=attention_mask, **others
        )
        return output


AutoConfig.register(MODEL_TYPE, WordLayoutLMConfig)
AutoModelForTokenClassification.register(WordLayoutLMConfig, WordLayoutLMForTokenClassification)
