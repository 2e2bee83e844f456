"""Which figures a report can have, known before anything is scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.sroie import FIELDS as SROIE_FIELDS
from pipeline.errors import ConfigError, did_you_mean
from pipeline.evaluation.evaluate import Depth, TokensFrom
from pipeline.evaluation.scores import Score, Share
from pipeline.labels import LabelSet, Role, ValueType

Names = Mapping[str, Sequence[str]]
"""Figure name, such as ``fields.total``, to the measures that it has, such as ``f1``."""

_SCORE = tuple(Score().as_dict())
_SHARE = tuple(Share().as_dict())
_MEAN = ("value", "labels")  # a macro-average


def possible_figures(
    pages: Sequence[AnnotatedPage],
    label_set: LabelSet,
    tokens: Sequence[TokensFrom],
    depths: frozenset[Depth],
) -> dict[str, Sequence[str]]:
    """Every figure that the main section of a report on these pages may have, with its
    measures. The main section is on tokens from images, if they are scored."""
    tokens_from = TokensFrom.IMAGE if TokensFrom.IMAGE in tokens else TokensFrom.BOXES
    annotated = frozenset[str]().union(*(page.annotated for page in pages))
    found: dict[str, Sequence[str]] = {}
    if Depth.OCR in depths and tokens_from is TokensFrom.IMAGE:
        found |= dict.fromkeys(("ocr.tokens", "ocr.amounts", "ocr.boxes"), _SCORE)
        found["ocr.cer"] = _SHARE
    if Depth.TAGS in depths:
        found |= _tags(sorted(annotated), tokens_from)
    if Depth.FIELDS in depths:
        found |= dict.fromkeys(_fields(label_set, annotated), _SCORE)
        found |= dict.fromkeys(("items.lenient", "items.strict"), _SCORE)
        found |= dict.fromkeys(("receipts.fields", "receipts.all"), _SHARE)
        found["fields.macro"] = _MEAN
        sources = {page.source for page in pages}
        if "sroie" in sources:
            found |= {f"sroie.{name}": _SCORE for name in (*SROIE_FIELDS, "task3")}
        if "cord" in sources:
            found |= {"cord.f1": _SCORE, "cord.tree": _SHARE}
    return found


def _tags(labels: Sequence[str], tokens_from: TokensFrom) -> Iterator[tuple[str, Sequence[str]]]:
    for mode in ("strict", "default"):
        yield from ((f"tags.{mode}.{name}", _SCORE) for name in (*labels, "micro"))
        yield f"tags.{mode}.macro", _MEAN
    if tokens_from is TokensFrom.BOXES:
        yield from ((f"tags.boxes.{name}", _SCORE) for name in labels)
        yield "tags.boxes.macro", _MEAN


def _fields(label_set: LabelSet, annotated: frozenset[str]) -> Iterator[str]:
    yield "fields.micro"
    for label in label_set.labels:
        if label.name in annotated and label.role is not Role.ITEM:
            yield f"fields.{label.name}"
            yield f"fields.{label.name}.exact"
            if label.type is ValueType.TEXT:
                yield f"fields.{label.name}.similar"


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
