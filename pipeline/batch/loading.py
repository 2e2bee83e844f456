"""Load engine and model in a worker; the main process, which imports this, need not have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config import ExtractConfig
    from pipeline.extractor import Extractor


def load_extractor(settings: ExtractConfig) -> Extractor:
    """The extractor of a folder run's worker."""
    from pipeline.extractor import Extractor

    return Extractor(settings)
