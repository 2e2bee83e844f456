"""Write the figures of reports into a README or a model card.

A document says where they go and which: between ``<!-- figures: fields image -->`` and
``<!-- end of figures -->`` stands what ``fill`` writes there, and nothing else changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, did_you_mean
from pipeline.evaluation.headline_figures import (
    SUMMARY,
    headlines,
    labels_of,
    loss_shown,
    shown,
    support,
)
from pipeline.evaluation.provenance import model_hash
from pipeline.evaluation.report import Report
from pipeline.tagging.onnx import LABELS_FILE

_BLOCK = re.compile(
    r"(<!-- figures: (?P<kind>[a-z]+) (?P<tokens>[a-z]+) -->\n).*?(<!-- end of figures -->)", re.S
)
_NAMES = {"sroie": "SROIE", "wildreceipt": "WildReceipt", "cord": "CORD"}
_OF_PART = {
    None: "",
    "held_out": "held-out ",
    "development": "development ",
}

Section = dict[str, Any]
Column = tuple[Report, Section]


def fill(document: str, reports: Sequence[Report], where: str) -> str:
    """The document with all marked blocks rewritten.

    Raises:
        ConfigError: there is no block, a block asks for an unknown kind of figures, or no
            report has what it asks for; the message names ``where``.
    """
    if not _BLOCK.search(document):
        raise ConfigError(f"{where}: no '<!-- figures: KIND TOKENS -->' in it to fill")

    def written(match: re.Match[str]) -> str:
        kind, tokens = match["kind"], match["tokens"]
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise ConfigError(
                f"{where}: no figures {kind!r}{did_you_mean(kind, KINDS)} (known: {known})"
            )
        columns = [
            (report, section)
            for report in reports
            for section in report["results"]
            if section["tokens_from"] == tokens
        ]
        if not columns:
            raise ConfigError(f"{where}: no report has figures of tokens from {tokens!r}")
        lines = [*KINDS[kind](columns), "", _origin(columns)]
        return "\n".join([match[1], *lines, "", match[4]])

    return _BLOCK.sub(written, document)


def fill_file(path: Path, reports: Sequence[Report]) -> None:
    """``fill`` a file in place.

    Raises:
        ConfigError: as ``fill``, the file cannot be read, or it is a model's card and a report
            is about another model.
    """
    if (path.parent / LABELS_FILE).exists():
        _check_model(path.parent, reports)
    try:
        before = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    path.write_text(fill(before, reports, str(path)), encoding="utf-8")


def _check_model(folder: Path, reports: Sequence[Report]) -> None:
    """Check that reports on a card's model are about the model in its folder."""
    wanted = model_hash(folder)
    for report in reports:
        provenance = report["provenance"]
        if provenance["model_sha256"] != wanted:
            raise ConfigError(
                f"{folder}: the report on {provenance['data']} ({provenance['date']}) is about "
                "another model: evaluate this one"
            )


def _headlines_where(wanted: Callable[[str], bool]) -> Callable[[Sequence[Column]], Iterator[str]]:
    def table(columns: Sequence[Column]) -> Iterator[str]:
        yield from _head(columns)
        for name, title in headlines([section for _, section in columns]).items():
            if wanted(name):
                cells = [shown(section["figures"].get(name)) for _, section in columns]
                yield f"| {title} | {' | '.join(cells)} |"

    return table


def _of_prefixes(*prefixes: str) -> Callable[[Sequence[Column]], Iterator[str]]:
    return _headlines_where(lambda name: name.startswith(prefixes))


def _labels(columns: Sequence[Column]) -> Iterator[str]:
    """Strict entity F1 of each label, with its support in the first column's dataset."""
    yield from _head(columns)
    labels = labels_of(name for _, section in columns for name in section["figures"])
    for name in (*labels, "micro", "macro"):
        cells = []
        for _, section in columns:
            figure = section["figures"].get(f"tags.strict.{name}")
            of = f" of {found}" if (found := support(figure)) else ""
            cells.append(f"{shown(figure)}{of}")
        yield f"| {name} | {' | '.join(cells)} |"


def _blame(columns: Sequence[Column]) -> Iterator[str]:
    """The cost of each stage in F1 over all fields, and the number of fields it lost."""
    yield from _head(columns)
    for stage in columns[0][1]["blame"]["stages"]:
        rows = [section["blame"]["stages"][stage] for _, section in columns]
        cells = [f"{row['f1_cost']:.3f} ({row['fields']} fields)" for row in rows]
        yield f"| {stage} | {' | '.join(cells)} |"


def _damage(columns: Sequence[Column]) -> Iterator[str]:
    """F1 over all fields on damaged pictures, and its change."""
    yield from _head(columns)
    damages = dict.fromkeys(
        entry["corruption"] for report, _ in columns for entry in report["robustness"]
    )
    for name in damages:
        yield f"| {name} | {' | '.join(_loss(column, name) for column in columns)} |"


def _loss(column: Column, damage: str) -> str:
    report, section = column
    rows = [entry["models"] for entry in report["robustness"] if entry["corruption"] == damage]
    return loss_shown(rows[0][section["model"]]) if rows else ""


KINDS: dict[str, Callable[[Sequence[Column]], Iterator[str]]] = {
    "summary": _headlines_where(SUMMARY.__contains__),
    "fields": _of_prefixes(
        "fields.", "items.", "taxes.", "payments.", "receipts.", "sroie.", "cord."
    ),
    "tags": _of_prefixes("tags."),
    "ocr": _of_prefixes("ocr."),
    "labels": _labels,
    "blame": _blame,
    "damage": _damage,
}


def _head(columns: Sequence[Column]) -> Iterator[str]:
    titles = [f"{_set_name(report)}, {section['model']}" for report, section in columns]
    yield f"| | {' | '.join(titles)} |"
    yield f"| --- |{' ---: |' * len(columns)}"


def _set_name(report: Report) -> str:
    """The dataset's name, or the file's name if the format is not that of one dataset."""
    name: str | None = _NAMES.get(report["settings"]["format"])
    return name or Path(report["provenance"]["data"]).stem


def _origin(columns: Sequence[Column]) -> str:
    """The receipts, date and commit of the reports."""
    sets = {_set_name(report): report for report, _ in columns}
    counted = " and ".join(
        f"{report['provenance']['receipts']} {name} receipts of "
        f"{report['provenance']['merchants']} {_OF_PART[report['settings']['part']]}merchants"
        for name, report in sets.items()
    )
    commits = sorted({str(report["provenance"]["commit"]) for report in sets.values()})
    dates = sorted({report["provenance"]["date"][:10] for report in sets.values()})
    return (
        f"In brackets the 95 % interval. {counted}; measured {', '.join(dates)} "
        f"at commit {', '.join(commits)}."
    )
