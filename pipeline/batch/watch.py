"""Watch folders: list their files, then report new and changed ones once they are complete."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from pipeline.batch.content import signature_of
from pipeline.batch.inputs import (
    Input,
    Listing,
    is_address,
    is_hidden,
    is_supported,
    key_of,
    place_of,
)
from pipeline.batch.listing import inputs_at
from pipeline.errors import ConfigError
from pipeline.install import how_to_install

if TYPE_CHECKING:
    from watchfiles import Change

# A file that has not changed for this long counts as complete. If it changes later, it is read
# again.
_COMPLETE_SECONDS = 1.0
_POLL_MILLISECONDS = 200


def check_watchable(folders: Sequence[str]) -> None:
    """Check that these inputs can be watched.

    Raises:
        ConfigError: one is not a folder on disk, or watchfiles is not installed.
    """
    for folder in folders:
        if is_address(folder) or not os.path.isdir(folder):  # noqa: PTH112
            raise ConfigError(f"{folder}: only folders on disk can be watched")
    try:
        import watchfiles  # noqa: F401
    except ImportError as error:
        raise ConfigError(f"--watch needs watchfiles: {how_to_install('watch')}") from error


def watched_inputs(folders: Sequence[str], listing: Listing, stop: Event) -> Iterator[Input]:
    """The files in the folders, then each new or changed file, until ``stop`` is set.

    Args:
        folders: checked by ``check_watchable``.
        listing: the same rules as for listed folders.
        stop: checked several times a second.
    """
    from watchfiles import watch

    batches = watch(
        *folders,
        watch_filter=None,
        debounce=_POLL_MILLISECONDS,
        rust_timeout=_POLL_MILLISECONDS,
        yield_on_timeout=True,
        stop_event=stop,
        ignore_permission_denied=True,
    )
    # Watching starts with the first batch, before the listing, so that no file is missed.
    incomplete = _IncompleteFiles(folders, listing)
    incomplete.note(next(batches, set()))
    yield from inputs_at(folders, listing)
    for batch in batches:
        incomplete.note(batch)
        yield from incomplete.completed()


class _IncompleteFiles:
    """New files that may still be being written."""

    def __init__(self, folders: Sequence[str], listing: Listing) -> None:
        self._folders = [(os.path.abspath(folder), folder) for folder in folders]  # noqa: PTH100
        self._listing = listing
        self._pending: dict[Input, tuple[str | None, float]] = {}

    def note(self, batch: set[tuple[Change, str]]) -> None:
        for _, path in batch:
            # A folder that is moved here causes no events for its files.
            for found in self._files_at(path):
                self._pending[found] = (signature_of(found.location), monotonic())

    def completed(self) -> Iterator[Input]:
        for found, (signature, since) in list(self._pending.items()):
            now = signature_of(found.location)
            if now is None:
                del self._pending[found]  # gone again
            elif now != signature:
                self._pending[found] = (now, monotonic())
            elif monotonic() - since >= _COMPLETE_SECONDS:
                del self._pending[found]
                yield found

    def _files_at(self, path: str) -> Iterator[Input]:
        for position, (start, folder) in enumerate(self._folders):
            if Path(start) in Path(path).parents:
                yield from self._files_within(folder, position, Path(path).relative_to(start))
                return

    def _files_within(self, folder: str, position: int, relative: Path) -> Iterator[Input]:
        if any(map(is_hidden, relative.parts)):
            return
        location = os.path.join(folder, relative)  # noqa: PTH118 - as listing a folder writes it
        if os.path.isdir(location):  # noqa: PTH112
            if not os.path.islink(location):  # noqa: PTH114
                for found in inputs_at([location], self._listing):
                    yield Input(found.location, position, found.place, changed=True)
        elif is_supported(location) and key_of(location) not in self._listing.written:
            yield Input(location, position, place_of(location), changed=True)
