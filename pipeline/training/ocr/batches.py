"""Batches of training lines: lines of similar width from one source, with noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.quads import Pixels
from pipeline.training.ocr.corpus import SourceLines
from pipeline.training.ocr.line import Line
from pipeline.training.ocr.reading import by_width, emitted, greedy_text, padded_batch
from pipeline.training.ocr.transcripts import Style

_SURE = 0.9  # the least confidence of a character in an easy line


@dataclass(frozen=True, slots=True)
class Batch:
    """``pictures`` is the network's input; ``lines`` has a row of it each."""

    source: str
    lines: Sequence[Line]
    pictures: NDArray[np.float32]


class Batches:
    """The batch of each step. It depends on seed and step alone, so a run that is resumed gets
    the batches that it would have got."""

    def __init__(
        self,
        sources: Mapping[str, SourceLines],
        characters: Sequence[str],
        size: int,
        easy: float,
        seed: int,
    ) -> None:
        self._sources = {name: source for name, source in sources.items() if source.train}
        self._chances = {
            name: np.array(
                [easy if _is_easy(line, source.style, characters) else 1.0 for line in source.train]
            )
            for name, source in self._sources.items()
        }
        self._size = size
        self._seed = seed
        weights = np.array([source.weight for source in self._sources.values()])
        self._shares = weights / weights.sum()
        self._epochs = dict.fromkeys(self._sources, 0)
        self._chunks: dict[str, list[list[int]]] = {name: [] for name in self._sources}
        self._next = 0

    def of_step(self, step: int) -> Batch:
        """The batch of a step, counted from 0.

        Raises:
            ValueError: an earlier step than that of the last call.
        """
        if step < self._next:
            raise ValueError("steps are asked for in ascending order")
        while self._next < step:
            self._take(self._source(self._next))
            self._next += 1
        name = self._source(step)
        chunk = self._take(name)
        self._next += 1
        rng = np.random.default_rng([self._seed, step, 1])
        lines = [self._sources[name].train[index] for index in chunk]
        return Batch(name, lines, padded_batch([noisy(line.picture, rng) for line in lines]))

    def _source(self, step: int) -> str:
        rng = np.random.default_rng([self._seed, step, 0])
        return str(rng.choice(list(self._sources), p=self._shares))

    def _take(self, name: str) -> list[int]:
        """The lines of a source's next batch; each epoch chooses and mixes its lines anew."""
        while not self._chunks[name]:
            rng = np.random.default_rng([self._seed, self._epochs[name], 2])
            self._epochs[name] += 1
            lines, chances = self._sources[name].train, self._chances[name]
            order = rng.permutation(np.flatnonzero(rng.random(len(lines)) < chances))
            pictures = [lines[index].picture for index in order]
            chunks = [[int(order[i]) for i in chunk] for chunk in by_width(pictures, self._size)]
            self._chunks[name] = [chunks[index] for index in rng.permutation(len(chunks))]
        return self._chunks[name].pop()


def _is_easy(line: Line, style: Style, characters: Sequence[str]) -> bool:
    """Whether the original network reads the line right and with high confidence."""
    best = line.original.classes[:, 0]
    sure = line.original.probabilities[emitted(best), 0].min(initial=1.0) >= _SURE
    return bool(sure) and style.plain(greedy_text(best, characters)) == style.plain(line.text)


def noisy(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """The picture with other contrast, blur, sensor noise or a shift by a pixel or two, or as it
    is."""
    changed = picture.astype(np.float32)
    if rng.random() < 0.4:
        changed = np.roll(changed, int(rng.integers(-2, 3)), axis=0)
    if rng.random() < 0.5:
        changed = (changed - 127.5) * rng.uniform(0.6, 1.1) + 127.5 + rng.uniform(-20, 20)
    if rng.random() < 0.25:
        changed = np.asarray(cv2.GaussianBlur(changed, (0, 0), rng.uniform(0.4, 1.2)), np.float32)
    if rng.random() < 0.25:
        grain = rng.standard_normal((*changed.shape[:2], 1), dtype=np.float32)
        changed = changed + rng.uniform(2, 16) * grain
    return np.asarray(np.clip(changed, 0, 255), np.uint8)
