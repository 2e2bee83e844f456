"""Receipt images to checked, structured JSON: the public names of the package ``pipeline``.

>>> from receipt_pipeline import Extractor
>>> receipts = Extractor().extract("receipt.jpg")

Unlike ``pipeline``, this name also works for scripts that have their own ``pipeline.py`` beside
them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from receipt_pipeline.shared_name import make_importable

if TYPE_CHECKING:
    from pipeline import ConfigError as ConfigError
    from pipeline import DataError as DataError
    from pipeline import EngineUnavailable as EngineUnavailable
    from pipeline import ExtractConfig as ExtractConfig
    from pipeline import Extractor as Extractor
    from pipeline import ImageError as ImageError
    from pipeline import PipelineError as PipelineError
    from pipeline import Receipt as Receipt
    from pipeline import ServiceClient as ServiceClient
    from pipeline import ServiceError as ServiceError
    from pipeline import receipt_schema as receipt_schema
    from pipeline import shape_named as shape_named

    __version__: str

make_importable()
_names = import_module("pipeline.public_names")

__all__ = sorted(_names.HOMES)


def __getattr__(name: str) -> Any:
    return _names.public(name, __name__)


def __dir__() -> list[str]:
    return [*globals(), *__all__, "__version__"]
