"""The torch model behind the tagger's interface, for scoring during training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from pipeline.document import Page
from pipeline.labels import LabelSet
from pipeline.tagging.decoding import Logits, decode
from pipeline.tagging.encoding import Window
from pipeline.tagging.input_format import InputFormat
from pipeline.tagging.inputs import Pixels, model_inputs, token_places
from pipeline.tagging.onnx import merged_logits
from pipeline.tagging.types import Tags
from pipeline.training.examples import PageEncoder


@dataclass(frozen=True, slots=True)
class TorchTagger:
    """Tags like ``OnnxTagger``, with a torch model in or after training."""

    model: torch.nn.Module
    encoder: PageEncoder
    name: str = "torch"

    @property
    def label_set(self) -> LabelSet:
        return self.encoder.label_set

    @property
    def reads_images(self) -> bool:
        return self.encoder.wanted.image_side > 0

    @property
    def folder(self) -> None:
        return None

    def tag(
        self, pages: Sequence[Page], images: Sequence[Image.Image | None] | None = None
    ) -> list[Tags]:
        """Tag all tokens of all pages; the model's training mode is unchanged afterwards."""
        training = self.model.training
        self.model.train(False)
        seen = images or [None] * len(pages)
        logits = [self._page_logits(*pair) for pair in zip(pages, seen, strict=True)]
        self.model.train(training)
        return [decode(of_page, self.label_set) for of_page in logits]

    def _page_logits(self, page: Page, image: Image.Image | None) -> Logits:
        windows = self.encoder.windows(page)
        outputs = [
            window_logits(self.model, window, self.encoder.wanted, self.encoder.picture(image))
            for window in windows
        ]
        return merged_logits(windows, outputs, len(page.tokens), len(self.label_set.tags))


def window_logits(
    model: torch.nn.Module, window: Window, wanted: InputFormat, picture: Pixels | None = None
) -> Logits:
    """Logits of one window, shape (tokens, tags)."""
    arrays = model_inputs([window], wanted, [] if picture is None else [picture])
    feed = {name: torch.from_numpy(array) for name, array in arrays.items()}
    with torch.no_grad():
        logits = model(**feed).logits[0, token_places(window, wanted)]
    result: Logits = logits.float().numpy().astype(np.float32)
    return result
