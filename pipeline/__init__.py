"""Receipt images to checked, structured JSON.

>>> from pipeline import Extractor
>>> receipts = Extractor().extract("receipt.jpg")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.config import ExtractConfig as ExtractConfig
    from pipeline.errors import ConfigError as ConfigError
    from pipeline.errors import DataError as DataError
    from pipeline.errors import EngineUnavailable as EngineUnavailable
    from pipeline.errors import ImageError as ImageError
    from pipeline.errors import PipelineError as PipelineError
    from pipeline.extractor import Extractor as Extractor
    from pipeline.receipt import Receipt as Receipt
    from pipeline.receipt import receipt_schema as receipt_schema

_HOMES = {
    "ConfigError": "pipeline.errors",
    "DataError": "pipeline.errors",
    "EngineUnavailable": "pipeline.errors",
    "ExtractConfig": "pipeline.config",
    "Extractor": "pipeline.extractor",
    "ImageError": "pipeline.errors",
    "PipelineError": "pipeline.errors",
    "Receipt": "pipeline.receipt",
    "receipt_schema": "pipeline.receipt",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    # Imported at first use, so that `import pipeline` and `receipts --help` stay quick.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
