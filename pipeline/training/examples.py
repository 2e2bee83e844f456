"""Convert annotated pages to training examples and mix them for a stage."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch.utils.data import Dataset

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.ocr_tokens import upright_image
from pipeline.data.parts import Part
from pipeline.document import Page
from pipeline.labels import OUTSIDE, LabelSet, ValueType
from pipeline.progress import Progress
from pipeline.synthetic.augmentation.augment import augment, words_by_label
from pipeline.synthetic.augmentation.ocr_errors import add_ocr_noise
from pipeline.synthetic.augmentation.other_names import names_of, with_another_name
from pipeline.synthetic.generate import draw_annotated
from pipeline.tagging.encoding import Window, encode
from pipeline.tagging.input_format import InputFormat
from pipeline.tagging.inputs import Pixels, model_inputs, picture, token_places
from pipeline.tagging.tokenizer import Tokenizer
from pipeline.training.config import Stage
from pipeline.training.corpus import Corpus
from pipeline.training.loss import allowed_tags, label_weights
from pipeline.training.progress import no_progress, tracked

_PIECES_PER_TOKEN = 3  # about
_RENAMED = 0.3  # of the augmented pages


def stage_pages(
    stage: Stage, corpus: Corpus, progress: Progress = no_progress
) -> tuple[list[AnnotatedPage], list[AnnotatedPage]]:
    """A stage's real pages, each repeated by its source's weight, and its synthetic ones."""
    real: list[AnnotatedPage] = []
    for name, weight in stage.sources.items():
        real += list(corpus.pages[Part.TRAIN][name]) * weight
    if stage.drawn is None:
        return real, []
    wanted = stage.drawn
    drawn = draw_annotated(wanted.count, wanted.seed, wanted.tickets, wanted.further)
    what = f"drawing receipts of stage {stage.name}"
    return real, list(tracked(drawn, wanted.count, what, progress))


@dataclass(frozen=True, slots=True)
class Example:
    """One window: for each of its tokens the tags that the truth allows and its weight in the loss,
    and the page's picture if the model uses it."""

    window: Window
    allowed: list[list[float]]
    weights: list[float]
    picture: Pixels | None


@dataclass(frozen=True, slots=True)
class PageEncoder:
    """Converts pages to one model's inputs, and examples to batches."""

    tokenizer: Tokenizer
    wanted: InputFormat
    label_set: LabelSet
    max_length: int
    stride: int

    def windows(self, page: Page) -> list[Window]:
        return encode(page, self.tokenizer, self.wanted, self.max_length, self.stride)

    def picture(self, image: Image.Image | None) -> Pixels | None:
        """The page's picture as model input, ``None`` if the model does not use it."""
        return picture(image, self.wanted.image_side) if self.wanted.image_side else None

    def collate(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """Pad to a batch: model inputs, ``allowed`` of shape (windows, positions, tags) and
        ``weights`` of shape (windows, positions)."""
        pictures = [example.picture for example in examples if example.picture is not None]
        arrays = model_inputs([example.window for example in examples], self.wanted, pictures)
        batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
        positions = batch["attention_mask"].shape
        allowed = torch.zeros((*positions, len(self.label_set.tags)))
        weights = torch.zeros(positions)
        for row, example in enumerate(examples):
            places = token_places(example.window, self.wanted)
            allowed[row, places] = torch.tensor(example.allowed)
            weights[row, places] = torch.tensor(example.weights)
        return {**batch, "allowed": allowed, "weights": weights}


class PageExamples(Dataset[Example]):
    """One random window of each page, augmented anew each time the page is used.

    What comes of it depends on the seed, the page and how often it was seen, not on a global
    state, so that a resumed run sees what an uninterrupted one would.
    """

    def __init__(
        self,
        pages: Sequence[tuple[AnnotatedPage, float]],
        encoder: PageEncoder,
        stage: Stage,
        seed: int,
    ) -> None:
        """``pages``: each with its probability of OCR noise, 0 to 1."""
        self._pages, self._encoder, self._seed = list(pages), encoder, seed
        self._variation = stage.variation
        label_set = encoder.label_set
        names = [label.name for label in label_set.labels if label.type is ValueType.TEXT]
        self._words = words_by_label((page for page, _ in pages), names)
        self._names = names_of(page for page, _ in pages)
        self._weights = label_weights((page for page, _ in pages), label_set, stage.balance)
        self.lengths = [self._approximate_length(page) for page, _ in self._pages]
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._pages)

    def __getitem__(self, index: int) -> Example:
        rng = random.Random(f"{self._seed}/{self.epoch}/{index}")
        page, chance = self._pages[index]
        if rng.random() < self._variation:
            page = augment(page, self._words, rng)
            if rng.random() < _RENAMED:
                page = with_another_name(page, self._names, rng)
        if rng.random() < chance:
            page = add_ocr_noise(page, rng)
        window = rng.choice(self._encoder.windows(page.page))
        rows = allowed_tags(page, self._encoder.label_set)
        looks = self._encoder.wanted.image_side > 0
        image = upright_image(page, page.page.rotation) if looks else None
        tags = [page.tags[token] for token in window.tokens]
        return Example(
            window,
            allowed=[rows[token] for token in window.tokens],
            weights=[self._weights.get(tag, self._weights[OUTSIDE]) for tag in tags],
            picture=self._encoder.picture(image),
        )

    def _approximate_length(self, page: AnnotatedPage) -> int:
        positions = self._encoder.wanted.positions(_PIECES_PER_TOKEN) * len(page.page.tokens)
        return min(self._encoder.max_length, positions + 2)
