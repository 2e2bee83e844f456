"""Extractors for the tests of folder runs that load nothing: what a file says, happens.

Worker processes import this module. A file's first word is what reading it does, the rest
is what makes its content its own.
"""

from __future__ import annotations

import ctypes
import os
import time
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from pipeline.documents.limits import ImageLimits
from pipeline.errors import ConfigError, ImageError
from pipeline.receipt import Amount, Field, Receipt, Source

ENGINE = "fake"
MODEL = "fake-model"
STAGES = {"load": 0.25, "ocr": 0.5}


@dataclass(frozen=True)
class Named:
    name: str


class ScriptedExtractor:
    """Reads files of text, and keeps a log of what it has read in the file ``READ_LOG``."""

    engine = Named(ENGINE)
    limits = ImageLimits()

    def __init__(self, model: str = MODEL) -> None:
        self.tagger = Named(model)

    def extract(self, source: bytes | Path, name: str) -> list[Receipt]:
        if isinstance(source, Path):
            raise ImageError(name, "no text")
        log_reading(name)
        text = source.decode()
        match text.split()[0]:
            case "segfault":
                ctypes.string_at(0)
            case "hang":
                time.sleep(600)
            case "eat":
                eaten = []
                while True:
                    eaten.append(b"x" * (16 << 20))
                    time.sleep(0.01)
            case "until":
                while not Path(text.split()[1]).exists():
                    time.sleep(0.02)
            case "slow":
                time.sleep(0.02)
            case "nap":
                time.sleep(0.3)
            case "moody":
                if os.environ.get("MOOD") != "good":
                    raise RuntimeError("not today")
            case "raise":
                raise RuntimeError("the lens fell off")
        value = Decimal(len(text)) / 100
        total = Field[Amount](value=value, text=f"{value:.2f}", confidence=0.9, boxes=[])
        return [
            Receipt(
                source=Source(path=name, page=1, sha256=sha256(source).hexdigest()),
                status="ok",
                engine=ENGINE,
                model=self.tagger.name,
                total=total,
                timings=STAGES if text.startswith("staged") else {},
            )
        ]


def scripted_extractor(_settings: object = None, model: str | None = None) -> ScriptedExtractor:
    """Called ``broken``, it cannot be loaded, and ``killed`` ends its process."""
    if model == "broken":
        raise ConfigError("broken: not a model folder")
    if model == "killed":
        os._exit(7)
    return ScriptedExtractor(model or MODEL)


def unusable_extractor(_settings: object = None, model: str | None = None) -> ScriptedExtractor:
    raise ConfigError(f"{model}: not a model folder")


def log_reading(name: str) -> None:
    log = os.environ.get("READ_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
