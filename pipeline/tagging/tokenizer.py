"""Load a model's tokenizer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pipeline.errors import ConfigError
from pipeline.install import check_installed
from pipeline.tagging.word_pieces import WordPieces, is_supported


class Tokenizer(Protocol):
    """Splits words into pieces of a model's vocabulary."""

    def piece_id(self, piece: str) -> int | None:
        """The id of a piece, ``None`` if the vocabulary lacks it."""

    def encode(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The ids of each text's pieces."""


class LibraryTokenizer:
    """Any other kind, such as RoBERTa's, through the package tokenizers."""

    def __init__(self, path: Path) -> None:
        check_installed("tokenizers", "tokenizers")
        import tokenizers

        self._tokenizer = tokenizers.Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def piece_id(self, piece: str) -> int | None:
        index: int | None = self._tokenizer.token_to_id(piece)
        return index

    def encode(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [tuple(encoding.ids) for encoding in encodings]


def load_tokenizer(path: Path) -> Tokenizer:
    """Load a ``tokenizer.json``, without its settings for truncation and padding.

    Raises:
        ConfigError: the file is not JSON, or its kind of tokenizer needs a package that is not
            installed.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    return WordPieces(content) if is_supported(content) else LibraryTokenizer(path)
