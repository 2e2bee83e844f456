"""The words of receipts: read by the workers, and stored beside the records."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from pipeline.receipt_words import Word

if TYPE_CHECKING:
    from pipeline.config import ExtractConfig
    from pipeline.extractor import Extractor

_WORDS = TypeAdapter(list[Word])


def pack_words(words: Sequence[Word]) -> bytes:
    """Compressed JSON."""
    return zlib.compress(_WORDS.dump_json(list(words)))


def unpack_words(packed: bytes | None) -> list[Word]:
    """The words that were packed; none if none were stored."""
    return [] if packed is None else _WORDS.validate_json(zlib.decompress(packed))


def load_extractor_of_words(settings: ExtractConfig, model: str | None = None) -> Extractor:
    """The extractor of a worker; its records come with their words.

    Args:
        model: the name that records give the model; by default the one in its folder.
    """
    from pipeline.extractor import Extractor

    extractor = Extractor(settings)
    if model is not None:
        extractor.tagger.name = model  # type: ignore[misc]
    return giving_words(extractor)


def giving_words(extractor: Extractor) -> Extractor:
    """The extractor, whose ``extract`` now gives each record with its words."""
    extractor.extract = extractor.extract_with_words  # type: ignore[method-assign, assignment]
    return extractor
