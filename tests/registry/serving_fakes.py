"""An extractor with a real tagger and an OCR engine that reads a drawn receipt from every picture;
workers import it."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from extraction_fakes import FakeEngine, FakeOptions
from PIL import Image

from pipeline.config import ExtractConfig
from pipeline.document import Page
from pipeline.extractor import Extractor
from pipeline.service.words import giving_words
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.load import load_tagger

RECEIPTS = 24
"""Different ones, each of a merchant of its own."""
_SEED = 4000


def of_drawn_receipt(sender: int, number: int) -> bytes:
    """A white picture that is read as one of the receipts."""
    content = BytesIO()
    Image.new("RGB", (100 + 2 * number + sender, 100), "white").save(content, "PNG")
    return content.getvalue()


class DrawnEngine(FakeEngine):
    """Reads another receipt from pictures of another width."""

    def read(self, image: Image.Image) -> Page:
        return _drawn(image.width % RECEIPTS)


@cache
def _drawn(number: int) -> Page:
    return annotated_page(draw_receipt(_SEED + number, kind="parking")).page


def extractor_with_tagger(settings: ExtractConfig, model: str | None = None) -> Extractor:
    tagger = load_tagger(settings.model)
    if model is not None:
        tagger.name = model  # type: ignore[misc]
    return giving_words(Extractor.of_parts(DrawnEngine(FakeOptions()), tagger))
