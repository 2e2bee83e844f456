"""Refuse labels that are annotated but missing from the label set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.data.annotated import AnnotatedPage
from pipeline.errors import ConfigError, did_you_mean
from pipeline.labels import LabelSet, label_of
from pipeline.training.config import TrainConfig
from pipeline.wording import counted


@dataclass(frozen=True, slots=True)
class _Use:
    """How often a source annotates a label."""

    receipts: int
    tokens: int

    def __str__(self) -> str:
        return f"{counted(self.tokens, 'token')} on {counted(self.receipts, 'receipt')}"


def check_labels(
    config: TrainConfig, published: Mapping[str, Sequence[AnnotatedPage]], label_set: LabelSet
) -> None:
    """Refuse annotated labels that are neither in the label set nor explicitly ignored.

    Args:
        published: each source's receipts as they were read.

    Raises:
        ConfigError: the message names each source, its path and its unknown labels, each with
            how often it is annotated and the nearest known label.
    """
    for name, source in config.sources.items():
        if known := [label for label in source.ignore_labels if label in label_set.names]:
            raise ConfigError(
                f"sources.{name}.ignore_labels: {', '.join(known)} is in the label set "
                f"{config.label_set}: remove it from one of the two"
            )
    problems = [
        f"source {name!r} ({config.sources[name].path}): {label!r}, {use}"
        f"{did_you_mean(label, label_set.names)}"
        for name, pages in published.items()
        for label, use in _unknown(pages, {*label_set.names, *config.sources[name].ignore_labels})
    ]
    if problems:
        raise ConfigError(
            "\n  ".join(
                [
                    f"annotated labels that the label set {config.label_set} does not have, so "
                    "that nothing would be learnt from them:",
                    *problems,
                    "correct the annotation, or add the label to the label set; if the model need "
                    "not learn it, name it in the source: ignore_labels: [NAME]",
                ]
            )
        )


def _unknown(pages: Sequence[AnnotatedPage], known: set[str]) -> Iterator[tuple[str, _Use]]:
    for label in sorted(_labels_of(pages) - known):
        yield label, _use_of(label, pages)


def _labels_of(pages: Sequence[AnnotatedPage]) -> set[str]:
    """The labels of a page's tokens, and those in its truth without a tagged token."""
    marked = {label for page in pages for tag in page.tags if (label := label_of(tag)) is not None}
    return marked.union(*(page.unaligned for page in pages))


def _use_of(label: str, pages: Sequence[AnnotatedPage]) -> _Use:
    tokens = [sum(label_of(tag) == label for tag in page.tags) for page in pages]
    receipts = sum(
        count > 0 or label in page.unaligned for count, page in zip(tokens, pages, strict=True)
    )
    return _Use(receipts, sum(tokens))
