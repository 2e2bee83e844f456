"""How likely a text is as a word of a receipt: known words, and character n-grams for all others.

Case and the values of digits do not matter. The model is a file of hashes and probabilities that
`scripts/fit_words` writes; it holds no list of words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

PACKAGED = Path(__file__).with_name("words.npz")

START, END = "\x02", "\x03"
WORD = re.compile(r"[^\W\d_]{2,}")
"""Letters in a row, which are looked up among the known words."""
_DIGIT = re.compile(r"\d")
_UNKNOWN_CHARACTER = math.log(1e-5)
_NO_GRAM = crc32(b"")
_STEPS = 12.0  # to a natural logarithm, in the file

Hashes = NDArray[np.uint32]
Logs = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class WordModel:
    """Probabilities of texts; logarithms are natural.

    Attributes:
        order: the most characters of an n-gram.
        grams: hashes of the n-grams, ascending.
        gram_logs: of each, the log probability of its last character after the others.
        backoffs: of each, the log weight of shorter n-grams where it is the history.
        words: hashes of the known words, ascending.
        word_logs: their log probabilities among all known words.
        known: the share of known words in running text, 0 to 1.
    """

    order: int
    grams: Hashes
    gram_logs: Logs
    backoffs: Logs
    words: Hashes
    word_logs: Logs
    known: float

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """The log probability of each text as a word of a receipt, punctuation included."""
        marked_texts = [marked(text) for text in texts]
        logs = self._character_logs(marked_texts)
        found, first = [], 0
        for text in marked_texts:
            found.append(self._log_of(text, logs[first : first + len(text) - 1]))
            first += len(text) - 1
        return found

    def _log_of(self, text: str, logs: Logs) -> float:
        total = float(logs.sum())
        for run in WORD.finditer(text):
            # The character after the word says that the word ends there.
            spelled = float(logs[run.start() - 1 : run.end()].sum())
            total += self._known_or_spelled(run.group(), spelled) - spelled
        return total

    def _known_or_spelled(self, word: str, spelled: float) -> float:
        """The log probability of a word, which may be a known one or any other.

        Args:
            spelled: its log probability by its characters.
        """
        other = spelled + math.log1p(-self.known)
        place = _places(self.words, np.array([hashed(word)], np.uint32))[0]
        if place < 0:
            return other
        known = math.log(self.known) + float(self.word_logs[place])
        return float(np.logaddexp(other, known))

    def _character_logs(self, texts: Sequence[str]) -> Logs:
        """The log probability of each character but the first of each text, one after the other.

        It is that of the longest known n-gram that ends with the character, times the weights of
        the longer histories, after which the character is unknown (Katz 1987).

        Args:
            texts: as ``marked`` makes them.
        """
        grams = self._grams_of(texts)
        lengths = np.array([len(text) for text in texts], np.intp)
        ends = np.cumsum(lengths)
        history = np.delete(grams, ends - 1, axis=0)
        with_last = np.delete(grams, ends - lengths, axis=0)
        sizes = np.arange(1, self.order + 1)
        longest = np.where(with_last >= 0, sizes, 0).max(axis=1)
        rows = np.arange(len(longest))
        logs = np.where(
            longest > 0, self.gram_logs[with_last[rows, longest - 1]], _UNKNOWN_CHARACTER
        )
        unused = (history >= 0) & (sizes >= longest[:, None]) & (sizes < self.order)
        return np.asarray(logs + np.where(unused, self.backoffs[history], 0).sum(axis=1))

    def _grams_of(self, texts: Sequence[str]) -> NDArray[np.intp]:
        """The places of the n-grams of each size that end with each character, -1 where there is
        none: shape (characters of all texts, ``order``)."""
        keys = [
            hashed(text[end - size : end]) if size <= end else _NO_GRAM
            for text in texts
            for end in range(1, len(text) + 1)
            for size in range(1, self.order + 1)
        ]
        return _places(self.grams, np.array(keys, np.uint32)).reshape(-1, self.order)


def marked(text: str) -> str:
    """The text as n-grams are taken from it: plain, with a mark at its start and its end."""
    return f"{START}{plain(text)}{END}"


def plain(text: str) -> str:
    """The text in small letters, every digit a 0."""
    return _DIGIT.sub("0", text.lower())


def hashed(text: str) -> int:
    return crc32(text.encode())


def _places(keys: Hashes, wanted: Hashes) -> NDArray[np.intp]:
    """The index of each wanted key, -1 where it is absent."""
    places = np.searchsorted(keys, wanted)
    places[places == len(keys)] = 0
    return np.where(keys[places] == wanted, places, -1)


def load(path: Path = PACKAGED) -> WordModel:
    """Read a model. Probabilities are stored as bytes: ``-log p`` in steps of 1/12."""
    with np.load(path) as arrays:
        logs = {
            name: arrays[name].astype(np.float32) / -_STEPS
            for name in ("gram_logs", "backoffs", "word_logs")
        }
        return WordModel(
            order=int(arrays["order"]),
            grams=arrays["grams"],
            words=arrays["words"],
            known=float(arrays["known"]),
            **logs,
        )


def save(model: WordModel, path: Path) -> None:
    """Write a model as ``load`` reads it."""
    logs = {
        name: np.clip(np.round(getattr(model, name) * -_STEPS), 0, 255).astype(np.uint8)
        for name in ("gram_logs", "backoffs", "word_logs")
    }
    np.savez_compressed(
        path,
        order=model.order,
        grams=model.grams,
        words=model.words,
        known=model.known,
        **logs,
    )


@cache
def packaged() -> WordModel:
    return load()
