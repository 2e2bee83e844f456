"""Change the tags of some tokens and keep the sequence valid IOB2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from pipeline.labels import OUTSIDE, label_of
from pipeline.tagging.types import Tags


def without_labels(tags: Tags, tokens: Set[int], labels: Set[str]) -> Tags:
    """Tags in which these tokens are none of these labels, and have no score for them."""
    given = {index: OUTSIDE for index in tokens if label_of(tags.labels[index]) in labels}
    changed = with_tags(tags, given)
    if tags.scores is None or not tokens:
        return changed
    scores = dict(tags.scores)
    for label in labels & scores.keys():
        scores[label] = scores[label].copy()
        scores[label][sorted(tokens)] = 0.0
    return replace(changed, scores=scores)


def with_tags(tags: Tags, changed: Mapping[int, str], probability: float | None = None) -> Tags:
    """Tags with other BIO tags at some tokens.

    Args:
        probability: of the changed tags; ``None`` keeps the tagger's.
    """
    if not changed:
        return tags
    labels = [changed.get(index, tag) for index, tag in enumerate(tags.labels)]
    probabilities = [
        probability if probability is not None and index in changed else given
        for index, given in enumerate(tags.probabilities)
    ]
    return replace(tags, labels=tuple(valid_iob(labels)), probabilities=tuple(probabilities))


def valid_iob(labels: Sequence[str]) -> list[str]:
    """The tags with `B-x` for each `I-x` that continues no span of ``x``."""
    found: list[str] = []
    for tag in labels:
        before = label_of(found[-1]) if found else None
        begins = tag.startswith("I-") and label_of(tag) != before
        found.append(f"B-{tag[2:]}" if begins else tag)
    return found
