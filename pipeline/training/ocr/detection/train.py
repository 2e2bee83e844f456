"""Make a smaller detection network from a larger one, its teacher."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch.nn import functional

from pipeline.errors import ConfigError, writing
from pipeline.ocr.detection import as_input
from pipeline.ocr.networks import DETECTION, Floats, Network, network_from
from pipeline.progress import Progress
from pipeline.training.ocr.checkpoint import Checkpoint
from pipeline.training.ocr.detection.config import NarrowDetectionConfig
from pipeline.training.ocr.detection.pieces import (
    Encoded,
    at_detection_size,
    pages_of,
    pieces,
    prepared,
)
from pipeline.training.ocr.detection.score import Agreement, agreement
from pipeline.training.ocr.narrowing import hidden_widths, narrowed
from pipeline.training.ocr.network import TorchGraph, load_any_graph, with_weights
from pipeline.training.ocr.optimise import optimise
from pipeline.training.ocr.precision import denormals_are_zero, has_bfloat16
from pipeline.training.progress import no_progress

logger = logging.getLogger(__name__)


def narrow_detection(
    config: NarrowDetectionConfig, work: Path, progress: Progress = no_progress
) -> tuple[Agreement, Agreement]:
    """Remove channels, let the rest learn the teacher's output, and write the network.

    Args:
        work: folder of the checkpoint; a run that is started again with it resumes.

    Returns:
        How alike lines are found on development pages, before and after training.

    Raises:
        ConfigError: something that the config names does not exist.
        DataError: a source cannot be read.
    """
    torch.set_num_threads(config.threads)
    pages = pages_of(config)
    if not pages.train or not pages.development:
        raise ConfigError("no pages to train on, or none to score")
    start = config.start or DETECTION
    teacher = network_from(start, config.threads)
    rng = random.Random(config.seed)
    measured = rng.sample(pages.train, min(config.measured, len(pages.train)))
    batches = [as_input([at_detection_size(page())]) for page in measured]
    graph = narrowed(load_any_graph(start), batches, config.narrow, config.threads)
    logger.info("narrowed to hidden channels of %s", hidden_widths(graph))
    before = agreement(teacher, network_from(_bytes(graph), config.threads), pages.development)
    logger.info("before training: %s", before)
    with denormals_are_zero():
        train = prepared(pages.train, config.seed, progress)
        result = with_weights(graph, _trained(config, graph, teacher, train, work, progress))
    after = agreement(teacher, network_from(_bytes(result), config.threads), pages.development)
    logger.info("after training: %s", after)
    with writing(config.output):
        config.output.parent.mkdir(parents=True, exist_ok=True)
        config.output.write_bytes(_bytes(result))
    return before, after


def _bytes(model: onnx.ModelProto) -> bytes:
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _trained(
    config: NarrowDetectionConfig,
    graph: onnx.ModelProto,
    teacher: Network,
    pages: Sequence[Encoded],
    work: Path,
    progress: Progress,
) -> dict[str, Floats]:
    """The weights after all steps. The loss is the Kullback-Leibler divergence of each pixel's
    probability of text from the teacher's."""
    network = TorchGraph(graph)

    def loss_of_step(step: int) -> torch.Tensor:
        given = pieces(pages, config, step)
        target = torch.from_numpy(teacher(given))
        pictures = torch.from_numpy(given).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            scores = network(pictures)
        least = functional.binary_cross_entropy(target, target)
        return functional.binary_cross_entropy_with_logits(scores, target) - least

    optimise(network, config, Checkpoint(work / "checkpoint.pt", config), loss_of_step, progress)
    return network.arrays()
