"""Temperature scaling of the tagger (Guo et al. 2017, "On calibration of modern networks")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.data.annotated import AnnotatedPage
from pipeline.tagging.decoding import log_softmax
from pipeline.tagging.onnx import OnnxTagger
from pipeline.training.loss import allowed_tags

CANDIDATES = np.geomspace(0.5, 4.0, 43)


def fit_temperature(tagger: OnnxTagger, pages: Sequence[AnnotatedPage]) -> float:
    """The temperature at which the truth of these pages is most probable.

    Pages that were trained on would give a temperature that trusts the tagger too much.
    """
    logits = np.concatenate(tagger.logits([page.page for page in pages]))
    rows = [row for page in pages for row in allowed_tags(page, tagger.label_set)]
    allowed = np.array(rows, dtype=bool)

    def loss(temperature: float) -> float:
        probabilities = np.exp(log_softmax(logits / np.float32(temperature)))
        return float(-np.log(np.maximum((probabilities * allowed).sum(-1), 1e-9)).mean())

    return round(float(min(CANDIDATES, key=loss)), 3)
