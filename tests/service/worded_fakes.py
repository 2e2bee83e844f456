"""An extractor of the fake receipts whose records come with their words; workers import it."""

from __future__ import annotations

from extraction_fakes import fake_extractor

from pipeline.extractor import Extractor
from pipeline.service.words import giving_words


def fake_extractor_of_words(_settings: object = None, _model: str | None = None) -> Extractor:
    return giving_words(fake_extractor())
