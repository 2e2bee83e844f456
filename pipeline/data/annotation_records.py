"""Read annotation files record by record, so that one broken record does not hide the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ValidationError

from pipeline.data.annotated import AnnotatedPage
from pipeline.errors import DataError
from pipeline.plain_errors import plain_problems

MOST_PROBLEMS = 3  # of one record that are named; the others are counted

MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""The errors that reading a malformed record raises (pydantic's is a ValueError)."""


@dataclass(frozen=True, slots=True)
class AnnotationRecord:
    """One page's annotation, not parsed yet.

    Attributes:
        place: the file and the record in it, as an annotator would look for it.
        read: returns the page, or raises one of ``MALFORMED``.
    """

    place: str
    read: Callable[[], AnnotatedPage]

    def parse(self) -> AnnotatedPage:
        """The page.

        Raises:
            DataError: the record is malformed; the message names its place and what is wrong.
        """
        try:
            return self.read()
        except MALFORMED as error:
            raise DataError(f"{self.place}: {describe_error(error)}") from error


def parse_all(records: Iterable[AnnotationRecord]) -> Iterator[AnnotatedPage]:
    """The pages, up to the first record that is malformed; its ``DataError`` is raised."""
    return (record.parse() for record in records)


def read_text(path: Path) -> str:
    """A text file, UTF-8 with or without a byte order mark.

    Raises:
        DataError: the file cannot be read; the message names it.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {_why(error)}") from error


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not a text in UTF-8: {error.reason} at byte {error.start}"
    return error.strerror or str(error)


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers from 1.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {_why(error)}") from error


def line_records(
    path: Path, read_line: Callable[[str], AnnotatedPage]
) -> Iterator[AnnotationRecord]:
    """One record per line that is not empty.

    Raises:
        DataError: the file cannot be read.
    """
    for number, line in numbered_lines(path):
        yield AnnotationRecord(f"{path}, line {number}", partial(read_line, line))


def describe_error(error: Exception, kind: type[BaseModel] | None = None) -> str:
    """The reason in one line.

    Args:
        kind: the model that was to be made, to suggest its keys where one is unknown.
    """
    if isinstance(error, ValidationError):
        problems = plain_problems(error, kind)
        more = len(problems) - MOST_PROBLEMS
        named = "; ".join(problems[:MOST_PROBLEMS])
        return f"{named}; and {more} more" if more > 0 else named
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if type(error) is ValueError:
        return str(error)
    return f"not of the structure that this format has ({error})"
