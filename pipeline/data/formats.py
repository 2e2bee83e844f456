"""Registry of annotation formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord, parse_all
from pipeline.data.conll import conll_records, write_conll
from pipeline.data.cord import cord_records
from pipeline.data.doccano import doccano_records
from pipeline.data.funsd import funsd_records
from pipeline.data.hugging_face.read import dataset_records
from pipeline.data.hugging_face.write import write_dataset
from pipeline.data.jsonl import annotated_records, write_annotated
from pipeline.data.label_studio.read import label_studio_records
from pipeline.data.label_studio.write import write_label_studio
from pipeline.data.reviews import review_records
from pipeline.data.sroie import sroie_records
from pipeline.data.transcribed.read import transcribed_records
from pipeline.data.wildreceipt import wildreceipt_records
from pipeline.errors import DataError, PipelineError, unknown_name


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        records: the annotation at a path, record by record.
        write: writes pages so that ``records`` reads them back; ``None`` where the project
            only reads.
        suffix: of the files that are written.
    """

    records: Callable[[Path], Iterator[AnnotationRecord]]
    write: Callable[[Iterable[AnnotatedPage], Path], None] | None = None
    suffix: str | None = None


FORMATS: dict[str, Format] = {
    "conll": Format(conll_records, write_conll, ".conll"),
    "cord": Format(cord_records),
    "datasets": Format(dataset_records, write_dataset, ".parquet"),
    "doccano": Format(doccano_records),
    "funsd": Format(funsd_records),
    "jsonl": Format(annotated_records, write_annotated, ".jsonl"),
    "label-studio": Format(label_studio_records, write_label_studio, ".json"),
    "label-studio-predictions": Format(partial(label_studio_records, prefer_predictions=True)),
    "reviews": Format(review_records),
    "sroie": Format(sroie_records),
    "transcribed": Format(transcribed_records),
    "wildreceipt": Format(wildreceipt_records),
}


MANY = 10  # records that all cannot be read: the format is a wrong one


def records(format_name: str, path: Path) -> Iterator[AnnotationRecord]:
    """Read annotations at a path, record by record.

    Raises:
        ConfigError: no format has that name; the message suggests the nearest.
        DataError: the data cannot be read at all.
    """
    return format_named(format_name).records(path)


def read(format_name: str, path: Path) -> Iterator[AnnotatedPage]:
    """Read annotated pages.

    Raises:
        ConfigError: no format has that name; the message suggests the nearest.
        DataError: the data cannot be read; at the first record that is malformed. If another
            format fits, the message names it.
    """
    format_named(format_name)
    return _read(format_name, path)


def _read(format_name: str, path: Path) -> Iterator[AnnotatedPage]:
    with naming_other_format(format_name, path):
        yield from parse_all(records(format_name, path))


def checked_records(format_name: str, path: Path) -> list[AnnotationRecord]:
    """All records, unless the format is plainly a wrong one.

    Raises:
        ConfigError: no format has that name.
        DataError: the data cannot be read at all, or none of the first records can and either
            there are many or another format fits.
    """
    with naming_other_format(format_name, path):
        found = list(records(format_name, path))
    reasons = [reason for record in found[:MANY] if (reason := _why_unreadable(record))]
    if not reasons or len(reasons) < min(MANY, len(found)):
        return found
    other = other_format(format_name, path)
    if other is None and len(found) < MANY:
        return found
    first = "the first record" if len(reasons) == 1 else f"the first {len(reasons)} records"
    raise DataError(f"{reasons[0]}; {first} cannot be read as {format_name}{_hint(other)}")


@contextmanager
def naming_other_format(format_name: str, path: Path) -> Iterator[None]:
    """Within the block a ``DataError`` says which other format fits, if one does."""
    try:
        yield
    except DataError as error:
        other = other_format(format_name, path)
        if other is None:
            raise
        raise DataError(f"{error}{_hint(other)}") from error


def other_format(format_name: str, path: Path) -> str | None:
    """The format, other than this one, in which the first records at a path can be read."""
    others = (name for name in FORMATS if name != format_name)
    return next((name for name in others if path.exists() and _fits(name, path)), None)


def _fits(format_name: str, path: Path) -> bool:
    needs_tables = format_name == "datasets" or (
        format_name == "cord" and path.suffix.lower() not in (".jsonl", ".json", ".txt")
    )
    if needs_tables and not _may_hold_tables(path):
        return False
    try:
        first = list(islice(parse_all(records(format_name, path)), MANY))
    except PipelineError:
        return False
    return any(page.page.tokens for page in first)


def _may_hold_tables(path: Path) -> bool:
    """Whether a dataset may lie there; opening others is slow and may ask the hub."""
    if path.is_dir():
        saved = ("dataset_dict.json", "state.json")
        return any((path / name).is_file() for name in saved) or any(path.glob("*.parquet"))
    return path.suffix.lower() == ".parquet"


def _why_unreadable(record: AnnotationRecord) -> str | None:
    try:
        record.parse()
    except DataError as error:
        return str(error)
    return None


def _hint(other: str | None) -> str:
    return "" if other is None else f"; the data look like the format {other}"


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        ConfigError: no format has that name; the message suggests the nearest.
    """
    if name not in FORMATS:
        raise unknown_name("format", name, FORMATS)
    return FORMATS[name]
