"""Decode logits to tags: the most probable sequence that is valid IOB2."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.labels import LabelSet, label_of
from pipeline.tagging.types import Tags

Logits = NDArray[np.float32]
_FORBIDDEN = -1e4


def transitions(tags: Sequence[str]) -> NDArray[np.float32]:
    """Scores of one tag after another, shape (tags, tags): 0 if IOB2 allows it.

    ``I-x`` may follow only ``B-x`` or ``I-x``; everything else may follow everything.
    """
    scores = np.zeros((len(tags), len(tags)), np.float32)
    for after, tag in enumerate(tags):
        if tag.startswith("I-"):
            for before, previous in enumerate(tags):
                if label_of(previous) != label_of(tag):
                    scores[before, after] = _FORBIDDEN
    return scores


def decode(logits: Logits, label_set: LabelSet, temperature: float = 1.0) -> Tags:
    """Viterbi decoding of one page.

    Args:
        logits: shape (tokens, tags).
        temperature: divides the logits before the softmax (temperature scaling,
            Guo et al. 2017).

    Returns:
        Tags whose probabilities and scores are those of the *labels*, ``B-`` and ``I-``
        together.
    """
    if not len(logits):
        return Tags((), ())
    log_probabilities = log_softmax(logits / temperature)
    path = _viterbi(log_probabilities, transitions(label_set.tags))
    scores = label_scores(np.exp(log_probabilities))
    return Tags(
        tuple(label_set.tags[index] for index in path),
        tuple(float(scores[row, (index + 1) // 2]) for row, index in enumerate(path)),
        {name: scores[:, column] for column, name in enumerate(label_set.names, start=1)},
    )


def label_scores(probabilities: Logits) -> Logits:
    """Tag probabilities (tokens, tags) to label probabilities (tokens, 1 + labels).

    Tag ids are ``O`` at 0, then ``B-`` and ``I-`` of label k at 2k + 1 and 2k + 2.
    """
    outside, rest = probabilities[:, :1], probabilities[:, 1:]
    of_labels = rest.reshape(len(rest), -1, 2).sum(axis=2)
    scores: Logits = np.minimum(1.0, np.concatenate([outside, of_labels], axis=1))
    return scores


def log_softmax(logits: Logits) -> Logits:
    """Row-wise log-softmax, stable."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Logits = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _viterbi(scores: Logits, allowed: NDArray[np.float32]) -> list[int]:
    best = scores[0] + np.array(
        [_FORBIDDEN if i and i % 2 == 0 else 0.0 for i in range(len(allowed))]
    )
    back = []
    for row in scores[1:]:
        candidates = best[:, None] + allowed
        back.append(candidates.argmax(axis=0))
        best = candidates.max(axis=0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]
