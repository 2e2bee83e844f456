"""Which model reads: the one that ``served.json`` in a folder of models names.

The thread that reads files looks at that file. When it names another model, the workers go over to
it without a pause; if it cannot be loaded, they stay with the one that they have. At the
start, the one that was served before takes the place of one that cannot be loaded, then the one
that the service was started with.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from pipeline.batch.worker import MakeExtractor
from pipeline.batch.workers import WorkerPool
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError, PipelineError
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
        refused: what could not be used, a model or the file that names it, and why; until
            another is named.
    """

    serving: str
    location: str
    loading: str | None = None
    refused: tuple[str, str] | None = None


class Models:
    """Follows the folder's ``served.json``.

    Args:
        folder: of models; ``None`` if the model does not change.
        extraction: names the model that is used if the folder names none that can be used.
    """

    def __init__(self, folder: Path | None, extraction: ExtractConfig, load: LoadExtractor) -> None:
        self.folder = folder
        self._extraction = extraction
        self._load = load
        self._asked = Event()
        self._next_look = 0.0
        self._seen = self._stamp()
        self._state = self._given

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

    @contextmanager
    def workers(self, pool_of: Callable[[MakeExtractor], WorkerPool]) -> Iterator[WorkerPool]:
        """The entered pool of the model that the folder names. If that one cannot be loaded, it is
        that of the model before it, else of the one that the service was started with.

        Raises:
            PipelineError: none can be loaded; says why of the first.
        """
        with ExitStack() as stack:
            yield self._entered(stack, pool_of)

    def _entered(
        self, stack: ExitStack, pool_of: Callable[[MakeExtractor], WorkerPool]
    ) -> WorkerPool:
        errors: list[tuple[str, PipelineError]] = []
        served = None
        try:
            served = None if self.folder is None else read_served(self.folder)
        except ConfigError as error:
            errors.append((SERVED_FILE, error))
        named = [] if served is None else [served.model, served.previous]
        for model in [*dict.fromkeys(filter(None, named)), None]:
            try:
                state = self._given if model is None else ModelState(model, self._location(model))
                pool = stack.enter_context(pool_of(self._maker(model)))
            except PipelineError as error:
                errors.append((model or self._given.serving, error))
                continue
            self._state = state
            if errors:
                self._refuse(*errors[0])
            for other, why in errors[1:]:
                logger.error("%s cannot be used: %s", other, why)
            return pool
        raise errors[0][1]

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
        logger.error("the model is %s: %s cannot be used: %s", self._state.serving, model, error)

    @property
    def _given(self) -> ModelState:
        """The model that the service was started with."""
        return ModelState(Path(self._extraction.model).name, self._extraction.model)

    def _location(self, model: str) -> str:
        assert self.folder is not None
        return location_of(self.folder, model)

    def _maker(self, model: str | None) -> MakeExtractor:
        if model is None:
            return partial(self._load, self._extraction, None)
        return self.maker_of(model)

    def maker_of(self, model: str) -> MakeExtractor:
        """What makes the extractor of a model of the folder.

        Raises:
            ConfigError: there is no such model.
        """
        assert self.folder is not None
        settings = self._extraction.with_settings({"model": self._location(model)})
        return partial(_load_unchanged, self._load, self.folder, settings, model)

    def _stamp(self) -> _Stamp:
        """Changes whenever the file is replaced."""
        if self.folder is None:
            return None
        try:
            found = (self.folder / SERVED_FILE).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _load_unchanged(
    load: LoadExtractor, folder: Path, settings: ExtractConfig, model: str
) -> Extractor:
    """In a worker: the extractor of a model whose files are those that were registered.

    Raises:
        ConfigError: they are others.
    """
    from pipeline.registry.folder import check_served

    check_served(folder, model)
    return load(settings, model)
