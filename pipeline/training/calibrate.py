"""Calibrate a trained model: the temperature of its tags (Guo et al. 2017, "On calibration of
modern networks") and the confidence of the record's fields."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.assembly.confidence.calibration import CALIBRATION_FILE, save_calibration
from pipeline.data.annotated import AnnotatedPage
from pipeline.errors import DataError
from pipeline.extractor import PageReader
from pipeline.tagging.decoding import log_softmax
from pipeline.tagging.onnx import OnnxTagger
from pipeline.training.confidence import calibration_readings, fit_calibration
from pipeline.training.loss import allowed_tags

logger = logging.getLogger(__name__)

CANDIDATES = np.geomspace(0.5, 4.0, 43)


def fit_temperature(tagger: OnnxTagger, pages: Sequence[AnnotatedPage]) -> float:
    """The temperature that maximises the likelihood of these pages' true tags.

    Pages that were trained on would give a temperature that trusts the tagger too much.
    """
    logits = np.concatenate(tagger.logits([page.page for page in pages]))
    rows = [row for page in pages for row in allowed_tags(page, tagger.label_set)]
    allowed = np.array(rows, dtype=bool)

    def loss(temperature: float) -> float:
        probabilities = np.exp(log_softmax(logits / np.float32(temperature)))
        return float(-np.log(np.maximum((probabilities * allowed).sum(-1), 1e-9)).mean())

    return round(float(min(CANDIDATES, key=loss)), 3)


def write_calibration(folder: Path, pages: Sequence[AnnotatedPage], engine: PageReader) -> None:
    """Fit the confidence calibration of a finished model folder and write it there.

    Where the receipts do not suffice, the folder goes without, and the log says why.

    Args:
        pages: receipts that the model was not trained on, as published.
        engine: reads those that have pictures.
    """
    path = folder / CALIBRATION_FILE
    path.unlink(missing_ok=True)  # of an older model
    readings = list(calibration_readings(pages, engine))
    try:
        fitted = fit_calibration(OnnxTagger(folder), readings, {"from": "image"})
    except DataError as error:
        logger.warning("confidences are not calibrated: %s", error)
        return
    save_calibration(fitted.calibration, path)
