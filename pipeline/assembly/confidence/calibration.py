"""Calibrated confidence: a logistic model over the evidence for a field."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.assembly.confidence.approval import Approval, JudgedReceipt, choose_approval
from pipeline.assembly.confidence.evidence import FEATURES, evidence
from pipeline.assembly.confidence.final_fields import final_fields, with_fields
from pipeline.assembly.summary.judgement import JudgementWeights
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.errors import ConfigError
from pipeline.plain_errors import plain_problems
from pipeline.receipt import Contents

CALIBRATION_FILE = "calibration.json"  # in a model folder
CALIBRATION_VERSION: Final = 1
_STEEPEST = 30.0  # log-odds; beyond it the probability is 0 or 1 as a double


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Weights(_Section):
    """The model of one field: the log-odds that it is right are ``offset`` plus the weighted
    evidence."""

    offset: float
    of: dict[str, float]

    @field_validator("of")
    @classmethod
    def _known(cls, of: dict[str, float]) -> dict[str, float]:
        unknown = sorted(of.keys() - FEATURES.keys())
        if unknown:
            raise ValueError(f"evidence that this version does not gather: {', '.join(unknown)}")
        return of

    def probability(self, features: list[float]) -> float:
        """The probability that a field with this evidence (``FEATURES``, in order) is right."""
        weighed = zip(FEATURES, features, strict=True)
        odds = self.offset + sum(self.of.get(name, 0.0) * value for name, value in weighed)
        return 1 / (1 + math.exp(-min(max(odds, -_STEEPEST), _STEEPEST)))


class Calibration(_Section):
    """The contents of ``calibration.json``.

    Attributes:
        common: weights of fields without calibration receipts of their own.
        fields: key (``items.COLUMN`` for a line item's) to its own weights.
        judgement: weights by which amounts become fields; by default the packaged ones.
        receipts: the calibration receipts with the confidences that they get from a fit
            without their merchant; approval chooses its threshold by them.
        about: what it was fitted on and how good it is, for the reader of the file.
    """

    version: Literal[1] = CALIBRATION_VERSION
    common: Weights
    fields: dict[str, Weights] = {}
    judgement: JudgementWeights | None = None
    receipts: tuple[JudgedReceipt, ...] = ()
    about: dict[str, Any] = {}

    def apply(
        self, contents: Contents, tagged: TaggedPage, likely: Mapping[str, float]
    ) -> Contents:
        """The same contents with calibrated confidences.

        A repaired field stays at most as sure as the repair: the sums, which were made to hold,
        are no further evidence for it.

        Args:
            likely: of the summary's fields the judgement's probability of their value.
        """
        fields = final_fields(contents, tagged.label_set)
        calibrated = []
        for one, features in zip(fields, evidence(contents, fields, tagged, likely), strict=True):
            sure = self.weights(one.key).probability(features)
            if one.field.repaired:
                sure = min(sure, one.field.confidence)
            calibrated.append(one.field.model_copy(update={"confidence": sure}))
        return with_fields(contents, fields, calibrated)

    def weights(self, key: str) -> Weights:
        return self.fields.get(key, self.common)

    @classmethod
    def of_json(cls, raw: Mapping[str, Any], where: str) -> Self:
        """Validate plain values.

        Raises:
            ConfigError: they are no calibration of this version; the message names ``where``.
        """
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            first = plain_problems(error, cls)[0]
            raise ConfigError(f"{where}: {first}; fit it anew: receipts calibrate") from error


def load_calibration(folder: Path | None) -> Calibration | None:
    """The calibration of a model folder; ``None`` where it has none, or there is no folder.

    Raises:
        ConfigError: there is one that cannot be used.
    """
    if folder is None or not (path := folder / CALIBRATION_FILE).is_file():
        return None
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return Calibration.of_json(raw, str(path))


def approval_of(
    calibration: Calibration | None, precision: float, required: Sequence[str]
) -> Approval:
    """The conditions under which receipts are approved at a precision.

    Raises:
        ConfigError: there is no calibration, or it does not support that precision.
    """
    if calibration is None:
        raise ConfigError(
            "this model has no calibration.json, and approves nothing by itself: run receipts "
            "calibrate"
        )
    return choose_approval(calibration.receipts, precision, required)


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write it so that ``load_calibration`` reads it back the same."""
    text = json.dumps(calibration.model_dump(mode="json"), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
