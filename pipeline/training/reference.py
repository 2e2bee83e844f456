"""The reference that `receipts drift` compares with, from receipts that were not trained on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.drift.sample import (
    REFERENCE_FILE,
    calibration_of,
    sample_of,
    write_reference,
)
from pipeline.extractor import Extractor
from pipeline.page_reader import PageReader
from pipeline.tagging.onnx import OnnxTagger

logger = logging.getLogger(__name__)

LEAST_PICTURES = 20


def write_model_reference(
    folder: Path, pages: Sequence[AnnotatedPage], engine: PageReader
) -> Path | None:
    """Extract the pictures of annotated receipts and write the reference into the model folder.

    Args:
        folder: of a model that was not trained on these receipts.

    Returns:
        The file; ``None`` if there are too few pictures, which the log says.
    """
    path = folder / REFERENCE_FILE
    path.unlink(missing_ok=True)  # of an older model
    pictures = [page.image for page in pages if page.image is not None and page.image.is_file()]
    if len(pictures) < LEAST_PICTURES:
        logger.warning(
            "no reference for `receipts drift`: %d development receipts with a picture, at least "
            "%d are needed",
            *(len(pictures), LEAST_PICTURES),
        )
        return None
    extractor = Extractor.of_parts(engine, OnnxTagger(folder))
    records = (record for picture in pictures for record in extractor.extract(picture))
    about = {"from": "development receipts", "calibration": calibration_of(folder)}
    write_reference(sample_of(records, about), path)
    return path
