"""The model as torch computes it, behind the tagger's interface: scores during training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from pipeline.document import Page
from pipeline.labels import LabelSet
from pipeline.tagging.decoding import Logits, decode
from pipeline.tagging.encoding import Window, encode
from pipeline.tagging.onnx import merged_logits, model_inputs
from pipeline.tagging.types import Tags


@dataclass(frozen=True, slots=True)
class TorchTagger:
    """Tags as ``OnnxTagger`` does, from the torch model that was or is being trained."""

    model: torch.nn.Module
    tokenizer: Tokenizer
    label_set: LabelSet
    max_length: int
    stride: int
    name: str = "torch"

    def tag(self, pages: Sequence[Page]) -> list[Tags]:
        """Tag every token of every page; the model's training mode is left as it was."""
        training = self.model.training
        self.model.train(False)
        tags = [decode(self._page_logits(page), self.label_set) for page in pages]
        self.model.train(training)
        return tags

    def _page_logits(self, page: Page) -> Logits:
        windows = encode(page, self.tokenizer, self.max_length, self.stride)
        outputs = [window_logits(self.model, window) for window in windows]
        return merged_logits(windows, outputs, len(page.tokens), len(self.label_set.tags))


def window_logits(model: torch.nn.Module, window: Window) -> Logits:
    """First-piece logits of one window, shape (tokens, tags)."""
    feed = {name: torch.from_numpy(array) for name, array in model_inputs([window]).items()}
    with torch.no_grad():
        logits = model(**feed).logits[0, list(window.first_pieces)]
    result: Logits = logits.float().numpy().astype(np.float32)
    return result
