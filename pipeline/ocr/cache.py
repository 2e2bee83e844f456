"""OCR results on disk, keyed by the picture's pixels and the engine's settings."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.document import Box, Page, Reading, Token
from pipeline.errors import DataError, writing
from pipeline.ocr.engine import EngineOptions, OcrEngine

# Increase when this package's code or networks change what the engines read.
CACHE_VERSION = 7


class CachedEngine:
    """An engine that stores its results: one file per page, written atomically."""

    def __init__(self, engine: OcrEngine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self.name = engine.name
        self.options: EngineOptions = engine.options
        self._files = _file_digests(engine.options)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, image: Image.Image) -> Page:
        """Read a page, from disk if it was read before.

        Raises:
            DataError: a cache file that is not a page; the message names it.
            PipelineError: the cache cannot be written.
        """
        path = self._folder / f"{self._key(image)}.json"
        if path.exists():
            return _load(path)
        page = self._engine.read(image)
        with writing(path):
            _store(page, path)
        return page

    def _key(self, image: Image.Image) -> str:
        digest = hashlib.sha256()
        settings = {
            "cache": CACHE_VERSION,
            "engine": self.name,
            "package": _package_version(self.name),
            "options": {**self.options.model_dump(mode="json"), **self._files},
        }
        digest.update(json.dumps(settings, sort_keys=True).encode())
        digest.update(f"{image.mode} {image.size}".encode())
        digest.update(image.tobytes())
        return digest.hexdigest()


def cached(engine: OcrEngine, folder: Path | None) -> OcrEngine:
    """The engine with a cache in ``folder``, or unchanged without a folder."""
    return engine if folder is None else CachedEngine(engine, folder)


def _file_digests(options: EngineOptions) -> dict[str, str]:
    """A hash of the content of each option that names a file: it may change under its name."""
    return {
        name: hashlib.sha256(value.read_bytes()).hexdigest()
        for name, value in options
        if isinstance(value, Path) and value.is_file()
    }


def _package_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def page_to_json(page: Page) -> dict[str, Any]:
    """A page as plain JSON values; ``page_from_json`` reads it back the same."""
    return {
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "problem": page.problem,
        "tokens": [
            [
                token.text,
                *token.box.as_tuple(),
                token.confidence,
                token.line,
                *([one.text, one.probability] for one in token.readings),
            ]
            for token in page.tokens
        ],
        **({"quads": page.quads} if page.quads else {}),
    }


def page_from_json(raw: dict[str, Any]) -> Page:
    """The page that ``page_to_json`` wrote.

    Raises:
        KeyError, TypeError, ValueError: ``raw`` is not such a page.
    """
    tokens = tuple(
        Token(
            str(text),
            Box(float(x0), float(y0), float(x1), float(y1)),
            float(confidence),
            int(line),
            tuple(Reading(str(other), float(probability)) for other, probability in readings),
        )
        for text, x0, y0, x1, y1, confidence, line, *readings in raw["tokens"]
    )
    size = int(raw["width"]), int(raw["height"])
    quads = tuple(tuple((float(x), float(y)) for x, y in quad) for quad in raw.get("quads", ()))
    return Page(*size, tokens, int(raw["rotation"]), raw.get("problem"), quads)


def _load(path: Path) -> Page:
    try:
        return page_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: not a cached page ({error}); delete it to read again") from error


def _store(page: Page, path: Path) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".page-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(page_to_json(page), file, ensure_ascii=False)
    except BaseException:
        Path(temporary).unlink()
        raise
    Path(temporary).replace(path)
