"""The texts that were held possible for a word: distributions, and what several readings say
together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.document import Reading
from pipeline.ocr.page_reading import ReadWord

MOST_READINGS = 10
LEAST_READING = 0.0001
"""Probability; readings below it are left out."""


def normalised(weights: Mapping[str, float], text: str) -> tuple[Reading, ...]:
    """The heaviest texts as readings whose probabilities sum to 1, the likeliest first.

    Args:
        text: the word as it was read, which is always among them.

    Returns:
        None if no other text is possible.
    """
    most = sum(weights.values())
    ranked = sorted(weights, key=lambda word: -weights[word])
    kept = [word for word in ranked if weights[word] >= LEAST_READING * most][:MOST_READINGS]
    if set(kept) <= {text}:
        return ()
    possible = {word: weights[word] for word in kept}
    possible.setdefault(text, max(weights.get(text, 0.0), LEAST_READING * most))
    total = sum(possible.values())
    return tuple(Reading(word, round(weight / total, 5)) for word, weight in possible.items())


def pooled(
    chosen: Sequence[ReadWord], everything: Sequence[tuple[float, Sequence[ReadWord]]]
) -> list[ReadWord]:
    """The chosen words of one place with the readings of everything that was read there.

    Args:
        everything: the words of each reading of the place, the chosen ones among them, with the
            reading's weight. Of other numbers of words only those that make up a single word
            are counted.
    """
    if len(chosen) == 1:
        comparable = [(weight, [_as_one(words)]) for weight, words in everything if words]
    else:
        comparable = [
            (weight, [_possible(word) for word in words])
            for weight, words in everything
            if len(words) == len(chosen)
        ]
    pooled_words = []
    for place, word in enumerate(chosen):
        weights: defaultdict[str, float] = defaultdict(float)
        for weight, possible in comparable:
            for text, probability in possible[place].items():
                weights[text] += weight * probability
        pooled_words.append(replace(word, readings=normalised(weights, word.text)))
    return pooled_words


def _possible(word: ReadWord) -> dict[str, float]:
    return {one.text: one.probability for one in word.readings} or {word.text: 1.0}


def _as_one(words: Sequence[ReadWord]) -> dict[str, float]:
    """The readings of one word, or several words joined."""
    return _possible(words[0]) if len(words) == 1 else {"".join(word.text for word in words): 1.0}
