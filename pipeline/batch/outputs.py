"""Write a run's output files from its journal, and clean up afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.batch.fingerprint import changed_settings, store_fingerprint
from pipeline.batch.formats import Format, format_of
from pipeline.batch.journal import Journal
from pipeline.batch.sinks import open_file_sink
from pipeline.batch.table_columns import ITEMS, RECEIPTS, Table
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt

# A fact of the journal: whether its output file was last written by a complete run.
_OUTPUT = "output"
_COMPLETE = "whole"
_PARTIAL = "shorter"

# Another: what an unfinished run was asked to read again.
_AGAIN = "again"


Count = Callable[[list[Receipt]], None]
"""Takes the records of each input."""


class Again(StrEnum):
    """Which stored results are not reused: the files are read again."""

    NOTHING = "nothing"
    ERRORS = "errors"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that a run writes: records in one, line items in another.

    Attributes:
        table, items_table: of the records and of their line items.
    """

    records: Path
    format: Format
    items: Path | None = None
    table: Table = RECEIPTS
    items_table: Table = ITEMS

    @property
    def journal(self) -> Path:
        return self.records.with_name(f"{self.records.name}.journal")

    @property
    def skipped(self) -> Path:
        """The list of files that were skipped for their suffix."""
        return self.records.with_name(f"{self.records.name}.skipped.txt")

    def all_files(self) -> Iterator[Path]:
        """All files of the run, including the journal's."""
        yield self.records
        yield self.skipped
        if self.items is not None:
            yield self.items
        for suffix in ("", "-wal", "-shm", "-journal"):
            yield self.journal.with_name(self.journal.name + suffix)


def resume(
    journal: Journal,
    outputs: Outputs,
    fingerprint: Mapping[str, str],
    again: Again = Again.NOTHING,
) -> str | None:
    """Prepare the journal of an earlier run, or clear it if it cannot be used.

    Args:
        journal: opened, not begun.
        outputs: of this run.
        fingerprint: what the records of this run depend on.
        again: what counts as not read; resumes an interrupted run that was asked for the same.

    Returns:
        A message for the user, if there is one.

    Raises:
        ConfigError: errors are to be read again, but there was no earlier run.
    """
    if journal.is_empty:
        if again is Again.ERRORS:
            raise ConfigError(f"no errors to retry: {outputs.journal} has no earlier run")
        note = None
        store_fingerprint(journal, fingerprint)
    elif reason := _reason_to_read_everything(journal, outputs, fingerprint, again):
        note = f"reading everything again: {reason}"
        journal.clear()
        store_fingerprint(journal, fingerprint)
    elif again is Again.ERRORS and journal.fact(_AGAIN) != again:
        note = f"reading again files that failed: {journal.forget_failures()}"
    else:
        note = None
    journal.set_fact(_AGAIN, again)
    return note


def _reason_to_read_everything(
    journal: Journal, outputs: Outputs, fingerprint: Mapping[str, str], again: Again
) -> str | None:
    changed = changed_settings(journal, fingerprint)
    if changed:
        return f"changed since the last run: {', '.join(changed)}"
    if journal.fact(_OUTPUT) == _COMPLETE and not outputs.records.exists():
        return f"{outputs.records} was deleted"
    if again is Again.EVERYTHING and journal.fact(_AGAIN) != again:
        return "as requested"
    return None


def write_complete(journal: Journal, outputs: Outputs, count: Count) -> None:
    """Write the files of a complete run, with one record in memory at a time.

    Args:
        count: called with the records of each input in turn.

    Raises:
        OSError: a file cannot be written; the older one is kept.
    """
    _write(journal, outputs, count)
    journal.set_fact(_OUTPUT, _COMPLETE)
    journal.set_fact(_AGAIN, None)
    journal.drop_absent()
    journal.commit()


def write_partial(journal: Journal, outputs: Outputs, count: Count) -> bool:
    """Write the records read so far, unless that would replace the files of a complete run.

    Returns:
        Whether they were written.

    Raises:
        OSError: a file cannot be written; the older one is kept.
    """
    journal.include_absent()
    if outputs.records.exists() and journal.fact(_OUTPUT) != _PARTIAL:
        for outcome in journal.outcomes():
            count(outcome.records)
        return False
    _write(journal, outputs, count)
    journal.set_fact(_OUTPUT, _PARTIAL)
    journal.commit()
    return True


def _write(journal: Journal, outputs: Outputs, count: Count) -> None:
    with ExitStack() as stack:
        files = [(outputs.records, outputs.format, outputs.table)]
        if outputs.items is not None:
            files.append((outputs.items, format_of(outputs.items), outputs.items_table))
        sinks = [stack.enter_context(open_file_sink(*file)) for file in files]
        for outcome in journal.outcomes():
            count(outcome.records)
            for sink in sinks:
                sink.write(outcome.records)
