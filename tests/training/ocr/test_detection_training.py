"""A smaller detection network: its module in torch, pieces of pages to learn from, a short run."""

import numpy as np
import pytest
import torch

from pipeline.errors import ConfigError
from pipeline.ocr.networks import DETECTION, network_from
from pipeline.training.ocr.detection.config import NarrowDetectionConfig
from pipeline.training.ocr.detection.pieces import at_detection_size, pages_of, pieces, prepared
from pipeline.training.ocr.detection.score import agreement
from pipeline.training.ocr.detection.train import narrow_detection
from pipeline.training.ocr.narrowing import hidden_widths
from pipeline.training.ocr.network import TorchGraph, load_any_graph
from pipeline.training.progress import no_progress


@pytest.fixture(scope="module")
def config(data, tmp_path_factory):
    return NarrowDetectionConfig.model_validate(
        {
            "name": "tiny",
            "output": tmp_path_factory.mktemp("detection") / "smaller.onnx",
            "parts": data / "parts.json",
            "annotated": {"samples": {"format": "jsonl", "path": data / "two.jsonl"}},
            "drawn": {"receipts": 1},
            "narrow": 0.6,
            "measured": 1,
            "steps": 2,
            "batch_size": 1,
            "piece": 128,
        }
    )


@pytest.fixture(scope="module")
def pages(config):
    return pages_of(config)


def test_torch_computes_what_onnx_runtime_does():
    page = np.random.default_rng(0).uniform(-1, 1, (1, 3, 64, 96)).astype(np.float32)
    with torch.no_grad():
        scores = TorchGraph(load_any_graph(DETECTION))(torch.from_numpy(page))
    np.testing.assert_allclose(
        torch.sigmoid(scores).numpy(), network_from(DETECTION)(page), atol=1e-5
    )


def test_pieces_depend_on_seed_and_step_alone(config, pages):
    train = prepared(pages.train, config.seed, no_progress)
    assert len(train) == 2
    first, again, next_ = (pieces(train, config, step) for step in (0, 0, 1))
    assert first.shape == (1, 3, 128, 128) and -1 <= first.min() < first.max() <= 1
    assert (first == again).all() and (first != next_).any()


def test_pages_are_scaled_to_whole_steps_of_the_network(pages):
    scaled = at_detection_size(pages.development[0]())
    assert all(side % 32 == 0 for side in scaled.shape[:2])


def test_a_network_agrees_with_itself_and_not_with_one_that_finds_nothing(pages):
    teacher = network_from(DETECTION)
    same = agreement(teacher, teacher, pages.development)
    assert same.lines > 5 and (same.found, same.right) == (1, 1)
    blind = agreement(teacher, lambda page: 0 * teacher(page), pages.development)
    assert (blind.found, blind.right) == (0, 1)


def test_the_run_writes_a_smaller_network_that_finds_lines(config, pages, tmp_path):
    before, after = narrow_detection(config, tmp_path)
    assert after.lines == before.lines > 5 and after.found > 0.5
    whole, smaller = (hidden_widths(load_any_graph(p)) for p in (DETECTION, config.output))
    assert sum(smaller) < sum(whole)
    written = config.output.read_bytes()
    narrow_detection(config, tmp_path)  # all steps are done: from the checkpoint
    assert config.output.read_bytes() == written


def test_without_pages_to_score_it_says_so(config, tmp_path):
    unscored = config.model_copy(update={"parts": None})
    with pytest.raises(ConfigError, match="none to score"):
        narrow_detection(unscored, tmp_path)
