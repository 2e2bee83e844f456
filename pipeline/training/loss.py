"""The partial-annotation loss: trains one model on sources that annotate different labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import torch

from pipeline.data.annotated import AnnotatedPage
from pipeline.labels import OUTSIDE, LabelSet, label_of

IGNORED = 0.0  # rows of `allowed` that allow nothing: continuation pieces and padding


def allowed_tags(page: AnnotatedPage, label_set: LabelSet) -> list[list[float]]:
    """For each token a 0/1 row over the label set's tags: the tags that the truth allows.

    A token tagged ``O`` may be ``O`` or any label which its source does not annotate, or
    whose text is on the page but was not found among its tokens (``page.unaligned``).
    A tag outside the label set counts as ``O``.
    """
    known = page.annotated.difference(page.unaligned)
    open_tags = {OUTSIDE} | {
        tag for tag in label_set.tags if tag != OUTSIDE and label_of(tag) not in known
    }
    rows = {tag: [float(other == tag) for other in label_set.tags] for tag in label_set.tags}
    rows[OUTSIDE] = [float(tag in open_tags) for tag in label_set.tags]
    return [rows.get(tag, rows[OUTSIDE]) for tag in page.tags]


def label_weights(
    pages: Iterable[AnnotatedPage], label_set: LabelSet, balance: float
) -> dict[str, float]:
    """The weight of a token with each tag in the loss, 1 on average over all tokens.

    Args:
        balance: 0 weighs every token alike, 1 every label (``O`` is one of them) alike, whatever
            its number of tokens; in between, the frequency is taken to that power.
    """
    counts = Counter(_counted_as(tag, label_set) for page in pages for tag in page.tags)
    raw = {label: count**-balance for label, count in counts.items()}
    mean = sum(raw[label] * counts[label] for label in raw) / max(1, counts.total())
    return {
        tag: raw.get(_counted_as(tag, label_set), mean) / mean if mean else 1.0
        for tag in label_set.tags
    }


def _counted_as(tag: str, label_set: LabelSet) -> str:
    return label_of(tag) or OUTSIDE if tag in label_set.tag_ids else OUTSIDE


def partial_annotation_loss(
    logits: torch.Tensor, allowed: torch.Tensor, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """The negative log of the summed probability of the allowed tags, averaged over tokens.

    Args:
        logits: shape (windows, pieces, tags).
        allowed: the same shape, 1 where the truth allows the tag; a row of zeros is ignored.
        weights: shape (windows, pieces), of each piece in the average; all alike by default.

    Source: Tsuboi et al., "Training CRFs using incomplete annotations" (2008), for a
    softmax a token instead of a CRF.
    """
    log_probabilities = logits.float().log_softmax(-1)
    counted = allowed.sum(-1) > IGNORED
    masked = log_probabilities.masked_fill(allowed == 0, float("-inf"))[counted]
    losses = -masked.logsumexp(-1)
    if weights is None:
        return losses.mean()
    return (losses * weights[counted]).sum() / weights[counted].sum()
