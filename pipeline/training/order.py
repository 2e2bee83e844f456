"""The order of pages in an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import torch
from torch.utils.data import Sampler
from transformers.trainer_pt_utils import get_length_grouped_indices

from pipeline.training.examples import PageExamples


class EpochOrder(Sampler[int]):
    """Shuffles each epoch anew, with pages of similar length in one batch.

    The order depends on the seed and the epoch alone, not on a generator that has come from
    epoch to epoch, so that a resumed run has the order of an uninterrupted one.
    """

    def __init__(self, examples: PageExamples, batch_size: int, seed: int) -> None:
        self._examples, self._batch_size, self._seed = examples, batch_size, seed

    def __len__(self) -> int:
        return len(self._examples)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(1_000_003 * self._examples.epoch + self._seed)
        lengths = self._examples.lengths
        order = get_length_grouped_indices(lengths, self._batch_size, generator=generator)  # type: ignore[no-untyped-call]
        return iter(cast(list[int], order))
