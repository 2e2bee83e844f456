"""Calibration data: the evidence for each field of annotated receipts, and whether it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from pipeline.assembly.assemble import Assembled
from pipeline.assembly.confidence.evidence import evidence
from pipeline.assembly.confidence.final_fields import final_fields
from pipeline.data.annotated import AnnotatedPage, Rows
from pipeline.evaluation.assignment import best_pairs
from pipeline.evaluation.cases import Reading
from pipeline.evaluation.fields import as_text, field_labels, letters, outcomes, same
from pipeline.evaluation.items import NAMING, annotated_columns
from pipeline.labels import LabelSet, Table, ValueType
from pipeline.receipt import Contents, TableRow

_DESCRIPTION_WEIGHS = 0.5  # of a right amount, where items are paired with true ones


@dataclass(frozen=True, slots=True)
class Sample:
    """One predicted field whose truth is known.

    Attributes:
        key: of the record, ``TABLE.COLUMN`` for a row's.
        features: as ``pipeline.assembly.confidence.evidence`` gathers them.
        right: as ``receipts evaluate`` judges it.
        before: its confidence without a calibration.
    """

    key: str
    features: tuple[float, ...]
    right: bool
    before: float

    @property
    def is_cell(self) -> bool:
        """Whether the field belongs to a table's row."""
        return "." in self.key


@dataclass(frozen=True, slots=True)
class CalibrationReceipt:
    """One receipt.

    Attributes:
        merchant: the same for all receipts of one; cross-validation keeps them together.
        sums: no check fails.
        missed: fields that it has and that did not come out.
        unknown: fields that came out and whose truth is not known.
    """

    merchant: str
    samples: tuple[Sample, ...]
    sums: bool
    missed: tuple[str, ...]
    unknown: tuple[str, ...]


def calibration_receipts(
    readings: Sequence[Reading],
    found: Sequence[Assembled],
    names: Sequence[str],
    label_set: LabelSet,
) -> list[CalibrationReceipt]:
    """Compare every receipt's fields with the truth.

    Args:
        found: what was assembled of each reading.
        names: of the merchants.

    Raises:
        ConfigError: SciPy is not installed.
    """
    return [
        _judge(reading.truth, one, name, label_set)
        for reading, one, name in zip(readings, found, names, strict=True)
    ]


def _judge(
    truth: AnnotatedPage, found: Assembled, merchant: str, label_set: LabelSet
) -> CalibrationReceipt:
    contents = found.contents
    fields = final_fields(contents, label_set)
    features = evidence(contents, fields, found.tagged, found.likely)
    own = outcomes(contents, truth, label_set)
    header = {outcome.label: outcome.right for outcome in own}
    cells = _right_cells(contents, truth, label_set)
    samples = []
    for one, numbers in zip(fields, features, strict=True):
        right = header.get(one.key) if one.table is None else cells.get((one.row, one.key))
        if right is not None:
            samples.append(Sample(one.key, tuple(numbers), right, one.field.confidence))
    known = {label.name for label in field_labels(truth, label_set)}
    return CalibrationReceipt(
        merchant=merchant,
        samples=tuple(samples),
        sums=all(check.ok for check in contents.checks),
        missed=tuple(outcome.label for outcome in own if outcome.value is None),
        unknown=tuple(one.key for one in fields if one.table is None and one.key not in known),
    )


def _right_cells(
    contents: Contents, truth: AnnotatedPage, label_set: LabelSet
) -> dict[tuple[int, str], bool]:
    """For each predicted cell of the annotated tables, by row number and key, whether it is right.

    Each row is set against the true one that it is most like, one to one; of a row that has none
    every cell is wrong.
    """
    found: dict[tuple[int, str], bool] = {}
    for table in Table:
        columns, rows = annotated_columns(truth, label_set, table), truth.rows_of(table)
        if NAMING[table] in columns and rows is not None:
            own = _right_in_table(getattr(contents, table), rows, columns)
            found |= {(row, f"{table}.{column}"): right for (row, column), right in own.items()}
    return found


def _right_in_table(
    rows: Sequence[TableRow], truth: Rows, columns: Mapping[str, ValueType]
) -> dict[tuple[int, str], bool]:
    likeness = np.array([[_likeness(row, true, columns) for true in truth] for row in rows])
    partners = dict(best_pairs(likeness.reshape(len(rows), len(truth))))
    found = {}
    for number, row in enumerate(rows):
        for column, kind in columns.items():
            if (field := getattr(row, column)) is not None:
                partner = partners.get(number)
                wanted = None if partner is None else truth[partner].get(column)
                found[number, column] = same(as_text(field.value), wanted or None, kind)
    return found


def _likeness(row: TableRow, truth: Mapping[str, str], columns: Mapping[str, ValueType]) -> float:
    alike = 0.0
    for column, kind in columns.items():
        field, wanted = getattr(row, column), truth.get(column)
        if field is None or not wanted:
            continue
        if isinstance(field.value, str):
            ratio = fuzz.ratio(letters(field.value), letters(wanted)) / 100
            alike += _DESCRIPTION_WEIGHS * ratio
        else:
            alike += same(as_text(field.value), wanted, kind)
    return alike
