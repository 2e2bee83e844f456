"""The transformer tagger on ONNX Runtime: no torch at inference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from pipeline.document import Page
from pipeline.errors import ConfigError
from pipeline.labels import LabelSet, load_label_set
from pipeline.tagging.decoding import Logits, decode
from pipeline.tagging.encoding import Window, best_windows, encode
from pipeline.tagging.types import Tags

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
LABELS_FILE = "labels.yaml"
TAGGER_FILE = "tagger.json"  # window length and stride, temperature


class OnnxTagger:
    """A model folder as ``receipts train`` writes it, ready to tag."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the folder.

        Raises:
            ConfigError: a file is missing or cannot be used; the message names it.
        """
        for name in (MODEL_FILE, TOKENIZER_FILE, LABELS_FILE, TAGGER_FILE):
            if not (folder / name).is_file():
                raise ConfigError(f"{folder}: not a model folder: {name} is missing")
        self.label_set: LabelSet = load_label_set(folder / LABELS_FILE)
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        try:
            settings = json.loads((folder / TAGGER_FILE).read_text(encoding="utf-8"))
            self.name: str = settings["name"]
            self.max_length: int = settings["max_length"]
            self.stride: int = settings["stride"]
            self.temperature: float = settings["temperature"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{folder / TAGGER_FILE}: {error!r}") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )

    def tag(self, pages: Sequence[Page]) -> list[Tags]:
        """Tag every token of every page."""
        return [decode(logits, self.label_set, self.temperature) for logits in self.logits(pages)]

    def logits(self, pages: Sequence[Page]) -> list[Logits]:
        """One array a page, shape (tokens, tags), each token from its best window."""
        return [self._page_logits(page) for page in pages]

    def _page_logits(self, page: Page) -> Logits:
        windows = encode(page, self.tokenizer, self.max_length, self.stride)
        outputs = [self._window_logits(window) for window in windows]
        return merged_logits(windows, outputs, len(page.tokens), len(self.label_set.tags))

    def _window_logits(self, window: Window) -> Logits:
        """First-piece logits, shape (tokens of the window, tags).

        Windows run one at a time: int8 activations are scaled by the largest value of the
        whole batch, so that in a batch a receipt's tags would depend on its neighbours.
        """
        (logits,) = self._session.run(["logits"], model_inputs([window]))
        result: Logits = logits[0, list(window.first_pieces)]
        return result


def merged_logits(
    windows: Sequence[Window], outputs: Sequence[Logits], tokens: int, tags: int
) -> Logits:
    """The page's logits, shape (tokens, tags), each token from its best window.

    Args:
        outputs: of each window, shape (tokens of the window, tags).
    """
    rows = [outputs[number][place] for number, place in best_windows(windows, tokens)]
    return np.stack(rows) if rows else np.zeros((0, tags), np.float32)


def model_inputs(windows: Sequence[Window]) -> dict[str, np.ndarray]:
    """Padded int64: ``input_ids``, ``attention_mask`` (n, length), ``bbox`` (n, length, 4)."""
    length = max(len(window.input_ids) for window in windows)
    input_ids = np.zeros((len(windows), length), np.int64)
    attention_mask = np.zeros((len(windows), length), np.int64)
    bbox = np.zeros((len(windows), length, 4), np.int64)
    for row, window in enumerate(windows):
        size = len(window.input_ids)
        input_ids[row, :size] = window.input_ids
        attention_mask[row, :size] = 1
        bbox[row, :size] = window.bbox
    return {"input_ids": input_ids, "bbox": bbox, "attention_mask": attention_mask}
