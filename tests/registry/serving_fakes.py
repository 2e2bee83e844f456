"""An extractor with a real tagger and an OCR engine that reads the same words from every picture;
workers import it."""

from __future__ import annotations

from extraction_fakes import FakeEngine, FakeOptions

from pipeline.config import ExtractConfig
from pipeline.extractor import Extractor
from pipeline.service.words import giving_words
from pipeline.tagging.load import load_tagger


def extractor_with_tagger(settings: ExtractConfig, model: str | None = None) -> Extractor:
    tagger = load_tagger(settings.model)
    if model is not None:
        tagger.name = model  # type: ignore[misc]
    return giving_words(Extractor.of_parts(FakeEngine(FakeOptions()), tagger))
