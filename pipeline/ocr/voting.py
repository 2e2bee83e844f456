"""Combine several readings of a line: by voting, weighted by confidence, or the better of two.

What was read otherwise stays with the words (``ReadWord.readings``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.readings import pooled

_SAME_PLACE = 0.3  # words that overlap by this share of the shorter one compete
_NO_AMOUNT_WEIGHT = 0.3  # weight of a reading without an amount, if another has one
_EMPTY_CONFIDENCE = 0.2  # of a reading without words at a place
_AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


def voted(readings: Sequence[Sequence[ReadWord]]) -> tuple[ReadWord, ...]:
    """The words of a line, from left to right.

    At each place the text wins whose readings have the highest confidence together; its
    confidence becomes their share of all readings, so that disagreement shows. The texts that
    lose are readings of its words, with their share of the votes.

    Args:
        readings: of one line, each from left to right.
    """
    return tuple(word for place in _places(readings) for word in _winner(place))


def better_of(first: ReadLine, second: ReadLine, least: float = 0.0) -> ReadLine:
    """Of two readings of one line the one with the higher confidence, the first if they are equal.
    A reading without an amount counts less if the other has one.

    What the other reading saw instead of its words is among their readings. Where it saw another
    number, their confidence falls to its share of both, but not below ``least``.
    """
    better, other = (
        (second, first) if _weight(second, first) > _weight(first, second) else (first, second)
    )
    words: list[ReadWord] = []
    for chosen, others in _places((better.words, other.words)):
        both = [(_confidence(one), one) for one in (chosen, others)]
        pooled_words = pooled(chosen, both)
        if others and _numbers(chosen) != _numbers(others):
            share = both[0][0] / (both[0][0] + both[1][0])
            pooled_words = [_disputed(word, share, least) for word in pooled_words]
        words += pooled_words
    return replace(better, words=tuple(words))


def _weight(line: ReadLine, other: ReadLine) -> float:
    doubted = _has_amount(other.words) and not _has_amount(line.words)
    return line.confidence * (_NO_AMOUNT_WEIGHT if doubted else 1.0)


def holds_amount(text: str) -> bool:
    return _AMOUNT.search(text) is not None


def _has_amount(words: Sequence[ReadWord]) -> bool:
    return any(holds_amount(word.text) for word in words)


def _numbers(words: Sequence[ReadWord]) -> list[str]:
    return [number for word in words for number in _NUMBER.findall(word.text)]


def _disputed(word: ReadWord, share: float, least: float) -> ReadWord:
    lowered = max(word.confidence * share, min(word.confidence, least))
    return replace(word, confidence=lowered)


Place = list[list[ReadWord]]
"""The words that stand in one place, by reading."""


def _places(readings: Sequence[Sequence[ReadWord]]) -> list[Place]:
    """The parts of the line between cuts that no word of any reading crosses."""
    entries = [(word, reading) for reading, words in enumerate(readings) for word in words]
    groups: list[list[tuple[ReadWord, int]]] = []
    for entry in sorted(entries, key=lambda entry: entry[0].start):
        touched = [g for g in groups if any(_overlap(entry[0], word) for word, _ in g)]
        groups = [group for group in groups if group not in touched]
        groups.append([other for group in touched for other in group] + [entry])
    groups.sort(key=lambda group: min(word.start for word, _ in group))
    return [
        [[word for word, by in group if by == reading] for reading in range(len(readings))]
        for group in groups
    ]


def _overlap(one: ReadWord, other: ReadWord) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > _SAME_PLACE * min(one.end - one.start, other.end - other.start)


def _winner(place: Place) -> list[ReadWord]:
    amount_seen = any(map(_has_amount, place))
    votes: dict[tuple[str, ...], float] = {}
    confidences: dict[tuple[str, ...], float] = {}
    weights = []
    for words in place:
        texts = tuple(word.text for word in words)
        confidence = _confidence(words)
        doubted = amount_seen and words and not _has_amount(words)
        weights.append(confidence * (_NO_AMOUNT_WEIGHT if doubted else 1.0))
        votes[texts] = votes.get(texts, 0.0) + weights[-1]
        confidences[texts] = confidences.get(texts, 0.0) + confidence
    best = max(votes, key=lambda texts: votes[texts])
    words = next(words for words in place if tuple(word.text for word in words) == best)
    confidence = confidences[best] / len(place)
    words = pooled(words, list(zip(weights, place, strict=True)))
    return [replace(word, confidence=confidence) for word in words]


def _confidence(words: Sequence[ReadWord]) -> float:
    """The mean over the characters."""
    if not words:
        return _EMPTY_CONFIDENCE
    characters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / characters
