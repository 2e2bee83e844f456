"""A kind of fault that is put into records to see whether the audit finds it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.evaluation.audit.drawn_records import Plain

Row = dict[str, str]
"""A row of the claims."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A faulty record and its claim, with a second record where the fault is of two, or another
    claim of the first one."""

    plain: Plain
    claim: Row
    second: Plain | None = None
    other_claim: Row | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault.

    Attributes:
        rule: that has to be found on the record, or on the second one.
        put: makes the fault; ``None`` where the record has no place for it.
    """

    rule: str
    put: Callable[[Plain, Row, random.Random], Faulty | None]


def set_value(field: Plain, value: object) -> None:
    """Change a field to what would be printed so."""
    field |= {"value": value, "text": str(value)}


def day_of(plain: Plain) -> date:
    return date.fromisoformat(plain["date"]["value"])
