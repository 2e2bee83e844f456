"""Count what a run produced, for the summary at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.batch.inputs import Skipped
from pipeline.receipt import FIELD_NAMES, Receipt
from pipeline.wording import counted

_ERRORS_SHOWN = 5


@dataclass(slots=True)
class Summary:
    """Counts of a run.

    Attributes:
        skipped: files in the folders that are neither images, PDFs, mails nor HTML.
        files_done: files that have records.
        files_read: those of them that were read in this run; the others were read in an
            earlier one or are identical to another file.
        duplicates: files that are identical to another one.
        files_left: files that were found but not read, because the run was stopped.
        found_all: whether the listing was complete.
        seconds: of reading and writing.
        stopped: why the run ended early, if not by the user.
    """

    skipped: Skipped = field(default_factory=Skipped)
    files_done: int = 0
    files_read: int = 0
    duplicates: int = 0
    files_left: int = 0
    found_all: bool = True
    seconds: float = 0.0
    stopped: str | None = None
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
        self.duplicates += records[0].source.duplicate_of is not None
        for record in records:
            self._count(record)

    def _count(self, record: Receipt) -> None:
        self.statuses[record.status] += 1
        self.needs_review += record.needs_review
        self.filled.update(record.found_fields().keys())
        if record.items:
            self.filled["items"] += 1
        if record.status == "error":
            place = record.source.path
            if record.source.page > 1 or record.source.attachment:
                place += f", {record.source.part}"
            self.add_error(f"{place}: {record.error}")

    def add_error(self, text: str) -> None:
        """Keep one of the first errors, to show it."""
        if len(self.first_errors) < _ERRORS_SHOWN:
            self.first_errors.append(text)

    @property
    def is_complete(self) -> bool:
        """Whether every input has been read."""
        return self.stopped is None and self.found_all and not self.files_left

    def lines(self) -> Iterator[str]:
        """The summary as text."""
        records = self.statuses.total()
        rate = self.files_read / self.seconds if self.seconds > 0 else 0.0
        counts = ", ".join(f"{self.statuses[name]} {name}" for name in ("ok", "partial", "error"))
        yield (
            f"{counted(self.files_done, 'file')}, {counted(records, 'record')}: {counts}; "
            f"{self.needs_review} to review; {self.seconds:.1f} s, {rate:.2f} files/s"
        )
        if self.stopped is not None:
            yield f"stopped: {self.stopped}"
        known = self.files_done - self.files_read - self.duplicates
        if known > 0:
            yield f"known from an earlier run: {counted(known, 'file')}"
        if self.duplicates:
            yield f"same content as another file: {counted(self.duplicates, 'file')}"
        if self.files_left or not self.found_all:
            least = "" if self.found_all else "at least "
            yield f"stopped early: {least}{counted(self.files_left, 'file')} not read"
        read = records - self.errors
        if read:
            shares = (
                f"{name} {self.filled[name] / read:.0%}"
                for name in (*FIELD_NAMES, "items")
                if self.filled[name]
            )
            yield f"fields filled: {', '.join(shares) or 'none'}"
        if self.skipped.count:
            file = self.skipped.list_file
            listed = f"; all are listed in {file}" if file else ""
            yield f"skipped, not images by their suffix: {self.skipped}{listed}"
        yield from (f"error: {text}" for text in self.first_errors)
        if self.errors > len(self.first_errors):
            yield f"... and {counted(self.errors - len(self.first_errors), 'more error')}"
