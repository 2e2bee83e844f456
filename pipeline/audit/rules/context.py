"""What a rule may ask besides the receipt itself, and what a rule is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.audit.finding import Finding
from pipeline.audit.receipts import AuditedReceipt


@dataclass(frozen=True, slots=True)
class Context:
    """The state, with all receipts that have been entered."""

    database: sqlite3.Connection


Rule = Callable[[AuditedReceipt, Context], Iterable[Finding]]
"""Judges one receipt. A rule that lacks a value that it needs finds nothing."""
