"""A folder run from inputs to output: the work of `receipts extract`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

from pipeline.batch.feed import Feed
from pipeline.batch.fingerprint import fingerprint_of
from pipeline.batch.formats import Format, format_of
from pipeline.batch.inputs import Input, Listing, Skipped, as_they_come, by_name, key_of
from pipeline.batch.journal import Journal, open_journal
from pipeline.batch.listing import inputs_at
from pipeline.batch.lists import locations_of, nothing_found
from pipeline.batch.loading import load_extractor
from pipeline.batch.outputs import Again, Outputs, resume, write_complete, write_partial
from pipeline.batch.run import Run, Settled, in_order
from pipeline.batch.sinks import open_file_sink, open_stdout_sink
from pipeline.batch.summary import Summary
from pipeline.batch.table_columns import ITEMS, RECEIPTS, Table
from pipeline.batch.watch import watched_inputs
from pipeline.batch.workers import Limits, WorkerPool
from pipeline.config import ExtractConfig
from pipeline.errors import PipelineError

# Writing the output again takes at most a tenth of the time of a run that watches.
_WRITING_PAUSE = 10
_LEAST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """What to read and what to write.

    Attributes:
        arguments: paths, globs, addresses, or ``-`` for paths on the standard input.
        manifest: a file that lists more of them, one per line.
        watch: keep reading new files of the folders until stopped.
        records: the file to write; ``None`` for the standard output.
        format: of the records.
        items: a file for line items.
        again: which results of an earlier run are not reused.
        table, items_table: of the records and of their line items.
    """

    arguments: tuple[str, ...]
    records: Path | None
    format: Format
    items: Path | None = None
    manifest: Path | None = None
    watch: bool = False
    again: Again = Again.NOTHING
    table: Table = RECEIPTS
    items_table: Table = ITEMS

    @property
    def outputs(self) -> Outputs | None:
        """The files, where records go to one."""
        if self.records is None:
            return None
        return Outputs(self.records, self.format, self.items, self.table, self.items_table)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Receives progress and messages of a run.

    Attributes:
        tell: gets a line of text that the user should read.
        advance: called after each input with the total number, ``None`` until it is known.
    """

    tell: Callable[[str], None]
    advance: Callable[[int | None], None]


def run_job(job: Job, settings: ExtractConfig, stop: Event, watcher: Watcher) -> Summary:
    """Read all inputs and write the output.

    Args:
        job: checked as far as possible without reading inputs.
        settings: of the extraction.
        stop: once set, the run ends and keeps what is finished.
        watcher: receives progress and messages.

    Returns:
        The summary; ``Summary.stopped`` says why a run ended early.

    Raises:
        PipelineError: nothing was run, or the journal's disk failed.
    """
    fingerprint = fingerprint_of(settings)
    listing = _listing(job)
    with ExitStack() as stack:
        feed = stack.enter_context(closing(Feed(_inputs(job, listing, stop))))
        size = settings.worker_count()
        if not job.watch:
            size = feed.look_ahead(size, should_stop=stop.is_set)
        if stop.is_set():
            return Summary(listing.skipped, found_all=False)
        if not size:
            raise nothing_found(job.arguments, job.manifest, listing.skipped)
        limits = Limits.of(settings, size)
        pool = stack.enter_context(WorkerPool(partial(load_extractor, settings), size, limits))
        journal = stack.enter_context(open_journal(job.outputs.journal if job.outputs else None))
        if job.outputs is not None:
            note = resume(journal, job.outputs, fingerprint, job.again)
            if note is not None:
                watcher.tell(note)
        journal.begin()
        if job.watch:
            journal.include_absent()
        execution = _Execution(job, Run(pool, feed, journal), feed, journal, watcher, stop)
        return execution.to_output(Summary(listing.skipped))


class _Execution:
    """One run: reports finished inputs, writes the output, and records why it ended early."""

    def __init__(
        self, job: Job, run: Run, feed: Feed, journal: Journal, watcher: Watcher, stop: Event
    ) -> None:
        self._job = job
        self._run = run
        self._feed = feed
        self._journal = journal
        self._watcher = watcher
        self._stop = stop
        self._stopped: str | None = None
        self._read_count = 0

    def to_output(self, summary: Summary) -> Summary:
        started = monotonic()
        if self._job.outputs is None:
            self._to_standard_output(summary)
        else:
            self._to_files(self._job.outputs, summary)
        summary.files_read = self._read_count
        summary.seconds = monotonic() - started
        summary.stopped = self._stopped
        summary.files_left = self._run.unread_count
        summary.found_all = self._feed.is_complete or self._job.watch
        return summary

    def _to_standard_output(self, summary: Summary) -> None:
        with ExitStack() as stack:
            sinks = [stack.enter_context(open_stdout_sink(self._job.format, self._job.table))]
            if self._job.items is not None:
                path = self._job.items
                file = open_file_sink(path, format_of(path), self._job.items_table)
                sinks.append(stack.enter_context(file))
            for settled in in_order(self._settled()):
                outcome = self._journal.outcome(settled.found)
                for sink in sinks:
                    sink.write(outcome.records)
                summary.add(outcome.records)

    def _to_files(self, outputs: Outputs, summary: Summary) -> None:
        try:
            self._read_to_files(outputs, summary.skipped)
            if self._is_complete:
                write_complete(self._journal, outputs, summary.add)
                summary.skipped.write(outputs.skipped)
            elif write_partial(self._journal, outputs, summary.add):
                summary.skipped.write(outputs.skipped)
            else:
                self._watcher.tell(f"{outputs.records} is unchanged: this run is not complete")
        except OSError as error:
            self._stopped = f"the output cannot be written: {error}"
        if not self._is_complete:
            self._watcher.tell(
                f"repeat the command to resume (results so far are in {outputs.journal})"
            )

    def _read_to_files(self, outputs: Outputs, skipped: Skipped) -> None:
        pace = _WritePace()
        for settled in self._settled():
            pace.has_news = pace.has_news or settled is not None
            if self._job.watch and pace.is_due:
                with pace.timed():
                    write_complete(self._journal, outputs, lambda records: None)
                    skipped.write(outputs.skipped)

    @property
    def _is_complete(self) -> bool:
        """Whether the output contains everything it should."""
        found_all = self._job.watch or (self._feed.is_exhausted and not self._run.unread_count)
        return found_all and self._stopped is None

    def _settled(self) -> Iterator[Settled | None]:
        try:
            for settled in self._run.read(self._stop.is_set):
                if settled is not None:
                    self._read_count += settled.was_read
                    total = self._feed.found if self._feed.is_complete else None
                    self._watcher.advance(total)
                yield settled
        except PipelineError as error:  # a dead worker could not be replaced
            self._stopped = str(error)


@dataclass(slots=True)
class _WritePace:
    """How often a watching run writes its output."""

    has_news: bool = False
    not_before: float = 0.0

    @property
    def is_due(self) -> bool:
        return self.has_news and monotonic() >= self.not_before

    @contextmanager
    def timed(self) -> Iterator[None]:
        started = monotonic()
        yield
        ended = monotonic()
        self.has_news = False
        self.not_before = ended + max(_LEAST_PAUSE_SECONDS, _WRITING_PAUSE * (ended - started))


def _listing(job: Job) -> Listing:
    written = list(job.outputs.all_files() if job.outputs else filter(None, [job.items]))
    return Listing(
        # A file's rows are sorted when it is written; a stream cannot be.
        arrange=by_name if job.records is None else as_they_come,
        written=frozenset(key_of(str(path)) for path in written),
        named=frozenset(map(key_of, job.arguments)),
        skipped=Skipped(job.records.parent if job.records else None),
    )


def _inputs(job: Job, listing: Listing, stop: Event) -> Iterator[Input]:
    if job.watch:
        return watched_inputs(job.arguments, listing, stop)
    return inputs_at(locations_of(job.arguments, job.manifest), listing)
