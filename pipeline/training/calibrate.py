"""Calibrate a trained model: the temperature of its tags (Guo et al. 2017, "On calibration of
modern networks") and the confidence of the record's fields."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.assembly.confidence.calibration import (
    CALIBRATION_FILE,
    Calibration,
    save_calibration,
)
from pipeline.data.annotated import AnnotatedPage
from pipeline.errors import DataError
from pipeline.page_reader import PageReader
from pipeline.tagging.decoding import log_softmax
from pipeline.tagging.onnx import OnnxTagger
from pipeline.training.confidence import calibration_readings, fit_calibration
from pipeline.training.loss import allowed_tags

logger = logging.getLogger(__name__)

CANDIDATES = np.geomspace(0.5, 4.0, 43)


def fit_temperature(tagger: OnnxTagger, pages: Sequence[AnnotatedPage]) -> float:
    """The temperature that maximises the likelihood of these pages' true tags.

    Pages that were trained on would give an overconfident temperature.
    """
    logits = np.concatenate(tagger.logits([page.page for page in pages]))
    rows = [row for page in pages for row in allowed_tags(page, tagger.label_set)]
    allowed = np.array(rows, dtype=bool)

    def loss(temperature: float) -> float:
        probabilities = np.exp(log_softmax(logits / np.float32(temperature)))
        return float(-np.log(np.maximum((probabilities * allowed).sum(-1), 1e-9)).mean())

    return round(float(min(CANDIDATES, key=loss)), 3)


def write_calibration(
    folder: Path,
    pages: Sequence[AnnotatedPage],
    engine: PageReader,
    start: Calibration | None = None,
) -> Calibration | None:
    """Fit the confidence calibration of a finished model folder and write it there.

    With too few receipts, the start model's is written, if it has one; the log says why.

    Args:
        pages: receipts that the model was not trained on, as published.
        engine: reads those that have pictures.
        start: see ``start_calibration``.

    Returns:
        The calibration that was written.
    """
    path = folder / CALIBRATION_FILE
    path.unlink(missing_ok=True)  # of an older model
    readings = list(calibration_readings(pages, engine))
    calibration = start
    try:
        calibration = fit_calibration(OnnxTagger(folder), readings, {"from": "image"}).calibration
    except DataError as error:
        instead = "are calibrated as the start model's" if start else "are not calibrated"
        logger.warning("confidences %s: %s", instead, error)
    if calibration:
        save_calibration(calibration, path)
    return calibration
