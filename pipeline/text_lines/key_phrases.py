"""Find the words that tills print for an amount, whatever their case, accents and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.accents import UMLAUTS_SPELT_OUT, without_accents
from pipeline.world.countries import countries
from pipeline.world.languages import languages

# What the words under a key of ``printing`` announce.
LABELS = {
    "total": "total",
    "subtotal": "subtotal",
    "net": "subtotal",
    "tax": "tax",
    "discount": "discount",
    "tip": "tip",
    "cash": "cash",
    "change": "change",
}
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+|\d+")
_RATE = re.compile(r"\d+(?:[.,]\d+)?\s*%")
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_LEAST_JOINED = 6  # letters of words between which OCR may lose the space

_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyPhrase:
    """Words of a till found in a text, with the label of the amount that they announce."""

    label: str
    start: int
    end: int
    has_several_words: bool


def find_key_phrases(text: str) -> Iterator[KeyPhrase]:
    """The key phrases in a text, from left to right; of several that begin at one place the
    longest."""
    labels, longest = _labels(), _longest()
    places = list(_WORD.finditer(text))
    words = [_folded(place[0]) for place in places]
    at = 0
    while at < len(words):
        for count in range(min(longest.get(words[at], 0), len(words) - at), 0, -1):
            label = labels.get(tuple(words[at : at + count]))
            if label is not None:
                end = places[at + count - 1].end()
                yield KeyPhrase(label, places[at].start(), end, count > 1)
                at += count - 1
                break
        at += 1


def key_phrases() -> Iterator[tuple[str, str, str]]:
    """Of each language, then of each country: its file, a label and a word that announces it."""
    for one in languages():
        left_out = one.reading.get("printed_only", ())
        for key, label in LABELS.items():
            for word in dict.fromkeys(one.own.get(key, ())):
                if word not in left_out:
                    yield f"languages/{one.name}.yaml", label, word
    for code, country in countries().items():
        for word in dict.fromkeys(country.tax_names):
            yield f"countries/{code}.yaml", "tax", word


@cache
def _labels() -> Mapping[_Words, str]:
    labels: dict[_Words, str] = {}
    for _, label, word in key_phrases():
        text = _RATE.sub("", word)
        for variant in (text, text.translate(UMLAUTS_SPELT_OUT)):
            phrase = tuple(_folded(match[0]) for match in _WORD.finditer(variant))
            labels.setdefault(phrase, label)
            if len("".join(phrase)) >= _LEAST_JOINED:
                labels.setdefault(("".join(phrase),), label)
    return labels


@cache
def _longest() -> Mapping[str, int]:
    """The number of words of the longest phrase that begins with a word."""
    longest: dict[str, int] = {}
    for phrase in _labels():
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return longest


def _folded(word: str) -> str:
    word = word.lower()
    return word if word.isascii() else without_accents(word.translate(_PLAIN))
