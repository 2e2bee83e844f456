"""The report of an evaluation: what was scored, on what, with which versions."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.table import Table

from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.evaluate import Result

_PACKAGES = ("receipt-pipeline", "onnxruntime", "rapidocr", "pytesseract", "seqeval", "numpy")
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a reader needs to repeat the figures.

    Attributes:
        command: as it was typed.
        date: UTC, ISO 8601.
        commit: the checkout's, ending in ``-dirty`` where files are changed; ``None``
            where the package runs from no checkout.
        versions: of the packages that decide the figures and are installed.
        data: the name of the file or folder.
        data_sha256: of the receipts and their published truth, before any OCR.
        receipts, merchants: how many were scored.
    """

    command: str
    date: str
    commit: str | None
    python: str
    versions: dict[str, str]
    data: str
    data_sha256: str
    receipts: int
    merchants: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run of ``receipts evaluate`` found.

    Attributes:
        tokens_from: ``boxes`` or ``image``.
        engine: the OCR engine, ``None`` for annotated boxes.
        held_out: whether only merchants that training never saw were scored.
        problems: receipts that were not read or whose tags were not scored, and why.
        results: the model's, and the baseline's after it where asked for.
    """

    provenance: Provenance
    tokens_from: str
    engine: str | None
    held_out: bool
    results: list[Result]
    problems: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def describe(data: Path, pages: Sequence[AnnotatedPage]) -> Provenance:
    """Provenance of an evaluation that runs now, on ``pages`` as published."""
    return Provenance(
        command=" ".join(["receipts", *sys.argv[1:]]),
        date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        commit=_commit(),
        python=platform.python_version(),
        versions=_versions(),
        data=data.name,
        data_sha256=data_hash(pages),
        receipts=len(pages),
        merchants=len({page.merchant for page in pages if page.merchant}),
    )


def data_hash(pages: Sequence[AnnotatedPage]) -> str:
    """SHA-256 of ids, words, tags, fields and items, in the order of the pages."""
    digest = hashlib.sha256()
    for page in pages:
        words = [token.text for token in page.page.tokens]
        truth = [sorted(page.fields.items()), [sorted(item.items()) for item in page.items]]
        entry = [page.source, page.id, words, page.tags, sorted(page.annotated), truth]
        digest.update(json.dumps(entry, ensure_ascii=True).encode())
    return digest.hexdigest()


def table(report: Report) -> Table:
    """F1 a field, one column a model, for the terminal."""
    count = report.provenance.receipts
    result = Table(title=f"F1 on {count} receipts, tokens from {report.tokens_from}")
    result.add_column("")
    for scored in report.results:
        result.add_column(scored["model"], justify="right")
    result.add_column("receipts with it", justify="right")
    for name, row in report.results[0]["fields"].items():
        figures = [scored["fields"][name]["f1"] if name in scored["fields"] else None
                   for scored in report.results]  # fmt: skip
        result.add_row(name, *map(_figure, figures), str(int(row["true"])))
    if "items" in report.results[0]:
        figures = [scored["items"]["f1"] for scored in report.results]
        true = str(int(report.results[0]["items"]["true"]))
        result.add_row("line items", *map(_figure, figures), true)
    for mode in ("strict", "default"):
        rows = [scored["tags"][mode].get("micro avg") for scored in report.results]  # type: ignore[literal-required]
        result.add_row(f"tags ({mode}, micro)", *(_figure(r and r["f1"]) for r in rows), "")
    return result


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _commit() -> str | None:
    """The checkout's commit; a package installed inside some other checkout has none."""
    if not (_PROJECT / ".git").exists():
        return None
    command = ["git", "-C", str(_PROJECT), "describe", "--always", "--dirty", "--abbrev=10"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return answer.stdout.strip() or None
