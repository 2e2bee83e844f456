"""The transformer tagger on ONNX Runtime: no torch at inference."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from pipeline.document import Page
from pipeline.errors import ConfigError
from pipeline.labels import LabelSet, load_label_set
from pipeline.onnx_session import LOAD_ERRORS, open_session
from pipeline.tagging.decoding import Logits, decode
from pipeline.tagging.encoding import Window, best_windows, encode
from pipeline.tagging.input_format import InputFormat, special_piece
from pipeline.tagging.inputs import Pixels, model_inputs, picture, token_places
from pipeline.tagging.names import LABELS_FILE as LABELS_FILE
from pipeline.tagging.names import TAGGER_FILE
from pipeline.tagging.shared_weights import SOURCES_FILE, int8_weights
from pipeline.tagging.tokenizer import Tokenizer, load_tokenizer
from pipeline.tagging.types import Tags

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"


class OnnxTagger:
    """A tagger from a model folder written by ``receipts train``."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the folder.

        Raises:
            ConfigError: a file is missing or cannot be used; the message names it.
        """
        for name in (MODEL_FILE, TOKENIZER_FILE, LABELS_FILE, TAGGER_FILE):
            if not (folder / name).is_file():
                raise ConfigError(f"{folder}: not a model folder: {name} is missing")
        self.folder: Path | None = folder
        self.label_set: LabelSet = load_label_set(folder / LABELS_FILE)
        self.tokenizer = load_tokenizer(folder / TOKENIZER_FILE)
        try:
            settings = json.loads((folder / TAGGER_FILE).read_text(encoding="utf-8"))
            self.name: str = settings["name"]
            self.max_length: int = settings["max_length"]
            self.stride: int = settings["stride"]
            self.temperature: float = settings["temperature"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{folder / TAGGER_FILE}: {error!r}") from error
        self._session = _session(folder, threads)
        self._names = [entry.name for entry in self._session.get_inputs()]
        self.inputs = _input_format(self._session, self.tokenizer)

    @property
    def reads_images(self) -> bool:
        return self.inputs.image_side > 0

    def tag(
        self, pages: Sequence[Page], images: Sequence[Image.Image | None] | None = None
    ) -> list[Tags]:
        """Tag all tokens of all pages; only some models use the images."""
        return [
            decode(logits, self.label_set, self.temperature)
            for logits in self.logits(pages, images)
        ]

    def logits(
        self, pages: Sequence[Page], images: Sequence[Image.Image | None] | None = None
    ) -> list[Logits]:
        """One array per page, shape (tokens, tags), each token from its best window."""
        seen = images or [None] * len(pages)
        return [self._page_logits(page, image) for page, image in zip(pages, seen, strict=True)]

    def _page_logits(self, page: Page, image: Image.Image | None) -> Logits:
        windows = encode(page, self.tokenizer, self.inputs, self.max_length, self.stride)
        side = self.inputs.image_side
        pictures = [picture(image, side)] if side else []
        outputs = [self._window_logits(window, pictures) for window in windows]
        return merged_logits(windows, outputs, len(page.tokens), len(self.label_set.tags))

    def _window_logits(self, window: Window, pictures: Sequence[Pixels]) -> Logits:
        """Logits, shape (tokens of the window, tags).

        Windows run one at a time, so that a receipt's tags cannot depend on its neighbours.
        """
        arrays = model_inputs([window], self.inputs, pictures)
        (logits,) = self._session.run(["logits"], {name: arrays[name] for name in self._names})
        result: Logits = logits[0, token_places(window, self.inputs)]
        return result


def _session(folder: Path, threads: int) -> onnxruntime.InferenceSession:
    try:
        weights = int8_weights(folder)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{folder}: weights cannot be read: {error}") from error
    try:
        return open_session(str(folder / MODEL_FILE), threads, weights)
    except LOAD_ERRORS as error:
        # A graph that needs the file names it; others have their own weights.
        if not weights and SOURCES_FILE in str(error):
            raise ConfigError(f"{folder}: not a model folder: {SOURCES_FILE} is missing") from error
        raise ConfigError(f"{folder / MODEL_FILE}: {error}") from error


def _input_format(session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> InputFormat:
    """The input format that the graph declares."""
    wanted = {entry.name: entry for entry in session.get_inputs()}
    shape = wanted["input_ids"].shape
    return InputFormat(
        pad=special_piece(tokenizer, "pad"),
        start=special_piece(tokenizer, "start"),
        end=special_piece(tokenizer, "end"),
        word_pieces=shape[2] if len(shape) == 3 else 0,
        unit_boxes=wanted["bbox"].type == "tensor(float)",
        image_side=wanted["pixel_values"].shape[-1] if "pixel_values" in wanted else 0,
    )


def merged_logits(
    windows: Sequence[Window], outputs: Sequence[Logits], tokens: int, tags: int
) -> Logits:
    """The page's logits, shape (tokens, tags), each token from its best window.

    Args:
        outputs: of each window, shape (tokens of the window, tags).
    """
    rows = [outputs[number][place] for number, place in best_windows(windows, tokens)]
    return np.stack(rows) if rows else np.zeros((0, tags), np.float32)
