"""The errors that users see; each message says what failed and why."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


class PipelineError(Exception):
    """The base of every error that the pipeline raises on purpose."""


class ImageError(PipelineError):
    """An input that cannot be loaded: the message names file and reason."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[ImageError], tuple[str, str]]:
        # Worker processes send it back by pickle, which would pass one argument.
        return type(self), (self.source, self.reason)


class EngineUnavailable(PipelineError):
    """An OCR engine that cannot run here: the message says what to install."""


class ConfigError(PipelineError):
    """A configuration, label set or model folder that cannot be used."""


class DataError(PipelineError):
    """Annotated data that cannot be read: the message names file and record."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Name the file or folder in the errors of the block that writes it.

    Raises:
        PipelineError: the disk is full, there is no permission, and so on.
    """
    try:
        yield
    except OSError as error:
        raise PipelineError(f"{path}: cannot be written: {error.strerror or error}") from error


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` - did you mean 'NAME'?`` for the nearest known name; empty where none is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" - did you mean {near[0]!r}?" if near else ""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> ConfigError:
    """``no KIND 'NAME'``, with the nearest known name and all of them."""
    names = [str(each) for each in known]
    hint = did_you_mean(name, names)
    return ConfigError(f"no {kind} {name!r}{hint} (known: {', '.join(names)})")


def did_you_mean_share(percentage: float) -> str:
    """`` - did you mean 0.98?`` for 98; empty where the number is no percentage."""
    return f" - did you mean {percentage / 100:g}?" if 1 < percentage <= 100 else ""
