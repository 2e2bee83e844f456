"""``receipts train-ocr``: from a config to a recognition network and its card."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from pipeline.errors import ConfigError, writing
from pipeline.ocr.networks import (
    RECOGNITION,
    Recognition,
    detection_network,
    recognition_from,
)
from pipeline.onnx_session import open_session
from pipeline.progress import Progress
from pipeline.training.ocr.batches import Batches
from pipeline.training.ocr.card import card_text
from pipeline.training.ocr.checkpoint import Checkpoint
from pipeline.training.ocr.confidence import matching_factor, with_confidence
from pipeline.training.ocr.config import OcrTrainConfig
from pipeline.training.ocr.corpus import SourceLines, read_lines
from pipeline.training.ocr.cutting import line_finder
from pipeline.training.ocr.loss import batch_loss
from pipeline.training.ocr.narrowing import hidden_widths, narrowed
from pipeline.training.ocr.network import (
    TorchRecogniser,
    averaged,
    half_precision,
    load_graph,
    with_weights,
)
from pipeline.training.ocr.optimise import optimise
from pipeline.training.ocr.page_lines import OriginalReader
from pipeline.training.ocr.reading import by_width, padded_batch, probabilities
from pipeline.training.ocr.score import LineScore, mean_error, score_original, score_sources
from pipeline.training.ocr.targets import Targets
from pipeline.training.precision import denormals_are_zero, has_bfloat16
from pipeline.training.progress import no_progress

logger = logging.getLogger(__name__)

_MEASURED = 400  # training lines of each source that activations are measured on
_SAMPLE = 300  # development lines of each source that confidences are measured on


@dataclass(frozen=True, slots=True)
class Trained:
    """The result of a run.

    Attributes:
        share: of the trained weights in the result.
        before, after: development scores of each source, of the start and of the result.
    """

    path: Path
    share: float
    before: Mapping[str, LineScore]
    after: Mapping[str, LineScore]


def train_ocr(config: OcrTrainConfig, work: Path, progress: Progress = no_progress) -> Trained:
    """Cut the lines, train on them, average the weights, and write the network and its card.

    Args:
        config: the run.
        work: folder of the lines and the checkpoint; a run that is started again with it resumes.
        progress: is told of each receipt cut and of each step.

    Raises:
        ConfigError: something that the config names does not exist, or there is nothing to train
            on or to score.
        DataError: a source cannot be read.
    """
    torch.set_num_threads(config.threads)
    with denormals_are_zero():
        return _trained(config, work, progress)


def _trained(config: OcrTrainConfig, work: Path, progress: Progress) -> Trained:
    start = config.start or RECOGNITION
    graph = load_graph(start)
    original = recognition_from(start, config.threads)
    reader = OriginalReader(line_finder(detection_network(config.threads)), original)
    sources = read_lines(config, reader, work / "lines", progress)
    _check(sources)
    before = score_original(original.characters, sources)
    _log_scores("start", before)
    if config.narrow is not None:
        graph = narrowed(graph, _sample(sources), config.narrow, config.threads)
        logger.info("narrowed to hidden channels of %s", hidden_widths(graph))
        if config.steps:  # else the result's scores are those
            untrained = _predictor(graph, config.threads)
            _log_scores("narrowed", score_sources(untrained, original.characters, sources))
    network = _optimised(config, graph, sources, work, progress)
    share, result, after = _chosen(config, graph, network, original, sources)
    if config.half:
        result = half_precision(result)
    with writing(config.output):
        config.output.parent.mkdir(parents=True, exist_ok=True)
        config.output.write_bytes(result.SerializeToString(deterministic=True))
        card = config.output.with_suffix(".md")
        card.write_text(card_text(config, start, share, sources, before, after), encoding="utf-8")
    return Trained(config.output, share, before, after)


def _check(sources: Mapping[str, SourceLines]) -> None:
    if not any(source.train for source in sources.values()):
        raise ConfigError("no lines to train on: no source has pictures with credible transcripts")
    if not any(source.development for source in sources.values()):
        raise ConfigError("no development lines: no annotated source has receipts in that part")


def _sample(sources: Mapping[str, SourceLines]) -> list[NDArray[np.float32]]:
    """Batches of training lines of each source, from all over it."""
    pictures = [
        line.picture
        for source in sources.values()
        for line in source.train[:: max(1, len(source.train) // _MEASURED)][:_MEASURED]
    ]
    return [padded_batch([pictures[index] for index in batch]) for batch in by_width(pictures)]


def _optimised(
    config: OcrTrainConfig,
    graph: onnx.ModelProto,
    sources: Mapping[str, SourceLines],
    work: Path,
    progress: Progress,
) -> TorchRecogniser:
    """The network after all steps, from the last checkpoint if there is one."""
    network = TorchRecogniser(graph)
    targets = {
        name: Targets(network.characters, source.style, config.keep_near)
        for name, source in sources.items()
    }
    batches = Batches(sources, network.characters, config.batch_size, config.easy, config.seed)

    def loss_of_step(step: int) -> torch.Tensor:
        batch = batches.of_step(step)
        pictures = torch.from_numpy(batch.pictures)
        with torch.autocast("cpu", torch.bfloat16, enabled=in_bfloat16(config)):
            output = network(pictures.contiguous(memory_format=torch.channels_last))
        return batch_loss(output, batch.lines, targets[batch.source])

    optimise(network, config, Checkpoint(work / "checkpoint.pt", config), loss_of_step, progress)
    return network


def in_bfloat16(config: OcrTrainConfig) -> bool:
    if config.precision == "auto":
        return has_bfloat16()
    return config.precision == "bfloat16"


def _chosen(
    config: OcrTrainConfig,
    graph: onnx.ModelProto,
    network: TorchRecogniser,
    original: Recognition,
    sources: Mapping[str, SourceLines],
) -> tuple[float, onnx.ModelProto, dict[str, LineScore]]:
    """The share of trained weights with the best development score, its model and its scores.

    After no steps all shares are the same network, and the lowest one alone is scored.
    """
    trained = network.arrays()
    candidates = []
    for share in config.shares if config.steps else (min(config.shares),):
        model = with_weights(graph, averaged(graph, trained, share))
        scores = score_sources(_predictor(model, config.threads), original.characters, sources)
        _log_scores(f"share {share:g}", scores)
        candidates.append((mean_error(scores), share, model, scores))
    _, share, model, scores = min(candidates, key=lambda candidate: candidate[:2])
    return share, _as_confident(model, sources, config), scores


def _as_confident(
    model: onnx.ModelProto, sources: Mapping[str, SourceLines], config: OcrTrainConfig
) -> onnx.ModelProto:
    """The model with the confidences of the original network."""
    lines = [line for source in sources.values() for line in source.development[:_SAMPLE]]
    outputs = probabilities(_predictor(model, config.threads), [line.picture for line in lines])
    factor = matching_factor(outputs, lines)
    logger.info("confidences: the last layer is multiplied by %.3f", factor)
    return with_confidence(model, factor)


def _predictor(
    model: onnx.ModelProto, threads: int
) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    session = open_session(model.SerializeToString(), threads)
    (given,) = session.get_inputs()

    def predict(lines: NDArray[np.float32]) -> NDArray[np.float32]:
        (output,) = session.run(None, {given.name: lines})
        return np.asarray(output, np.float32)

    return predict


def _log_scores(what: str, scores: Mapping[str, LineScore]) -> None:
    for name, score in scores.items():
        names = "" if score.names is None else f", names {score.names:.3f}"
        logger.info(
            "%s, %s: CER %.4f, words %.3f, amounts %.3f%s (%d lines)",
            *(what, name, score.cer, score.words, score.amounts, names, score.lines),
        )
