"""Which figures a report can have, known before anything is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.data.annotated import AnnotatedPage
from pipeline.errors import ConfigError, did_you_mean
from pipeline.evaluation import cord, items, ocr, sroie, whole_receipts
from pipeline.evaluation.bootstrap import macros_of
from pipeline.evaluation.evaluate import Depth, TokensFrom
from pipeline.evaluation.fields import field_figures
from pipeline.evaluation.scores import Count, Score, Share
from pipeline.evaluation.tags import tag_figures
from pipeline.labels import LabelSet

Names = Mapping[str, Sequence[str]]
"""Figure name, such as ``fields.total``, to the measures that it has, such as ``f1``."""

_MEASURES: dict[type[Count], Sequence[str]] = {
    Score: tuple(Score().as_dict()),
    Share: tuple(Share().as_dict()),
}
_MEAN = ("value", "labels")  # of a macro-average


def possible_figures(
    pages: Sequence[AnnotatedPage],
    label_set: LabelSet,
    tokens: Sequence[TokensFrom],
    depths: frozenset[Depth],
) -> dict[str, Sequence[str]]:
    """Every figure that the main section of a report on these pages may have, with its
    measures. The main section is on tokens from images, if they are scored."""
    from_image = TokensFrom.IMAGE in tokens
    annotated = frozenset[str]().union(*(page.annotated for page in pages))
    sources = {page.source for page in pages}
    found: dict[str, type[Count]] = {}
    if Depth.OCR in depths and from_image:
        found |= ocr.FIGURES
    if Depth.TAGS in depths:
        found |= dict.fromkeys(tag_figures(annotated, has_boxes=not from_image), Score)
    if Depth.FIELDS in depths:
        found |= dict.fromkeys((*field_figures(label_set, annotated), *items.FIGURES), Score)
        found |= dict.fromkeys(whole_receipts.FIGURES, Share)
        if "sroie" in sources:
            found |= dict.fromkeys(sroie.FIGURES, Score)
        if "cord" in sources:
            found |= cord.FIGURES
    averages = dict.fromkeys(macros_of(list(found)), _MEAN)
    return {**{name: _MEASURES[kind] for name, kind in found.items()}, **averages}


def located(figures: Names, path: str) -> tuple[str, str]:
    """Name and measure of a figure, such as ``total.f1``, ``fields.total.recall``,
    ``receipts.fields.value``; ``fields.`` may be left out.

    Raises:
        ConfigError: there is no such figure; the message suggests the nearest.
    """
    name, _, measure = path.rpartition(".")
    for full in (name, f"fields.{name}"):
        if measure in figures.get(full, ()) and measure != "ci95":
            return full, measure
    known = [f"{full}.{key}" for full, row in figures.items() for key in row if key != "ci95"]
    hint = did_you_mean(path, known) or did_you_mean(f"fields.{path}", known)
    raise ConfigError(f"no figure {path!r}{hint}")
