"""The torch module against ONNX Runtime, and weights on their way back into the graph."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from lines import CHARACTERS, line

from pipeline.errors import ConfigError
from pipeline.ocr.networks import RECOGNITION, recognition_from
from pipeline.training.ocr.confidence import matching_factor, with_confidence
from pipeline.training.ocr.config import KeepNear
from pipeline.training.ocr.line import columns_of
from pipeline.training.ocr.loss import batch_loss
from pipeline.training.ocr.network import (
    TorchRecogniser,
    averaged,
    half_precision,
    load_graph,
    with_weights,
)
from pipeline.training.ocr.targets import Targets
from pipeline.training.ocr.transcripts import Style


@pytest.fixture(scope="module")
def graph():
    return load_graph(RECOGNITION)


@pytest.fixture(scope="module")
def network(graph):
    return TorchRecogniser(graph)


def some_lines(width):
    return np.random.default_rng(width).uniform(-1, 1, (2, 3, 48, width)).astype(np.float32)


@pytest.mark.parametrize("width", [64, 104])
def test_torch_computes_what_onnx_runtime_does(network, width):
    lines = some_lines(width)
    with torch.no_grad():
        ours = network(torch.from_numpy(lines)).exp().numpy()
    theirs = recognition_from(RECOGNITION)
    assert network.characters == theirs.characters
    np.testing.assert_allclose(ours, theirs.network(lines), atol=1e-5)


def test_every_weight_gets_a_gradient_and_statistics_are_none(network):
    network(torch.from_numpy(some_lines(64)))[..., 1].mean().backward()
    assert all(weight.grad is not None for weight in network.parameters())
    trained = sum(weight.numel() for weight in network.parameters())
    assert 2_100_000 < trained < 2_300_000
    assert not any("mean" in name or "variance" in name for name in network.arrays())


def test_the_written_network_has_the_new_weights_and_nothing_else_new(graph, network, tmp_path):
    start = network.arrays()
    moved = {name: values + 1 for name, values in start.items()}
    half = with_weights(graph, averaged(graph, moved, 0.5))
    for name, values in TorchRecogniser(half).arrays().items():
        np.testing.assert_allclose(values, start[name] + 0.5, atol=1e-6)
    same = with_weights(graph, averaged(graph, moved, 0.0))
    onnx.save(same, tmp_path / "same.onnx")
    assert (tmp_path / "same.onnx").stat().st_size == RECOGNITION.stat().st_size
    lines = some_lines(64)
    np.testing.assert_array_equal(
        recognition_from(tmp_path / "same.onnx").network(lines),
        recognition_from(RECOGNITION).network(lines),
    )


@pytest.mark.parametrize("content", [b"no network", onnx.ModelProto().SerializeToString()])
def test_other_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "other.onnx"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"other\.onnx: not an? "):
        load_graph(path)
    with pytest.raises(ConfigError, match=r"none\.onnx: No such file"):
        load_graph(tmp_path / "none.onnx")


def test_the_loss_falls_as_the_output_nears_transcript_and_original():
    targets = Targets(CHARACTERS, Style(case=False), KeepNear())
    lines = [line("AB 10"), line("A")]
    width = len(lines[0].original.classes)
    random = torch.from_numpy(
        np.random.default_rng(0).normal(0, 1, (2, width, len(CHARACTERS))).astype(np.float32)
    )
    right = random.clone()
    for row, one in zip(right, lines, strict=True):
        classes = torch.from_numpy(one.original.classes[:, 0].astype(np.int64))
        row[torch.arange(len(classes)), classes] = 8
    losses = [
        batch_loss(torch.log_softmax(output, -1), lines, targets).item()
        for output in (random, (random + right) / 2, right)
    ]
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] < 0.3


def test_lines_too_narrow_for_their_transcript_cost_nothing():
    targets = Targets(CHARACTERS, Style(), KeepNear(letters=0, others=0))
    narrow = line("ab10ab10", "a")
    output = torch.log_softmax(torch.zeros(1, 8, len(CHARACTERS)), -1)
    assert batch_loss(output, [narrow], targets).item() == 0


def test_lines_without_a_transcript_cost_only_what_differs_from_the_original():
    targets = Targets(CHARACTERS, Style(), KeepNear(letters=0, others=0))
    output = torch.log_softmax(torch.zeros(1, 5, len(CHARACTERS)), -1)
    assert batch_loss(output, [line("ab")], targets).item() > 0
    assert batch_loss(output, [line("ab", is_taught=True)], targets).item() == 0
    near = Targets(CHARACTERS, Style(), KeepNear())
    assert batch_loss(output, [line("ab", is_taught=True)], near).item() > 0


def test_confidences_are_matched():
    scores = np.random.default_rng(0).normal(0, 4, (9, 12, 11)).astype(np.float32)
    outputs = [np.exp(one) / np.exp(one).sum(1, keepdims=True) for one in scores]
    dull = [(output**0.5) / (output**0.5).sum(1, keepdims=True) for output in outputs]
    said = [replace(line(""), original=columns_of(output)) for output in outputs]
    assert matching_factor(dull, said) == pytest.approx(2, abs=0.05)


def test_the_last_layer_scales_confidences_and_no_reading(graph, network):
    lines = torch.from_numpy(some_lines(64))
    sharp = TorchRecogniser(with_confidence(graph, 2.0))
    with torch.no_grad():
        before, found = network(lines).exp().numpy(), sharp(lines).exp().numpy()
    np.testing.assert_allclose(found, before**2 / (before**2).sum(-1, keepdims=True), atol=1e-5)


def test_a_file_of_half_the_size_says_the_same(graph, tmp_path):
    path = tmp_path / "half.onnx"
    path.write_bytes(half_precision(graph).SerializeToString())
    assert path.stat().st_size < 0.55 * RECOGNITION.stat().st_size
    lines = some_lines(104)
    np.testing.assert_allclose(
        recognition_from(path).network(lines),
        recognition_from(RECOGNITION).network(lines),
        atol=0.01,
    )
    with pytest.raises(ConfigError, match="operators that cannot be trained: Cast"):
        load_graph(path)
