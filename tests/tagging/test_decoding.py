"""Decoding gives the best valid sequence and honest probabilities."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.labels import Label, LabelSet, label_of
from pipeline.tagging.decoding import decode, log_softmax

LABELS = LabelSet(name="two", labels=(Label(name="x"), Label(name="y")))


def is_valid(tags):
    before = ["O", *tags[:-1]]
    return all(
        not tag.startswith("I-") or label_of(previous) == label_of(tag)
        for previous, tag in zip(before, tags, strict=True)
    )


@given(
    arrays(
        np.float32, st.tuples(st.integers(1, 4), st.just(5)), elements=st.floats(-8, 8, width=32)
    )
)
def test_viterbi_finds_the_best_valid_sequence(logits):
    scores = log_softmax(logits)
    best = max(
        sum(scores[row, tag] for row, tag in enumerate(path))
        for path in itertools.product(range(5), repeat=len(logits))
        if is_valid([LABELS.tags[tag] for tag in path])
    )
    tags = decode(logits, LABELS)
    assert is_valid(tags.labels)
    found = sum(scores[row, LABELS.tag_ids[tag]] for row, tag in enumerate(tags.labels))
    assert found == pytest.approx(best, abs=1e-4)
    assert all(0 <= p <= 1 for p in tags.probabilities)


def test_probability_is_of_the_label_begin_and_inside_together():
    logits = np.log(np.array([[0.2, 0.5, 0.3, 1e-9, 1e-9]], np.float32))
    tags = decode(logits, LABELS)
    assert tags.labels == ("B-x",)
    assert tags.probabilities[0] == pytest.approx(0.8, abs=1e-3)


def test_temperature_softens_without_changing_a_lone_tag():
    logits = np.array([[0.0, 4.0, 0.0, 0.0, 0.0]], np.float32)
    sharp, soft = decode(logits, LABELS), decode(logits, LABELS, temperature=3)
    assert sharp.labels == soft.labels
    assert soft.probabilities[0] < sharp.probabilities[0]


def test_no_tokens_no_tags():
    assert decode(np.zeros((0, 5), np.float32), LABELS).labels == ()
