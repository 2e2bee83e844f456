"""The partial-annotation loss: sources annotate different labels, one model learns all."""

from __future__ import annotations

import torch

from pipeline.data.annotated import AnnotatedPage
from pipeline.labels import OUTSIDE, LabelSet, label_of

IGNORED = 0.0  # rows of `allowed` that allow nothing: continuation pieces and padding


def allowed_tags(page: AnnotatedPage, label_set: LabelSet) -> list[list[float]]:
    """For each token a 0/1 row over the label set's tags: which of them the truth allows.

    A token tagged ``O`` may be ``O`` or any label which its source does not annotate, or
    whose text stands on the page but was not found among its tokens (``page.unaligned``).
    A tag outside the label set counts as ``O``.
    """
    known = page.annotated.difference(page.unaligned)
    open_tags = {OUTSIDE} | {
        tag for tag in label_set.tags if tag != OUTSIDE and label_of(tag) not in known
    }
    rows = {tag: [float(other == tag) for other in label_set.tags] for tag in label_set.tags}
    rows[OUTSIDE] = [float(tag in open_tags) for tag in label_set.tags]
    return [rows.get(tag, rows[OUTSIDE]) for tag in page.tags]


def partial_annotation_loss(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Minus the log of the summed probability of the allowed tags, averaged over tokens.

    Args:
        logits: shape (windows, pieces, tags).
        allowed: the same shape, 1 where the truth allows the tag; a row of zeros is ignored.

    Source: Tsuboi et al., "Training CRFs using incomplete annotations" (2008), for a
    softmax a token instead of a CRF.
    """
    log_probabilities = logits.float().log_softmax(-1)
    counted = allowed.sum(-1) > IGNORED
    masked = log_probabilities.masked_fill(allowed == 0, float("-inf"))[counted]
    return -masked.logsumexp(-1).mean()
