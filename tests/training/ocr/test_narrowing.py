"""Removing hidden channels: which ones, how many of each pair, and what the network still reads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ocr.networks import RECOGNITION, detection_network, recognition_from
from pipeline.ocr.quads import line_picture
from pipeline.training.ocr.cutting import as_pixels, line_finder, upright_quads
from pipeline.training.ocr.drawn import draw
from pipeline.training.ocr.narrowing import (
    allotted,
    hidden_widths,
    narrowed,
    pairs_of,
    removal_of,
)
from pipeline.training.ocr.network import TorchRecogniser, load_graph
from pipeline.training.ocr.reading import greedy_text, padded_batch, probabilities
from pipeline.training.ocr.train import _predictor


def moments_of(samples):
    extended = np.column_stack([samples, np.ones(len(samples))])
    return extended.T @ extended / len(samples)


def test_an_input_that_others_give_is_removed_first_and_made_up_for():
    rng = np.random.default_rng(0)
    samples = rng.normal(1, 1, (2000, 4))
    samples[:, 2] = samples[:, 0] - 2 * samples[:, 3] + 3  # a sum of others and a constant
    weights = rng.normal(0, 1, (5, 5))
    removal = removal_of(weights, moments_of(samples))
    kept, adapted = removal.narrowed(3)
    assert len(kept) == 3 and not {0, 2, 3} <= set(kept.tolist())
    wanted = samples @ weights[:, :-1].T + weights[:, -1]
    found = samples[:, kept] @ adapted[:, :-1].T + adapted[:, -1]
    np.testing.assert_allclose(found, wanted, atol=0.05)
    assert removal.errors[3] < 1e-3 < removal.errors[2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_errors_are_those_of_the_adapted_weights(seed):
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 1, (300, 6)) @ rng.normal(0, 1, (6, 6)) + rng.normal(0, 1, 6)
    weights = rng.normal(0, 1, (4, 7))
    removal = removal_of(weights, moments_of(samples))
    wanted = samples @ weights[:, :-1].T
    variance = wanted.var(axis=0).sum()
    for width in range(1, 7):
        kept, adapted = removal.narrowed(width)
        found = samples[:, kept] @ adapted[:, :-1].T + adapted[:, -1] - weights[:, -1]
        error = ((found - wanted) ** 2).mean(axis=0).sum() / variance
        assert error == pytest.approx(removal.errors[width], abs=0.01)
    assert all(np.diff(removal.errors) <= 1e-9)


def test_the_pair_that_needs_fewer_channels_gets_fewer():
    spread_evenly = np.linspace(1, 0, 129)
    in_few_channels = np.maximum(0, 1 - np.arange(129) / 32)
    widths = allotted([spread_evenly, in_few_channels], [10, 10], 0.6)
    assert widths == [112, 32]


def test_channels_that_cost_more_work_go_first():
    errors = np.linspace(1, 0, 129)
    cheap, dear = allotted([errors, errors], [10, 30], 0.5)
    assert dear < cheap and 10 * cheap + 30 * dear <= 0.5 * 128 * 40


@pytest.fixture(scope="module")
def lines():
    rendered = draw(500_400, 0.03, recognition_from(RECOGNITION).characters)
    pixels = as_pixels(rendered.image)
    quads = upright_quads(pixels, line_finder(detection_network()))
    return [line_picture(pixels, quad, 48, 0.75) for quad in quads]


def test_a_network_of_nine_tenths_reads_the_same(lines):
    whole = load_graph(RECOGNITION)
    smaller = narrowed(whole, [padded_batch([line]) for line in lines], 0.9)
    assert len(pairs_of(smaller.graph)) == 13
    assert all(width % 16 == 0 for width in hidden_widths(smaller))
    assert sum(hidden_widths(smaller)) < 0.95 * sum(hidden_widths(whole))
    characters = TorchRecogniser(smaller).characters

    def read(model):
        outputs = probabilities(_predictor(model, 1), lines)
        return [greedy_text(output.argmax(axis=1), characters) for output in outputs]

    pairs = list(zip(read(whole), read(smaller), strict=True))
    assert sum(before == after for before, after in pairs) >= 0.8 * len(pairs) > 10
