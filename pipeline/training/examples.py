"""Annotated pages to training examples: what a stage's mixture is made of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch.utils.data import Dataset

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.parts import Part
from pipeline.data.synthetic.corrupt import add_ocr_noise
from pipeline.data.synthetic.generate import draw_annotated
from pipeline.labels import LabelSet
from pipeline.tagging.encoding import Window, encode
from pipeline.tagging.onnx import model_inputs
from pipeline.training.config import Stage
from pipeline.training.corpus import Corpus
from pipeline.training.loss import allowed_tags


def stage_pages(stage: Stage, corpus: Corpus) -> tuple[list[AnnotatedPage], list[AnnotatedPage]]:
    """A stage's real pages, each as often as its source's weight says, and its drawn ones."""
    real: list[AnnotatedPage] = []
    for name, weight in stage.sources.items():
        real += corpus.pages[Part.TRAIN][name] * weight
    drawn = list(draw_annotated(stage.drawn.count, stage.drawn.seed)) if stage.drawn else []
    return real, drawn


@dataclass(frozen=True, slots=True)
class Example:
    """One window and, for each of its tokens, which tags the truth allows."""

    window: Window
    allowed: list[list[float]]


class PageExamples(Dataset[Example]):
    """One random window of each page, with fresh noise every time a page is seen.

    ``noise`` is each page's chance of meeting it, 0 to 1. What comes of it depends on the
    seed, the page and how often it was seen, not on a global state, so that a resumed run
    sees what an uninterrupted one would.
    """

    def __init__(
        self,
        pages: Sequence[AnnotatedPage],
        noise: Sequence[float],
        label_set: LabelSet,
        tokenizer: Tokenizer,
        max_length: int,
        stride: int,
        seed: int,
    ) -> None:
        self._tokenizer, self._max_length, self._stride = tokenizer, max_length, stride
        self._label_set, self._seed = label_set, seed
        self._pages = list(pages)
        self._noise = list(noise)
        self.lengths = [self._approximate_length(page) for page in self._pages]
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._pages)

    def __getitem__(self, index: int) -> Example:
        rng = random.Random(f"{self._seed}/{self.epoch}/{index}")
        page = self._pages[index]
        if rng.random() < self._noise[index]:
            page = add_ocr_noise(page, rng)
        windows = encode(page.page, self._tokenizer, self._max_length, self._stride)
        window = rng.choice(windows)
        rows = allowed_tags(page, self._label_set)
        return Example(window, [rows[token] for token in window.tokens])

    def _approximate_length(self, page: AnnotatedPage) -> int:
        return min(self._max_length, 3 * len(page.page.tokens) + 2)


def collate(examples: Sequence[Example]) -> dict[str, torch.Tensor]:
    """Pad to a batch: model inputs and ``allowed`` of shape (windows, pieces, tags)."""
    batch = {
        name: torch.from_numpy(array)
        for name, array in model_inputs([example.window for example in examples]).items()
    }
    tags = len(examples[0].allowed[0])
    allowed = torch.zeros((*batch["input_ids"].shape, tags))
    for row, example in enumerate(examples):
        allowed[row, list(example.window.first_pieces)] = torch.tensor(example.allowed)
    return {**batch, "allowed": allowed}
