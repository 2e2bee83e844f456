"""Reviewers' labels: read back, kept in the state, and used to recalibrate the scores.

A rule's scores are shifted on the scale of log-odds until they agree with its labels. A normal
prior keeps the shift small while there are few labels.
"""

from __future__ import annotations

import csv
import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pipeline.audit.finding import Finding, Label
from pipeline.audit.state.judged import finding_with_id
from pipeline.errors import ConfigError, did_you_mean

_LABELS: tuple[str, ...] = get_args(Label)
_STEPS = 30
_LEAST, _MOST = 0.001, 0.999  # scores are clipped to these before log-odds are taken


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels in the state by finding, and the shift of each rule's log-odds."""

    by_finding: Mapping[str, bool]
    shifts: Mapping[str, float]

    def applied(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings with their label, and with recalibrated scores."""
        for finding in findings:
            changes: dict[str, object] = {}
            if finding.id in self.by_finding:
                changes["label"] = "right" if self.by_finding[finding.id] else "harmless"
            if shift := self.shifts.get(finding.rule):
                changes["score"] = round(_logistic(_log_odds(finding.score) + shift), 4)
            yield finding.model_copy(update=changes) if changes else finding


def enter_labels(database: sqlite3.Connection, path: Path) -> int:
    """Enter the labels of a CSV file with the columns ``id`` and ``label``, such as the CSV of
    findings; rows without a label are skipped. Returns how many are of no known finding.

    Raises:
        ConfigError: the file cannot be read, or has a label that is not known.
    """
    unknown = 0
    for name, label in _rows(path):
        finding = finding_with_id(database, name)
        if finding is None:
            unknown += 1
            continue
        database.execute(
            "INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?)",
            [name, finding.rule, finding.score, label == "right"],
        )
    return unknown


def labels_of(database: sqlite3.Connection) -> Labels:
    """All labels in the state."""
    return labels_from(database.execute("SELECT * FROM labels ORDER BY finding"))


def labels_from(rows: Iterable[tuple[str, str, float, bool]]) -> Labels:
    """Labels as rows of a finding's id, its rule and score, and whether it is right."""
    by_finding: dict[str, bool] = {}
    by_rule: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, rule, score, is_right in rows:
        by_finding[name] = bool(is_right)
        by_rule[rule].append((score, bool(is_right)))
    return Labels(by_finding, {rule: _shift(scored) for rule, scored in by_rule.items()})


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    with file:
        rows = csv.DictReader(file)
        if missing := {"id", "label"} - set(rows.fieldnames or ()):
            raise ConfigError(f"{path}: no column {min(missing)!r}")
        for row in rows:
            label = (row["label"] or "").strip()
            if label and label not in _LABELS:
                hint = did_you_mean(label, _LABELS) or f" (known: {', '.join(_LABELS)})"
                raise ConfigError(f"{path}, line {rows.line_num}: no label {label!r}{hint}")
            if label:
                yield row["id"] or "", label


def _shift(scored: Iterable[tuple[float, bool]]) -> float:
    """The most probable shift under a standard normal prior, by Newton's method."""
    known = [(_log_odds(score), is_right) for score, is_right in scored]
    shift = 0.0
    for _ in range(_STEPS):
        shares = [_logistic(odds + shift) for odds, _ in known]
        slope = sum(is_right - share for share, (_, is_right) in zip(shares, known, strict=True))
        curve = 1 + sum(share * (1 - share) for share in shares)
        shift += (slope - shift) / curve
    return shift


def _log_odds(score: float) -> float:
    clipped = min(_MOST, max(_LEAST, score))
    return math.log(clipped / (1 - clipped))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
