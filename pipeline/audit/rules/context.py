"""What a rule may ask besides the receipt itself, and what a rule is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.audit.finding import Finding
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.state.amounts import counts_of
from pipeline.audit.statistics.spread import Spread, spread_of

_SPREADS = 10_000  # groups of which the spread is kept in memory


@dataclass(frozen=True, slots=True)
class Context:
    """What all receipts of a run are judged against.

    Attributes:
        database: the state, with all receipts that have been entered.
        spread: of the amounts of a group, by its kind and name (``state.amounts.groups_of``).
    """

    database: sqlite3.Connection
    spread: Callable[[str, str], Spread | None]


def context_of(database: sqlite3.Connection) -> Context:
    """The context of a state into which no more receipts are entered."""

    @lru_cache(maxsize=_SPREADS)
    def spread(kind: str, name: str) -> Spread | None:
        return spread_of(counts_of(database, kind, name))

    return Context(database, spread)


Rule = Callable[[AuditedReceipt, Context], Iterable[Finding]]
"""Judges one receipt. A rule that lacks a value that it needs finds nothing."""
