"""Which model reads: the one that ``served.json`` in a folder of models names.

The thread that reads files looks at that file. When it names another model, the workers go over to
it without a pause; if it cannot be loaded, they stay with the one that they have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from pipeline.batch.worker import MakeExtractor
from pipeline.batch.workers import WorkerPool
from pipeline.config import ExtractConfig
from pipeline.errors import PipelineError
from pipeline.served_model import SERVED_FILE, location_of, read_served

if TYPE_CHECKING:
    from pipeline.extractor import Extractor

logger = logging.getLogger(__name__)

LoadExtractor = Callable[[ExtractConfig, str | None], "Extractor"]
"""Makes the extractor of a worker, given the name that its records give the model (``None``: the
name in the model's folder)."""

_LOOK_SECONDS = 0.5
_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class ModelState:
    """What the workers do.

    Attributes:
        serving: the model that reads new files.
        location: where it is, as ``model_folder`` takes it.
        loading: the one that is being loaded to take its place.
        refused: the one that could not be loaded, and why, until another is named.
    """

    serving: str
    location: str
    loading: str | None = None
    refused: tuple[str, str] | None = None


class Models:
    """Follows the folder's ``served.json``.

    Args:
        folder: of models; ``None`` if the model does not change.
        extraction: names the model that is used if the folder names none.

    Raises:
        ConfigError: the folder names a model that it does not have.
    """

    def __init__(self, folder: Path | None, extraction: ExtractConfig, load: LoadExtractor) -> None:
        self.folder = folder
        self._extraction = extraction
        self._load = load
        self._asked = Event()
        self._next_look = 0.0
        self._seen = self._stamp()
        served = None if folder is None else read_served(folder)
        if served is None:
            self.first: MakeExtractor = partial(load, extraction, None)
            self._state = ModelState(Path(extraction.model).name, extraction.model)
        else:
            self.first = self.maker_of(served.model)
            self._state = ModelState(served.model, self._location(served.model))

    @property
    def state(self) -> ModelState:
        """What the workers do at the moment."""
        return self._state

    def location(self, model: str) -> str:
        """What ``load_tagger`` takes for the model that records name so.

        Raises:
            ConfigError: the folder does not have it any more.
        """
        return self._extraction.model if self.folder is None else location_of(self.folder, model)

    def reload(self) -> None:
        """Look at once, and load the model anew even if it is the same; any thread may call it."""
        self._asked.set()

    def look(self, pool: WorkerPool) -> None:
        """Switch the pool if the folder names another model; in the thread of the pool."""
        is_asked = self._asked.is_set()
        if self.folder is None or not (is_asked or monotonic() >= self._next_look):
            return
        self._next_look = monotonic() + _LOOK_SECONDS
        stamp = self._stamp()
        if stamp == self._seen and not is_asked:
            return
        self._asked.clear()
        try:
            served = read_served(self.folder)
            if served is not None and (is_asked or served.model != self._named()):
                self._switch(served.model, pool)
            else:
                self._state = replace(self._state, refused=None)
        except PipelineError as error:
            self._refuse(SERVED_FILE, error)
        finally:
            self._seen = stamp  # last: from now on the state is that of this file

    def has_settled(self) -> bool:
        """Whether the workers have done, or refused, what the file says now."""
        return self._stamp() == self._seen and self._state.loading is None

    def _named(self) -> str:
        """The model that was named last and can be used, as far as is known."""
        return self._state.loading or self._state.serving

    def _switch(self, model: str, pool: WorkerPool) -> None:
        location = self._location(model)
        pool.switch(self.maker_of(model), partial(self._switched, model, location))
        self._state = replace(self._state, loading=model, refused=None)
        logger.info("loading the model %s", model)

    def _switched(self, model: str, location: str, error: PipelineError | None) -> None:
        if error is None:
            self._state = ModelState(model, location)
            logger.info("the model is now %s", model)
        else:
            self._refuse(model, error)

    def _refuse(self, model: str, error: PipelineError) -> None:
        self._state = replace(self._state, loading=None, refused=(model, str(error)))
        logger.error("the model stays %s: %s: %s", self._state.serving, model, error)

    def _location(self, model: str) -> str:
        assert self.folder is not None
        return location_of(self.folder, model)

    def maker_of(self, model: str) -> MakeExtractor:
        """What makes the extractor of a model of the folder.

        Raises:
            ConfigError: there is no such model.
        """
        settings = self._extraction.with_settings({"model": self._location(model)})
        return partial(self._load, settings, model)

    def _stamp(self) -> _Stamp:
        """Changes whenever the file is replaced."""
        if self.folder is None:
            return None
        try:
            found = (self.folder / SERVED_FILE).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
