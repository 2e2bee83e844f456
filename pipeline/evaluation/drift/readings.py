"""Drawn OCR results: receipts of tills that come again, as an engine would read them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.assembly.assemble import assemble
from pipeline.assembly.confidence.calibration import Calibration
from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Token
from pipeline.labels import label_of
from pipeline.quality.measure import quality_of
from pipeline.receipt import KEY_FIELDS, Receipt, Source
from pipeline.separation.read_receipt import whole_page
from pipeline.synthetic.augmentation.box_distortion import distort_boxes
from pipeline.synthetic.augmentation.ocr_errors import add_ocr_noise
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_again
from pipeline.tagging.types import Tagger, Tags


@dataclass(frozen=True, slots=True)
class Camera:
    """How pictures are taken and read.

    Attributes:
        errors: how many times errors of OCR are put in.
        doubt: mean of one minus the confidence of a word.
        sharpness: mean of the sharpness that would be measured.
    """

    errors: int = 1
    doubt: float = 0.02
    sharpness: float = 1.0


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant: seed, country and trade of its receipts."""

    seed: int
    locale: str
    kind: str


CLEAR = Camera()


def read_sale(shop: Shop, sale: int, camera: Camera = CLEAR, till: str = "") -> AnnotatedPage:
    """The words of a receipt as they are read, with the true tags."""
    drawn = draw_again(shop.seed, sale, shop.locale, shop.kind, till)
    rng = random.Random(f"{drawn.id}/{till}/reading")
    page = distort_boxes(annotated_page(drawn), rng)
    for _ in range(camera.errors):
        page = add_ocr_noise(page, rng)
    doubt = camera.doubt * rng.uniform(0.5, 1.5)
    tokens = tuple(_doubted(token, rng, doubt) for token in page.page.tokens)
    return replace(page, page=replace(page.page, tokens=tokens))


def _doubted(token: Token, rng: random.Random, doubt: float) -> Token:
    return replace(token, confidence=max(0.05, 1.0 - rng.expovariate(1 / doubt)))


def swapped(one: str, other: str) -> Callable[[Tags], Tags]:
    """The tags of a model whose training data had two labels the wrong way round."""
    names = {one: other, other: one}

    def swap(tags: Tags) -> Tags:
        labels = tuple(_renamed(tag, names) for tag in tags.labels)
        scores = tags.scores and {names.get(name, name): row for name, row in tags.scores.items()}
        return Tags(labels, tags.probabilities, scores)

    return swap


def _renamed(tag: str, names: dict[str, str]) -> str:
    label = label_of(tag)
    return tag if label not in names else f"{tag[:2]}{names[label]}"


def record_of(
    page: AnnotatedPage,
    tagger: Tagger,
    calibration: Calibration | None,
    camera: Camera = CLEAR,
    changed: Callable[[Tags], Tags] = lambda tags: tags,
) -> Receipt:
    """The record that extraction makes of these words; its sharpness is drawn.

    Args:
        changed: what is done to the tags.
    """
    (tags,) = tagger.tag([page.page])
    tags = changed(tags)
    contents = assemble(page.page, tags, tagger.label_set, calibration)
    rng = random.Random(f"{page.id}/sharpness")
    sharpness = camera.sharpness * rng.uniform(0.7, 1.3)
    quality = quality_of(whole_page(page.page, None, 1), tags, contents)
    lacks = [name for name in KEY_FIELDS if getattr(contents, name) is None]
    return Receipt(
        source=Source(path=page.id, page=1, sha256=None, read_from="ocr"),
        status="partial" if lacks else "ok",
        error=f"not found: {', '.join(lacks)}" if lacks else None,
        size=(page.page.width, page.page.height),
        quality=quality.model_copy(update={"sharpness": round(sharpness, 3)}),
        engine="rapidocr",
        model=tagger.name,
        **{name: getattr(contents, name) for name in type(contents).model_fields},
    )
