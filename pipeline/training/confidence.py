"""Fit the confidence calibration of a model on annotated receipts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from pipeline.assembly.assemble import assembled
from pipeline.assembly.confidence.approval import JudgedReceipt
from pipeline.assembly.confidence.calibration import Calibration, Weights
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.splits import hash_fraction, merchants
from pipeline.errors import DataError
from pipeline.evaluation.cases import Reading, from_boxes, from_images, tag_pages
from pipeline.evaluation.trust import reliability
from pipeline.page_reader import PageReader
from pipeline.tagging.types import Tagger
from pipeline.training.calibration_data import CalibrationReceipt, Sample, calibration_receipts
from pipeline.training.judgement_fit import judged_receipt
from pipeline.training.judgement_refit import LEAST_RECEIPTS, refit
from pipeline.training.logistic import fit_weights

LEAST_MERCHANTS = 5
LEAST_WRONG = 10  # wrong values, and as many right ones
FOLDS = 10
_SEED = 1  # of the folds

Fitted = tuple[Weights, dict[str, Weights]]


@dataclass(frozen=True, slots=True)
class Quality:
    """The calibration quality of one kind of field over all calibration receipts.

    Attributes:
        values: how many came out and are judged.
        right: the share of them that is.
        ece_before: the expected calibration error without a calibration, 0 to 1.
        ece: with one that was fitted without the receipt's merchant.
    """

    values: int
    right: float
    ece_before: float
    ece: float


@dataclass(frozen=True, slots=True)
class FittedCalibration:
    """A calibration and its quality by field; the key ``""`` is all fields."""

    calibration: Calibration
    quality: Mapping[str, Quality]


def calibration_readings(pages: Sequence[AnnotatedPage], engine: PageReader) -> Iterator[Reading]:
    """The receipts as extraction reads them: from the picture, if there is one."""
    pictured = [page for page in pages if page.image is not None]
    if pictured:
        yield from from_images(pictured, engine)
    yield from from_boxes([page for page in pages if page.image is None])


def fit_calibration(
    tagger: Tagger, readings: Sequence[Reading], about: Mapping[str, Any] | None = None
) -> FittedCalibration:
    """Fit the probability that a field is right, and evaluate the fit by cross-validation.

    Args:
        readings: of receipts that the tagger was not trained on; on others it is overconfident.
        about: what the calibration is to say of its receipts, besides numbers and figures.

    Raises:
        DataError: there are too few receipts, or too few values that are wrong (or right).
        ConfigError: SciPy is not installed.
    """
    label_set = tagger.label_set
    names = merchants([reading.truth for reading in readings])
    folds = _folds(names)
    tags = tag_pages(tagger, [(reading.page, reading.truth) for reading in readings])
    refitted = refit(
        [judged_receipt(one, its, label_set) for one, its in zip(readings, tags, strict=True)],
        folds,
    )
    found = [
        assembled(one.page, its, label_set, weights)
        for one, its, weights in zip(readings, tags, refitted.outside, strict=True)
    ]
    judged = calibration_receipts(readings, found, names, label_set)
    _check(judged)
    outside = _cross_validated(judged, folds)
    common, own = _fit(judged)
    quality = _quality(judged, outside)
    calibration = Calibration(
        common=common,
        fields=own,
        judgement=refitted.weights,
        receipts=tuple(
            _judged_receipt(one, sure) for one, sure in zip(judged, outside, strict=True)
        ),
        about={
            **(about or {}),
            "date": datetime.now(UTC).date().isoformat(),
            "receipts": len(judged),
            "merchants": len({one.merchant for one in judged}),
            "values": quality[""].values,
            "ece_before": quality[""].ece_before,
            "ece_cross_validated": quality[""].ece,
        },
    )
    return FittedCalibration(calibration, quality)


def _check(judged: Sequence[CalibrationReceipt]) -> None:
    right = [sample.right for one in judged for sample in one.samples]
    rarer = min(sum(right), len(right) - sum(right))
    told = sum(bool(one.samples) for one in judged)
    if told < LEAST_RECEIPTS:
        raise DataError(
            f"{told} receipts with a known field are too few to calibrate by: "
            f"annotate at least {LEAST_RECEIPTS}, better 200"
        )
    merchants = len({one.merchant for one in judged})
    if merchants < LEAST_MERCHANTS:
        raise DataError(
            f"receipts of {merchants} merchants are too few to calibrate by, as every till is "
            f"different: annotate receipts of at least {LEAST_MERCHANTS}"
        )
    if rarer < LEAST_WRONG:
        kind = "wrong" if sum(right) > len(right) / 2 else "right"
        raise DataError(
            f"only {rarer} of {len(right)} values are {kind}: calibration tells right from wrong "
            f"by at least {LEAST_WRONG} of each; annotate more receipts"
        )


def _fit(judged: Sequence[CalibrationReceipt]) -> Fitted:
    samples = [sample for one in judged for sample in one.samples]
    return fit_weights(
        [sample.key for sample in samples],
        np.array([sample.features for sample in samples], float),
        np.array([sample.right for sample in samples], bool),
    )


def _folds(names: Sequence[str]) -> list[int]:
    """The fold of each receipt, by its merchant's name."""
    by_lot = sorted(set(names), key=lambda name: hash_fraction(name, _SEED))
    fold_of = {merchant: number % FOLDS for number, merchant in enumerate(by_lot)}
    return [fold_of[name] for name in names]


def _cross_validated(
    judged: Sequence[CalibrationReceipt], folds: Sequence[int]
) -> list[list[float]]:
    """The confidences of each receipt's samples from a fit on other merchants only."""
    found: list[list[float]] = [[] for _ in judged]
    for fold in sorted(set(folds)):
        kept = [one for one, its in zip(judged, folds, strict=True) if its != fold]
        common, own = _fit(kept)
        for number, (one, its) in enumerate(zip(judged, folds, strict=True)):
            if its == fold:
                found[number] = [_probability(common, own, sample) for sample in one.samples]
    return found


def _probability(common: Weights, own: Mapping[str, Weights], sample: Sample) -> float:
    return own.get(sample.key, common).probability(list(sample.features))


def _judged_receipt(one: CalibrationReceipt, confidences: Sequence[float]) -> JudgedReceipt:
    """The receipt's header and summary fields; line items do not affect approval."""
    pairs = zip(one.samples, confidences, strict=True)
    return JudgedReceipt(
        sums=one.sums,
        fields={
            sample.key: (round(confidence, 4), sample.right)
            for sample, confidence in pairs
            if not sample.is_cell
        },
        missed=one.missed,
        unknown=one.unknown,
    )


def _quality(
    judged: Sequence[CalibrationReceipt], outside: Sequence[Sequence[float]]
) -> dict[str, Quality]:
    found: dict[str, list[tuple[Sample, float]]] = {"": []}
    for one, confidences in zip(judged, outside, strict=True):
        for sample, confidence in zip(one.samples, confidences, strict=True):
            found[""].append((sample, confidence))
            found.setdefault(sample.key, []).append((sample, confidence))
    return {key: _quality_of(pairs) for key, pairs in sorted(found.items())}


def _quality_of(pairs: Sequence[tuple[Sample, float]]) -> Quality:
    right = [sample.right for sample, _ in pairs]
    return Quality(
        values=len(pairs),
        right=round(sum(right) / len(right), 4),
        ece_before=reliability([sample.before for sample, _ in pairs], right)["ece"],
        ece=reliability([confidence for _, confidence in pairs], right)["ece"],
    )
