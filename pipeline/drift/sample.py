"""Records as columns: the sample that is compared, and the reference that a model comes with."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import isnan, nan
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.assembly.confidence.calibration import CALIBRATION_FILE
from pipeline.batch.durable import replace_durably
from pipeline.drift.features import CATEGORIES, NUMBERS, merchant_key, merchant_name
from pipeline.errors import ConfigError, PipelineError, writing
from pipeline.plain_errors import plain_problems
from pipeline.receipt import FIELD_NAMES, Receipt

REFERENCE_FILE = "reference.json"
"""In a model folder."""
MOST = 2000
"""Receipts of a reference; of more, so many are drawn."""
_SEED = 1

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confidence:
    """Of one field, or of all.

    Attributes:
        found: records that have it.
        mean: its calibrated confidence there, which estimates the share that is right.
    """

    found: int
    mean: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The watched columns of records, without duplicates.

    Attributes:
        numbers: nan where a record has none.
        categories: ``None`` where a record has none.
        merchants: key of each record's merchant, "" if unknown.
        names: key to name, of the merchants whose names are known.
        confidences: by field.
        about: what a reference says of itself.
    """

    numbers: Mapping[str, Numbers]
    categories: Mapping[str, Sequence[str | None]]
    merchants: Sequence[str]
    names: Mapping[str, str]
    confidences: Mapping[str, Confidence]
    about: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.merchants)


def sample_of(records: Iterable[Receipt], about: Mapping[str, Any] | None = None) -> Sample:
    """The columns of records. Copies of a file that is among them are left out."""
    numbers: dict[str, list[float]] = {name: [] for name in NUMBERS}
    categories: dict[str, list[str | None]] = {name: [] for name in CATEGORIES}
    merchants: list[str] = []
    names: dict[str, str] = {}
    sums: dict[str, tuple[int, float]] = {}
    for record in records:
        if record.source.duplicate_of is not None:
            continue
        is_read = record.status != "error"
        for name, number in NUMBERS.items():
            value = number(record) if is_read else None
            numbers[name].append(nan if value is None else value)
        for name, category in CATEGORIES.items():
            categories[name].append(category(record) if is_read or name == "status" else None)
        key = merchant_key(record)
        merchants.append(key)
        names.setdefault(key, merchant_name(record))
        for name, field in record.found_fields().items():
            count, total = sums.get(name, (0, 0.0))
            sums[name] = count + 1, total + field.confidence
    confidences = {
        name: Confidence(sums[name][0], sums[name][1] / sums[name][0])
        for name in FIELD_NAMES
        if name in sums
    }
    columns = {name: np.array(column, float) for name, column in numbers.items()}
    return Sample(columns, categories, merchants, names, confidences, about or {})


class _Coded(BaseModel):
    """A column of categories: ``codes`` are places in ``values``, -1 for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: list[str]
    codes: list[int]


class _ConfidenceOf(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    found: int
    mean: float


class _ReferenceFile(BaseModel):
    """The file: column by column, a receipt at each place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    about: dict[str, Any]
    merchants: list[str]
    numbers: dict[str, list[float | None]]
    categories: dict[str, _Coded]
    confidences: dict[str, _ConfidenceOf]


def write_reference(sample: Sample, path: Path) -> None:
    """Write a sample as the reference that others are compared with, at most ``MOST`` receipts.

    Raises:
        PipelineError: there are no receipts, or the file cannot be written.
    """
    if not len(sample):
        raise PipelineError(f"{path}: there are no receipts to make a reference of")
    places = range(len(sample))
    if len(sample) > MOST:
        places = sorted(random.Random(_SEED).sample(places, MOST))  # type: ignore[assignment]
    file = _ReferenceFile(
        about={
            "receipts": len(sample),
            "merchants": len(set(sample.merchants) - {""}),
            "date": datetime.now(UTC).date().isoformat(),
            **sample.about,
        },
        merchants=[sample.merchants[place] for place in places],
        numbers={
            name: [_short(float(column[place])) for place in places]
            for name, column in sample.numbers.items()
        },
        categories={
            name: _coded([column[place] for place in places])
            for name, column in sample.categories.items()
        },
        confidences={
            name: _ConfidenceOf(found=one.found, mean=round(one.mean, 4))
            for name, one in sample.confidences.items()
        },
    )
    unfinished = path.with_name(f".{path.name}.part")
    with writing(path):
        try:
            unfinished.write_text(f"{file.model_dump_json()}\n", encoding="utf-8")
            replace_durably(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)


def read_reference(path: Path) -> Sample:
    """A reference from its file, or from the model folder that holds one.

    Raises:
        ConfigError: there is none, or the file is no reference.
    """
    if path.is_dir():
        path = path / REFERENCE_FILE
    try:
        file = _ReferenceFile.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a reference of `receipts drift`: {_why(error)}") from error
    lengths = {
        *(len(column) for column in file.numbers.values()),
        *(len(column.codes) for column in file.categories.values()),
    }
    if lengths - {len(file.merchants)}:
        raise ConfigError(f"{path}: not a reference of `receipts drift`: columns differ in length")
    return Sample(
        numbers={
            name: np.array([nan if one is None else one for one in column], float)
            for name, column in file.numbers.items()
        },
        categories={name: list(_decoded(column)) for name, column in file.categories.items()},
        merchants=file.merchants,
        names={},
        confidences={
            name: Confidence(one.found, one.mean) for name, one in file.confidences.items()
        },
        about=file.about,
    )


def calibration_of(folder: Path) -> str | None:
    """A hash of the calibration of a model folder; ``None`` if it has none."""
    path = folder / CALIBRATION_FILE
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def _why(error: ValidationError | UnicodeDecodeError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(plain_problems(error, _ReferenceFile)[:3])
    return str(error)


def _short(number: float) -> float | None:
    return None if isnan(number) else float(f"{number:.4g}")


def _coded(column: Sequence[str | None]) -> _Coded:
    values = sorted({one for one in column if one is not None})
    place = {value: number for number, value in enumerate(values)}
    return _Coded(values=values, codes=[-1 if one is None else place[one] for one in column])


def _decoded(column: _Coded) -> Iterator[str | None]:
    for code in column.codes:
        yield column.values[code] if 0 <= code < len(column.values) else None
