"""Registry of annotation formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.conll import conll_records, write_conll
from pipeline.data.cord import cord_records
from pipeline.data.doccano import doccano_records
from pipeline.data.funsd import funsd_records
from pipeline.data.hugging_face.read import dataset_records
from pipeline.data.hugging_face.write import write_dataset
from pipeline.data.jsonl import annotated_records, write_annotated
from pipeline.data.label_studio.read import label_studio_records
from pipeline.data.label_studio.write import write_label_studio
from pipeline.data.records import Record, parse_all
from pipeline.data.sroie import sroie_records
from pipeline.data.wildreceipt import wildreceipt_records
from pipeline.errors import ConfigError, did_you_mean


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        records: the annotation at a path, record by record.
        write: writes pages so that ``records`` reads them back; ``None`` where the project
            only reads.
        suffix: of the files that are written.
    """

    records: Callable[[Path], Iterator[Record]]
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
    "sroie": Format(sroie_records),
    "wildreceipt": Format(wildreceipt_records),
}


def records(format_name: str, path: Path) -> Iterator[Record]:
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
        DataError: the data cannot be read; at the first record that is malformed.
    """
    return parse_all(records(format_name, path))


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        ConfigError: no format has that name; the message suggests the nearest.
    """
    if name not in FORMATS:
        hint = did_you_mean(name, FORMATS)
        raise ConfigError(f"no format {name!r}{hint} (known: {', '.join(FORMATS)})")
    return FORMATS[name]
