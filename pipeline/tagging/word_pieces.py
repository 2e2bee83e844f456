"""Split words into pieces of a WordPiece vocabulary, as BERT's uncased models do.

Gives what the package tokenizers gives (tests/tagging/test_word_pieces.py), except for characters
newer than Unicode 8, without the 40 MB that it and its dependencies take.

Source: Devlin et al. 2019, "BERT", and the BertNormalizer, BertPreTokenizer and WordPiece of the
package tokenizers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

_LONGEST = 100  # characters; longer words are unknown
_CONTINUES = "##"
_UNKNOWN = "[UNK]"
_SUPPORTED: Mapping[str, Mapping[str, Any]] = {
    "normalizer": {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    },
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "model": {
        "type": "WordPiece",
        "unk_token": _UNKNOWN,
        "continuing_subword_prefix": _CONTINUES,
        "max_input_chars_per_word": _LONGEST,
    },
}
_REMOVED = ("Cc", "Cf", "Co", "Cs")  # control characters and their like
_IDEOGRAPHS = re.compile(
    "([\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b81f"
    "\U0002b920-\U0002ceaf\uf900-\ufaff\U0002f800-\U0002fa1f])"
)


class WordPieces:
    """A tokenizer read from the content of a ``tokenizer.json`` that ``is_supported``."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._ids: Mapping[str, int] = content["model"]["vocab"]
        special = [re.escape(added["content"]) for added in content["added_tokens"]]
        self._special = re.compile(f"({'|'.join(special)})")
        # Receipts repeat their words.
        self._pieces = lru_cache(maxsize=10_000)(self._split)

    def piece_id(self, piece: str) -> int | None:
        """The id of a piece, ``None`` if the vocabulary lacks it."""
        return self._ids.get(piece)

    def encode(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The ids of each text's pieces."""
        return [self._pieces(text) for text in texts]

    def _split(self, text: str) -> tuple[int, ...]:
        ids: list[int] = []
        for number, part in enumerate(self._special.split(text)):
            if number % 2:
                ids.append(self._ids[part])
            else:
                ids += (index for word in _words(part) for index in self._word(word))
        return tuple(ids)

    def _word(self, word: str) -> list[int]:
        """The longest pieces from left to right, or the unknown one if nothing fits."""
        unknown = [self._ids[_UNKNOWN]]
        if len(word) > _LONGEST:
            return unknown
        ids, start = [], 0
        while start < len(word):
            mark = _CONTINUES if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if mark + word[start:end] in self._ids), None)
            if end is None:
                return unknown
            ids.append(self._ids[mark + word[start:end]])
            start = end
        return ids


def is_supported(content: Mapping[str, Any]) -> bool:
    """Whether a ``tokenizer.json`` describes a tokenizer of this kind."""
    return bool(content.get("added_tokens")) and all(
        content.get(part) is not None and wanted.items() <= content[part].items()
        for part, wanted in _SUPPORTED.items()
    )


def _words(text: str) -> Iterator[str]:
    """Runs between spaces and punctuation, lower case and without accents, and each punctuation
    mark by itself."""
    word = ""
    for character in _normalised(text):
        if character.isspace() or _is_punctuation(character):
            if word:
                yield word
            word = ""
            if not character.isspace():
                yield character
        else:
            word += character
    if word:
        yield word


def _normalised(text: str) -> str:
    kept = (c for c in text if c in "\t\n\r" or _is_text(c))
    spaced = _IDEOGRAPHS.sub(r" \1 ", "".join(kept))
    apart = unicodedata.normalize("NFD", spaced)
    bare = (c for c in apart if unicodedata.category(c) != "Mn")
    # Character by character: within a word Python spells a Greek sigma by its place.
    return "".join(c.lower() for c in bare)


def _is_text(character: str) -> bool:
    return character != "\ufffd" and unicodedata.category(character) not in _REMOVED


def _is_punctuation(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and not character.isalnum()
    return unicodedata.category(character).startswith("P")
