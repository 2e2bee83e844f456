"""Write findings as JSONL or CSV, to a temporary file that is renamed at the end."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from pipeline.audit.finding import Finding
from pipeline.batch.durable import replace_durably
from pipeline.batch.table_columns import without_formula
from pipeline.errors import ConfigError, writing

SUFFIXES = (".jsonl", ".ndjson", ".csv")
COLUMNS = (
    "id",
    "rule",
    "severity",
    "score",
    "path",
    "page",
    "other_receipts",
    "amount",
    "currency",
    "person",
    "reason",
    "suggested_action",
    "label",
)
"""Of the CSV. Reviewers fill in ``label``: ``right`` or ``harmless``."""


def check_suffix(path: Path) -> None:
    """Raise ConfigError if findings cannot be written in the format of this suffix."""
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"{path}: findings are written as {', '.join(SUFFIXES)}")


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """Write findings in the format of the suffix.

    Raises:
        PipelineError: the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.part")
    write = _write_csv if path.suffix.lower() == ".csv" else _write_jsonl
    with writing(path):
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                write(findings, file)
            replace_durably(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)


def _write_jsonl(findings: Iterable[Finding], file: TextIO) -> None:
    file.writelines(f"{finding.model_dump_json()}\n" for finding in findings)


def _write_csv(findings: Iterable[Finding], file: TextIO) -> None:
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for one in findings:
        first, *others = one.receipts
        cells = (
            *(one.id, one.rule, one.severity, one.score, first.path, first.page),
            " ".join(f"{other.path}#{other.page}" for other in others),
            *(one.amount, one.currency, one.person, one.reason, one.suggested_action, one.label),
        )
        rows.writerow([without_formula(cell) if isinstance(cell, str) else cell for cell in cells])
