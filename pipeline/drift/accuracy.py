"""The accuracy that calibrated confidences promise, beside the one that reviewers found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.drift.sample import Confidence, Sample
from pipeline.drift.statistics import holm
from pipeline.errors import DataError
from pipeline.receipt import FIELD_NAMES, Receipt, Source

LEAST_GAP = 0.05
"""An alarm needs this much less accuracy than was promised."""
_Z = 1.96

Reviewed = tuple[Receipt, Receipt]
"""A record as it was read, and as a person accepted it."""


@dataclass(frozen=True, slots=True)
class FieldAccuracy:
    """Of one field.

    Attributes:
        found: records of the window that have it.
        estimated: its mean confidence there: without labels, the share that should be right.
        reference: likewise, of the reference; ``None`` if it has none.
        checked: values that reviewers checked.
        promised: the mean confidence of those.
        right: the share of those that they left as it was; ``None`` if they checked none.
        low, high: its 95 % interval (Wilson).
        missed: accepted records in which they filled it in.
        p: that so many are wrong by chance although confidence is right, corrected for the
            number of fields.
    """

    field: str
    found: int
    estimated: float
    reference: float | None
    checked: int = 0
    promised: float | None = None
    right: float | None = None
    low: float | None = None
    high: float | None = None
    missed: int = 0
    p: float | None = None
    is_alarm: bool = False


def accuracies(
    window: Sample, reference: Sample | None, reviewed: Iterable[Reviewed], alpha: float
) -> list[FieldAccuracy]:
    """One row for each field that was found.

    Raises:
        ConfigError: SciPy is not installed.
    """
    from pipeline.install import needs

    with needs("drift needs SciPy", "drift"):
        import scipy.stats  # noqa: F401
    told = _Told.of(reviewed)
    before = reference.confidences if reference else {}
    rows = [
        _row(name, window.confidences.get(name), before.get(name), told)
        for name in FIELD_NAMES
        if name in window.confidences or name in told.checked
    ]
    corrected = holm({row.field: row.p for row in rows if row.p is not None})
    return [_judged(row, corrected.get(row.field), alpha) for row in rows]


@dataclass(frozen=True, slots=True)
class _Told:
    """What reviewers told: by field the confidences of values and whether each was right."""

    checked: Mapping[str, list[tuple[float, bool]]]
    missed: Mapping[str, int]

    @classmethod
    def of(cls, reviewed: Iterable[Reviewed]) -> _Told:
        checked: dict[str, list[tuple[float, bool]]] = {}
        missed: dict[str, int] = {}
        for read, accepted in reviewed:
            for name in FIELD_NAMES:
                was, now = _value(read, name), _value(accepted, name)
                if was is not None:
                    confidence = getattr(read, name).confidence
                    checked.setdefault(name, []).append((confidence, was == now))
                elif now is not None:
                    missed[name] = missed.get(name, 0) + 1
        return cls(checked, missed)


def _value(record: Receipt, name: str) -> Any:
    field = getattr(record, name)
    return None if field is None else field.value


def _row(
    name: str, found: Confidence | None, reference: Confidence | None, told: _Told
) -> FieldAccuracy:
    row = FieldAccuracy(
        field=name,
        found=found.found if found else 0,
        estimated=found.mean if found else 0.0,
        reference=reference.mean if reference else None,
        missed=told.missed.get(name, 0),
    )
    values = told.checked.get(name)
    if not values:
        return row
    from scipy.stats import binomtest

    from pipeline.evaluation.small_samples import wilson

    count = len(values)
    wrong = sum(not is_right for _, is_right in values)
    promised = sum(confidence for confidence, _ in values) / count
    low, high = wilson(1 - wrong / count, count)
    # Errors with unequal probabilities vary less than with equal ones: the p-value is cautious.
    test = binomtest(wrong, count, min(1.0, max(0.0, 1 - promised)), alternative="greater")
    return replace(
        row,
        checked=count,
        promised=promised,
        right=1 - wrong / count,
        low=low,
        high=high,
        p=float(test.pvalue),
    )


def _judged(row: FieldAccuracy, corrected: float | None, alpha: float) -> FieldAccuracy:
    if corrected is None or row.promised is None or row.right is None:
        return row
    is_alarm = corrected < alpha and row.promised - row.right >= LEAST_GAP
    return replace(row, p=corrected, is_alarm=is_alarm)


def reviewed_in_file(path: Path, records: Iterable[Receipt]) -> Iterator[Reviewed]:
    """The records that a file of the format ``reviews`` has accepted versions of.

    Raises:
        DataError: the file cannot be read.
    """
    from pipeline.data.annotation_records import describe_error, numbered_lines
    from pipeline.data.reviews import ReviewEntry

    accepted = {}
    for number, line in numbered_lines(path):
        try:
            record = ReviewEntry.model_validate_json(line).record
        except ValidationError as error:
            reason = describe_error(error, ReviewEntry)
            raise DataError(f"{path}, line {number}: {reason}") from error
        accepted[_place(record.source)] = record
    for record in records:
        if (other := accepted.get(_place(record.source))) is not None:
            yield record, other


def _place(source: Source) -> tuple[Any, ...]:
    """Names a receipt: two programs may call its file by different names."""
    file = source.sha256 or source.path
    return file, source.attachment, source.page, source.region
