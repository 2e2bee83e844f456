"""A run on a Ray cluster from inputs to parts: the work of `receipts extract --backend ray`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from pipeline.batch.fingerprint import fingerprint_of
from pipeline.batch.inputs import Listing, Skipped, as_they_come, key_of
from pipeline.batch.job import Watcher
from pipeline.batch.listing import inputs_at
from pipeline.batch.lists import locations_of, nothing_found
from pipeline.batch.loading import load_extractor
from pipeline.batch.outputs import Again
from pipeline.batch.summary import Summary
from pipeline.cluster import commit as commits
from pipeline.cluster import manifest, plan
from pipeline.cluster.dataset import Pool, read_in_parts, rewrite_parts
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.plan_index import PlanIndex, open_index
from pipeline.cluster.ray_session import cores
from pipeline.cluster.reader import Reading
from pipeline.cluster.run_state import RunState, load_state, store_state
from pipeline.config import ExtractConfig
from pipeline.errors import PipelineError

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ClusterJob:
    """What to read and where to write.

    Attributes:
        arguments: paths, globs, addresses, or ``-`` for paths on the standard input.
        folder: for the parts and the manifest.
        manifest: a file that lists more inputs, one per line.
        again: which results of an earlier run are not reused.
        gpus: share of a GPU for each actor.
    """

    arguments: tuple[str, ...]
    folder: OutputFolder
    manifest: Path | None = None
    again: Again = Again.NOTHING
    gpus: float = 0.0


def run_on_cluster(
    job: ClusterJob, settings: ExtractConfig, stop: Event, watcher: Watcher
) -> Summary:
    """Read all inputs and write parts and manifest; Ray must be connected.

    Args:
        job: checked as far as possible without reading inputs.
        settings: of the extraction; ``workers`` is the number of actors.
        stop: once set, the run ends and keeps what is finished.
        watcher: receives progress and messages.

    Returns:
        The summary; ``Summary.stopped`` says why a run ended early.

    Raises:
        PipelineError: nothing was run, or the output folder cannot be used.
    """
    fingerprint = fingerprint_of(settings)
    with _writing(job.folder), open_index() as index:
        stored = load_state(job.folder)
        chunks = plan.chunks_of(job.folder)
        next_chunk = chunks[-1] + 1 if chunks else 0
        state = stored.next_run(job.again, fingerprint, next_chunk, job.folder.address)
        store_state(job.folder, state)  # first: a folder with other things in it is refused
        run = _Run(job, settings, state, index, watcher, stop)
        run.load(chunks)
        skipped = run.list(next_chunk)
        if stop.is_set():
            return Summary(skipped, found_all=False)
        if not index.count():
            raise nothing_found(job.arguments, job.manifest, skipped)
        return run.to_manifest(skipped)


class _Run:
    """One run: what the driver does before, while and after the actors read."""

    def __init__(
        self,
        job: ClusterJob,
        settings: ExtractConfig,
        state: RunState,
        index: PlanIndex,
        watcher: Watcher,
        stop: Event,
    ) -> None:
        self._job = job
        self._folder = job.folder
        self._settings = settings
        self._state = state
        self._index = index
        self._watcher = watcher
        self._stop = stop
        self._stopped: str | None = None
        self._read_count = 0
        self._started_at = 0.0
        self._actors = 0

    def load(self, chunks: list[int]) -> None:
        """Enter the stored plan and parts into the index."""
        for chunk in chunks:
            if chunk >= self._state.first_chunk:
                for one in plan.read_chunk(self._folder, chunk):
                    self._index.add(one.chunk, one.row, one.found, one.name)
        # Of two parts with the same input the later one counts.
        for part in sorted(commits.parts(self._folder), key=commits.run_of):
            commit = commits.load(self._folder, part)
            for read in commit.inputs if self._state.counts(commit) else ():
                if not self._state.must_read(commit, read):
                    self._index.settle(*read.number, part, read.digest)

    def list(self, next_chunk: int) -> Skipped:
        """Add the inputs that are not in the plan yet; returns the files that are not inputs."""
        listing = Listing(
            arrange=as_they_come,
            named=frozenset(map(key_of, self._job.arguments)),
        )
        locations = locations_of(self._job.arguments, self._job.manifest)
        inputs = inputs_at(locations, listing)
        plan.add_new(self._folder, inputs, self._index, next_chunk, self._stop.is_set)
        return listing.skipped

    def to_manifest(self, skipped: Skipped) -> Summary:
        self._started_at = time.time()
        summary = Summary(skipped)
        self._watch(self._parts())
        if self._is_complete:
            self._finish(summary)
        else:
            self._count(summary)
            self._watcher.tell(
                f"repeat the command to resume (parts are in {self._folder.address})"
            )
        summary.files_read = self._read_count
        summary.files_left = self._index.count_unread()
        summary.stopped = self._stopped
        summary.seconds = time.time() - self._started_at
        return summary

    @property
    def _is_complete(self) -> bool:
        return self._stopped is None and not self._index.count_unread()

    def _parts(self) -> Iterator[str]:
        unread = list(self._index.unread())  # here: the parts are taken in another thread
        if not unread:
            return iter(())
        reading = Reading(
            partial(load_extractor, self._settings), self._settings, self._state.fingerprint
        )
        self._actors = self._settings.workers or cores()
        pool = Pool(self._actors, self._job.gpus)
        return read_in_parts(self._folder, self._state.run, unread, reading, pool)

    def _watch(self, parts: Iterator[str]) -> None:
        """Note each part that is committed, until all are, or the cluster fails."""
        from ray.exceptions import RayError

        total = self._index.count()
        try:
            for part in until(self._stop.is_set, parts):
                commit = commits.load(self._folder, part)
                for read in commit.inputs:
                    self._index.settle(*read.number, part, read.digest)
                    self._watcher.advance(total)
                self._read_count += len(commit.inputs)
        except FileNotFoundError as error:
            raise PipelineError(
                f"{self._folder.address}: what another node wrote is not there; is it a folder "
                "that all nodes share?"
            ) from error
        except RayError as error:
            self._stopped = f"the cluster failed: {_gist(error)}"

    def _finish(self, summary: Summary) -> None:
        pending = manifest.changes(self._folder, self._state, self._index)
        for _ in rewrite_parts(self._folder, pending):
            pass
        figures = {
            "started_at": self._started_at,
            "seconds": time.time() - self._started_at,
            "inputs_read": self._read_count,
            "actors": self._actors,
        }
        manifest.write_manifest(self._folder, self._state, self._index, summary, figures)
        for chunk in plan.chunks_of(self._folder):
            if chunk < self._state.first_chunk:
                plan.delete_chunk(self._folder, chunk)
        store_state(self._folder, self._state.finished())

    def _count(self, summary: Summary) -> None:
        for commit in commits.load_all(self._folder):
            if self._state.counts(commit):
                commit.add_to(summary)


def until(should_stop: Callable[[], bool], items: Iterator[str]) -> Iterator[str]:
    """The items, taken in a thread, until the last or until ``should_stop`` returns true.

    It is called several times a second, also while no item comes.
    """
    taken: SimpleQueue[str | BaseException | None] = SimpleQueue()

    def take() -> None:
        try:
            for item in items:
                taken.put(item)
            taken.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again where the items are used
            taken.put(error)

    Thread(target=take, name="parts", daemon=True).start()
    while not should_stop():
        try:
            item = taken.get(timeout=_POLL_SECONDS)
        except Empty:
            continue
        if item is None:
            return
        if isinstance(item, BaseException):
            raise item
        yield item


def _gist(error: Exception) -> str:
    """The last line of a message that has the traceback of another process in it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


@contextmanager
def _writing(folder: OutputFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PipelineError(f"{folder.address}: {error}") from error
