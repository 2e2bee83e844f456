"""The script and the language of a receipt, by its letters and by the words that tills print."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import sqrt

from pipeline.world.languages import languages

LATIN = "Latin"
ENGLISH = "en"
_SCRIPTS = {
    "LATIN": LATIN,
    "CJK": "Han",
    "HIRAGANA": "Kana",
    "KATAKANA": "Kana",
    "HANGUL": "Hangul",
    "THAI": "Thai",
    "ARABIC": "Arabic",
    "CYRILLIC": "Cyrillic",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Devanagari",
}
_OF_SCRIPT = {"Han": "zh", "Kana": "ja", "Hangul": "ko", "Thai": "th", "Arabic": "ar"}
_KANA_SHARE = 0.05  # of the letters: Japanese has Chinese characters, too
_NAMES = ("card", "slip", "slip_lines", "slip_amount", "slogan", "register", "tax_id")
"""Lists of words that are the same in many countries, or are names."""
_LEAST_LETTERS = 3  # of a word
_SURE = 1.0  # the weight of a word that only one language has
_OTHER_SHARE = 0.2  # of the letters: receipts in other scripts have Latin names and codes, too


def script_of(words: Iterable[str]) -> str | None:
    """The script of the letters, such as ``Latin``, ``Han`` or ``Kana`` (Japanese, Chinese
    characters included); ``None`` without letters."""
    letters = Counter(letter for word in words for letter in word if letter.isalpha())
    found: Counter[str] = Counter()
    for letter, times in letters.items():
        found[_script(letter)] += times
    if not found:
        return None
    if found["Kana"] >= _KANA_SHARE * found.total():
        return "Kana"
    others = found.total() - found[LATIN]
    if others < _OTHER_SHARE * found.total():
        return LATIN
    del found[LATIN]
    return found.most_common(1)[0][0]


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    return _SCRIPTS.get(name, "other")


def language_of(words: Sequence[str], script: str | None) -> str | None:
    """The language whose key words the receipt has most of, as its ISO 639 code, such as ``de``;
    ``None`` if it has too few.

    A word counts the less, the more languages have it. Of two languages with equal words neither is
    taken.
    """
    if script != LATIN:
        return _OF_SCRIPT.get(script or "")
    scores: defaultdict[str, float] = defaultdict(float)
    key_words = _key_words()
    for word in set(_plain(" ".join(words))):
        for language in (known := key_words.get(word, ())):
            scores[language] += 1 / sqrt(len(known))
    ranked = sorted(scores.items(), key=lambda one: -one[1])[:2]
    if not ranked or ranked[0][1] < _SURE or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


@cache
def _key_words() -> Mapping[str, Sequence[str]]:
    """Word to the languages in Latin script whose tills print it. English words, which are printed
    everywhere, count for English alone."""
    found: dict[str, set[str]] = {}
    for language in languages():
        code = language.name.split("_")[0]
        for announces, texts in language.own.items():
            for word in () if announces in _NAMES else _plain(" ".join(texts)):
                found.setdefault(word, set()).add(code)
    of_script = set(_OF_SCRIPT.values())
    return {
        word: [ENGLISH] if ENGLISH in codes else sorted(codes - of_script)
        for word, codes in found.items()
    }


def _plain(text: str) -> Iterator[str]:
    letters = "".join(letter if letter.isalpha() else " " for letter in text.casefold())
    return (word for word in letters.split() if len(word) >= _LEAST_LETTERS)
