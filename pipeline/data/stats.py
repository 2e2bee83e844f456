"""Statistics of annotated pages by label."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.splits import merchants
from pipeline.labels import label_of


@dataclass(slots=True)
class LabelStats:
    """Statistics of one label.

    Attributes:
        annotated: pages whose source annotates the label.
        pages: those that have it.
        spans, tokens: how often.
        unaligned: ids (``source/id``) of pages whose truth for it was not found on them.
    """

    annotated: int = 0
    pages: int = 0
    spans: int = 0
    tokens: int = 0
    unaligned: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DataStats:
    """Statistics of a set of pages; ``items`` are published line items, ``labels`` are sorted."""

    pages: int
    tokens: int
    items: int
    merchants: int
    labels: dict[str, LabelStats]


def collect_stats(pages: Iterable[AnnotatedPage]) -> DataStats:
    """Count pages, tokens, merchants, and per label what is annotated and what was lost."""
    everyone = list(pages)
    labels: dict[str, LabelStats] = {}
    for page in everyone:
        _add_page(labels, page)
    return DataStats(
        pages=len(everyone),
        tokens=sum(len(page.page.tokens) for page in everyone),
        items=sum(len(page.items) for page in everyone),
        merchants=len(set(merchants(everyone))),
        labels=dict(sorted(labels.items())),
    )


def _add_page(labels: dict[str, LabelStats], page: AnnotatedPage) -> None:
    for label in page.annotated:
        labels.setdefault(label, LabelStats()).annotated += 1
    for label in page.unaligned:
        labels.setdefault(label, LabelStats()).unaligned.append(f"{page.source}/{page.id}")
    present: set[str] = set()
    for tag in page.tags:
        tagged = label_of(tag)
        if tagged is not None:
            stats = labels.setdefault(tagged, LabelStats())
            stats.tokens += 1
            stats.spans += tag.startswith("B-")
            present.add(tagged)
    for label in present:
        labels[label].pages += 1
