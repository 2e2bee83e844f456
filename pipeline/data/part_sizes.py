"""The least useful sizes of the development and held-out parts, and warnings below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.parts import Part
from pipeline.data.splits import merchants
from pipeline.wording import counted


@dataclass(frozen=True, slots=True)
class PartSize:
    """The size of a part in receipts and merchants: receipts of one merchant are much alike."""

    receipts: int
    merchants: int

    def __str__(self) -> str:
        return f"{counted(self.receipts, 'receipt')} of {counted(self.merchants, 'merchant')}"

    def reaches(self, least: PartSize) -> bool:
        return self.receipts >= least.receipts and self.merchants >= least.merchants


# One receipt's F1 easily differs by 0.1 between two epochs. Over ten receipts that averages
# out to 0.03, so that an epoch that is much worse than another is rarely chosen.
LEAST_DEVELOPMENT = PartSize(10, 5)
# With 20 receipts all right, up to 16 % of all others may be wrong (Wilson, 95 %).
LEAST_HELD_OUT = PartSize(20, 10)


def size_of(receipts: Sequence[AnnotatedPage]) -> PartSize:
    """The size of a part, its receipts as published."""
    return PartSize(len(receipts), len(set(merchants(receipts))))


def model_selection_sources(development: Sequence[AnnotatedPage]) -> set[str]:
    """The sources with enough development receipts to choose the best epoch."""
    return {
        name
        for name, own in _by_source(development).items()
        if size_of(own).reaches(LEAST_DEVELOPMENT)
    }


def without_small_development(
    receipts: Sequence[AnnotatedPage], parts: Sequence[Part]
) -> list[Part]:
    """The parts; where no source has enough development receipts, these are trained on."""
    if model_selection_sources(_of(Part.DEVELOPMENT, receipts, parts)):
        return list(parts)
    return [Part.TRAIN if part is Part.DEVELOPMENT else part for part in parts]


def score_warning(size: PartSize) -> str | None:
    """The warning about a score on so few receipts; ``None`` if they are enough."""
    if size.reaches(LEAST_HELD_OUT):
        return None
    return (
        f"scored on {size}, too few to say how good a model is (at least {LEAST_HELD_OUT}): "
        "scores on other receipts may differ a lot, see the intervals"
    )


def part_size_warnings(receipts: Sequence[AnnotatedPage], parts: Sequence[Part]) -> Iterator[str]:
    """The warnings about small parts, for the log of a training run."""
    if not receipts:
        return
    development = _of(Part.DEVELOPMENT, receipts, parts)
    choosing = model_selection_sources(development)
    if not choosing:
        yield (
            f"development part: {size_of(development)}, too few to choose the best epoch by (at "
            f"least {LEAST_DEVELOPMENT} of one source): they are trained on, and each stage runs "
            "all its epochs and keeps the last"
        )
    else:
        for name, own in _by_source(development).items():
            if name not in choosing:
                yield (
                    f"development part of {name}: {size_of(own)}, too few to take part in choosing "
                    f"the best epoch (at least {LEAST_DEVELOPMENT})"
                )
    held_out = size_of(_of(Part.HELD_OUT, receipts, parts))
    if not held_out.reaches(LEAST_HELD_OUT):
        yield (
            f"held-out part: {held_out}, too few to say how good the model is (at least "
            f"{LEAST_HELD_OUT}): evaluate it on more receipts that it was not trained on"
        )


def _of(
    part: Part, receipts: Sequence[AnnotatedPage], parts: Sequence[Part]
) -> list[AnnotatedPage]:
    return [page for page, its in zip(receipts, parts, strict=True) if its is part]


def _by_source(receipts: Sequence[AnnotatedPage]) -> dict[str, list[AnnotatedPage]]:
    by_source: dict[str, list[AnnotatedPage]] = {}
    for page in receipts:
        by_source.setdefault(page.source, []).append(page)
    return by_source
