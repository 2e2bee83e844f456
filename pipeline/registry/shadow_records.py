"""What the service read with two models on receipts that people accepted: `GET /v1/shadow`.

JSON Lines; ``ReviewEntry`` with the record as the served model read it, and as the candidate did.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import describe_error, numbered_lines
from pipeline.data.reviews import ReviewEntry, labels_of, reviewed_page
from pipeline.errors import DataError
from pipeline.receipt import Contents, Receipt


class ShadowEntry(ReviewEntry):
    """An accepted record, and the two readings of its receipt.

    Attributes:
        read: as the served model read it, before anybody changed it.
        candidate: as the candidate read it; ``None`` if it found no such receipt in the file.
    """

    read: Receipt
    candidate: Receipt | None
    candidate_model: str


@dataclass(frozen=True, slots=True)
class ShadowRecord:
    """An entry with its truth."""

    truth: AnnotatedPage
    read: Contents
    read_by: str
    candidate: Contents
    candidate_model: str


def read_shadow_records(path: Path) -> list[ShadowRecord]:
    """The receipts of a file.

    Raises:
        DataError: it cannot be read, or a line is no such entry; the message names it.
    """
    entries = [_entry(path, number, line) for number, line in numbered_lines(path)]
    annotated = labels_of(one.record for one in entries)
    return [
        ShadowRecord(
            truth=reviewed_page(entry, annotated),
            read=entry.read,
            read_by=entry.read.model,
            candidate=entry.candidate or Contents(needs_review=True),
            candidate_model=entry.candidate_model,
        )
        for entry in entries
    ]


def _entry(path: Path, number: int, line: str) -> ShadowEntry:
    try:
        entry = ShadowEntry.model_validate_json(line)
    except ValidationError as error:
        raise DataError(f"{path}: line {number}: {describe_error(error)}") from error
    if not entry.words or entry.record.size is None:
        raise DataError(f"{path}: line {number}: the receipt has no words, or no size of its page")
    return entry
