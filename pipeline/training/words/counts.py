"""From counted words to a ``WordModel``: interpolated n-grams (Witten and Bell 1991), known words
with their frequencies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from pipeline.ocr.words.model import WORD, WordModel, hashed, marked, plain

ORDER = 6
MOST_GRAMS = 400_000
MOST_WORDS = 200_000
_LEAST_COUNT = 1.5  # n-grams that are rarer are left out
_LEAST_CHARACTER = 0.5  # added to the count of every character


def words_in(texts: Mapping[str, float]) -> dict[str, float]:
    """The words of letters in counted texts, in small letters, with their counts."""
    counts: defaultdict[str, float] = defaultdict(float)
    for text, count in texts.items():
        for word in WORD.findall(plain(text)):
            counts[word] += count
    return dict(counts)


def mixture(sources: Iterable[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """Counted texts of several sources as one distribution, each source with its share."""
    mixed: defaultdict[str, float] = defaultdict(float)
    for share, counts in sources:
        total = sum(counts.values())
        for text, count in counts.items():
            mixed[text] += share * count / total
    return dict(mixed)


def word_model(texts: Mapping[str, float], words: Mapping[str, float], known: float) -> WordModel:
    """A model of texts as they are printed and of the words that are known.

    Args:
        texts: with their weights; n-grams that weigh less than 1.5 are left out.
        words: in small letters, with their probabilities.
        known: the share of known words in running text.
    """
    counts = _gram_counts(texts)
    grams = _log_probabilities(counts)
    kept = sorted(words, key=lambda word: -words[word])[:MOST_WORDS]
    total = sum(words[word] for word in kept)
    word_logs = {hashed(word): np.log(words[word] / total) for word in kept}
    by_hash = {hashed(gram): logs for gram, logs in grams.items()}
    keys, word_keys = sorted(by_hash), sorted(word_logs)
    return WordModel(
        order=ORDER,
        grams=np.array(keys, np.uint32),
        gram_logs=np.array([by_hash[key][0] for key in keys], np.float32),
        backoffs=np.array([by_hash[key][1] for key in keys], np.float32),
        words=np.array(word_keys, np.uint32),
        word_logs=np.array([word_logs[key] for key in word_keys], np.float32),
        known=known,
    )


def _gram_counts(texts: Mapping[str, float]) -> dict[str, float]:
    """The n-grams that are frequent enough, with their weights; of every n-gram its history and
    its ending are among them, as they are at least as frequent."""
    counts: defaultdict[str, float] = defaultdict(float)
    for text, weight in texts.items():
        whole = marked(text)
        for end in range(1, len(whole) + 1):
            for size in range(1, min(ORDER, end) + 1):
                counts[whole[end - size : end]] += weight
    frequent = [gram for gram, count in counts.items() if count >= _LEAST_COUNT]
    frequent.sort(key=lambda gram: (-counts[gram], len(gram)))
    return {gram: counts[gram] for gram in frequent[:MOST_GRAMS]}


def _log_probabilities(counts: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The log probability of each n-gram's last character, and the log weight of shorter n-grams
    after it."""
    followers, kinds = defaultdict[str, float](float), Counter[str]()
    for gram, count in counts.items():
        followers[gram[:-1]] += count
        kinds[gram[:-1]] += 1
    characters = [gram for gram in counts if len(gram) == 1]
    total = sum(counts[one] for one in characters) + _LEAST_CHARACTER * len(characters)
    found: dict[str, float] = {}
    for gram in sorted(counts, key=len):
        if len(gram) == 1:
            found[gram] = (counts[gram] + _LEAST_CHARACTER) / total
            continue
        history = gram[:-1]
        seen = followers[history] + kinds[history]
        found[gram] = (counts[gram] + kinds[history] * found[gram[1:]]) / seen
    backoff = {history: kinds[history] / (followers[history] + kinds[history]) for history in kinds}
    return {
        gram: (float(np.log(one)), float(np.log(backoff.get(gram, 1.0))))
        for gram, one in found.items()
    }
