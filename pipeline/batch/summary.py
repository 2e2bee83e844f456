"""What a run came to, counted as the records pass by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.config import FIELD_NAMES
from pipeline.receipt import Receipt

_ERRORS_SHOWN = 5
_SKIPPED_SHOWN = 3


@dataclass(slots=True)
class Summary:
    """Counts of a run.

    Attributes:
        inputs: how many files there were to read.
        skipped: files in the folders that are neither image nor PDF.
    """

    inputs: int
    skipped: Sequence[Path] = ()
    files_done: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    needs_review: int = 0
    first_errors: list[str] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return self.statuses["error"]

    def add(self, records: Sequence[Receipt]) -> None:
        """Count the records of one file."""
        self.files_done += 1
        for record in records:
            self._count(record)

    def _count(self, record: Receipt) -> None:
        self.statuses[record.status] += 1
        self.needs_review += record.needs_review
        self.filled.update(name for name in FIELD_NAMES if getattr(record, name) is not None)
        if record.items:
            self.filled["items"] += 1
        if record.status == "error" and len(self.first_errors) < _ERRORS_SHOWN:
            place = record.source.path
            if record.source.page > 1:
                place += f", page {record.source.page}"
            self.first_errors.append(f"{place}: {record.error}")

    def lines(self, seconds: float) -> Iterator[str]:
        """The summary as text, for a run that took so many seconds."""
        records = self.statuses.total()
        rate = records / seconds if seconds > 0 else 0.0
        counts = ", ".join(f"{self.statuses[name]} {name}" for name in ("ok", "partial", "error"))
        yield (
            f"{_count_of(self.files_done, 'file')}, {_count_of(records, 'record')}: {counts}; "
            f"{self.needs_review} to review; {seconds:.1f} s, {rate:.2f} receipts/s"
        )
        if self.files_done < self.inputs:
            yield f"stopped early: {_count_of(self.inputs - self.files_done, 'file')} not read"
        read = records - self.errors
        if read:
            shares = (
                f"{name} {self.filled[name] / read:.0%}"
                for name in (*FIELD_NAMES, "items")
                if self.filled[name]
            )
            yield f"fields filled: {', '.join(shares) or 'none'}"
        if self.skipped:
            names = ", ".join(path.name for path in self.skipped[:_SKIPPED_SHOWN])
            more = ", ..." if len(self.skipped) > _SKIPPED_SHOWN else ""
            yield f"skipped, not images by their suffix: {len(self.skipped)} ({names}{more})"
        yield from (f"error: {text}" for text in self.first_errors)
        if self.errors > len(self.first_errors):
            yield f"... and {self.errors - len(self.first_errors)} more errors"


def _count_of(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
