"""The OCR stage's interface."""

from __future__ import annotations

from typing import Protocol

from PIL import Image
from pydantic import BaseModel, ConfigDict

from pipeline.document import Page


class EngineOptions(BaseModel):
    """The base of every engine's options: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OcrEngine(Protocol):
    """The interface of an OCR engine."""

    name: str
    options: EngineOptions

    def read(self, image: Image.Image) -> Page:
        """Read one RGB page image, rotated by any multiple of 90 degrees.

        Returns:
            The words in reading order, in pixels of the upright page;
            ``Page.rotation`` says how far the image was turned clockwise.
        """


class InstallableEngine(OcrEngine, Protocol):
    """The interface of engine classes in the entry point group ``receipt_pipeline.ocr_engines``.

    A third party adds an engine by such an entry point.
    """

    options_type: type[EngineOptions]

    def __init__(self, options: EngineOptions) -> None:
        """Load the models.

        Raises:
            EngineUnavailable: the engine cannot run here; the message says what to install.
        """

    @classmethod
    def why_unavailable(cls) -> str | None:
        """``None`` if the engine can run here, else what is missing and how to get it."""
