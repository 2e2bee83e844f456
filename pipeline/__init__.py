"""Receipt images to checked, structured JSON.

>>> from receipt_pipeline import Extractor
>>> receipts = Extractor().extract("receipt.jpg")

``receipt_pipeline`` has the same names and also works for scripts that have their own
``pipeline.py`` beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.public_names import HOMES, public

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
    from pipeline.service.client import ServiceClient as ServiceClient
    from pipeline.service.connection import ServiceError as ServiceError
    from pipeline.shapes.registry import shape_named as shape_named

    __version__: str

__all__ = sorted(HOMES)


def __getattr__(name: str) -> Any:
    # Imported at first use, so that `import pipeline` and `receipts --help` stay quick.
    return public(name, __name__)


def __dir__() -> list[str]:
    return [*globals(), *HOMES, "__version__"]
