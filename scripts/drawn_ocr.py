"""An extractor whose OCR results are drawn: for measurements of everything around OCR.

Of a file only its bytes are used: their hash chooses one of a hundred drawn receipts, each of which
a worker tags (by the rules) and assembles once. Worker processes of actors import this module.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from pipeline.assembly.assemble import assemble
from pipeline.config import ExtractConfig
from pipeline.documents.limits import ImageLimits
from pipeline.receipt import Contents, Receipt, Source
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.load import load_tagger

_DRAWN = 100


class Named:
    name = "drawn"


class DrawnExtractor:
    """Reads any file as a drawn receipt."""

    engine = Named()
    limits = ImageLimits()

    def __init__(self) -> None:
        self.tagger = load_tagger("rules")

    def extract(self, source: bytes, name: str) -> list[Receipt]:
        digest = sha256(source).hexdigest()
        return [
            Receipt(
                source=Source(path=name, page=1, sha256=digest),
                status="ok",
                engine=self.engine.name,
                model=self.tagger.name,
                **dict(self._contents(int(digest[:8], 16) % _DRAWN)),
            )
        ]

    @cache  # noqa: B019 - a worker has one extractor
    def _contents(self, seed: int) -> Contents:
        page = annotated_page(draw_receipt(seed)).page
        (tags,) = self.tagger.tag([page], None)
        return assemble(page, tags, self.tagger.label_set)


def drawn_extractor(_settings: ExtractConfig) -> DrawnExtractor:
    return DrawnExtractor()
