"""The findings as one self-contained HTML page."""

from __future__ import annotations

import base64
import io
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.audit.finding import Finding, ReceiptRef, Severity
from pipeline.audit.pictures import upright_page
from pipeline.audit.state.entered import receipt_at
from pipeline.audit.statistics.digits import BENFORD, group_digits
from pipeline.batch.durable import replace_durably
from pipeline.errors import writing
from pipeline.install import needs
from pipeline.templates import templates_in

MOST_FINDINGS = 2000
MOST_PICTURES = 100
_PER_FINDING = 2  # pictures
_WIDTH, _QUALITY = 480, 60
_WIDEST, _TALLEST = 20.0, 36.0  # of a picture, in the page's letter heights
_RANK = tuple(reversed(Severity))


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt's picture as a data URL, its size in pixels of the upright page, and the boxes."""

    name: str
    url: str
    width: int
    height: int
    boxes: list[tuple[str, tuple[float, float, float, float]]]

    @property
    def rem(self) -> float:
        """The width on the page: long receipts are narrower, so that they fit on a sheet."""
        return round(min(_WIDEST, _TALLEST * self.width / self.height), 1)


def write_page(
    findings: Iterable[Finding],
    database: sqlite3.Connection,
    path: Path,
    title: str,
    images: Path | None,
) -> None:
    """Write the page: totals, findings by rule and person, groups, and the findings themselves.

    The most severe findings are shown, up to ``MOST_FINDINGS``; the totals count all.

    Args:
        images: the folder of the receipts' pictures, as for ``upright_page``.

    Raises:
        ConfigError: jinja2 is not installed.
        PipelineError: the file cannot be written.
    """
    with needs("the HTML page needs Jinja", "audit"):
        environment = templates_in("pipeline.audit.report")
    totals, shown = _counted(findings)
    pictures = _pictures(shown, database, images)
    stream = environment.get_template("page.html.j2").stream(
        title=title,
        totals=totals,
        findings=((finding, next(pictures)) for finding in shown),
        groups=group_digits(database),
        benford=BENFORD,
        severities=[severity.value for severity in _RANK],
    )
    unfinished = path.with_name(f".{path.name}.part")
    with writing(path):
        try:
            with unfinished.open("w", encoding="utf-8") as file:
                file.writelines(stream)
            replace_durably(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)


def _counted(findings: Iterable[Finding]) -> tuple[dict[str, Any], list[Finding]]:
    """Counts over all findings, and those to show, the most severe first."""
    rules: dict[str, dict[str, Any]] = {}
    people: dict[str, int] = defaultdict(int)
    risk: dict[str, float] = defaultdict(float)
    kept: list[Finding] = []
    count = 0
    for finding in findings:
        count += 1
        rule = rules.setdefault(finding.rule, {"severity": finding.severity, "count": 0})
        rule["count"] += 1
        people[finding.person or "nobody named"] += 1
        is_note = finding.severity is Severity.INFO or finding.label == "harmless"
        if finding.amount is not None and not is_note:
            risk[finding.currency or "?"] += finding.amount
        kept.append(finding)
        if len(kept) >= 2 * MOST_FINDINGS:
            kept = _most_severe(kept)
    totals = {
        "count": count,
        "rules": sorted(
            rules.items(), key=lambda one: (_RANK.index(one[1]["severity"]), -one[1]["count"])
        ),
        "people": sorted(people.items(), key=lambda one: (-one[1], one[0])),
        "risk": sorted(risk.items()),
    }
    return totals, _most_severe(kept)


def _most_severe(findings: Sequence[Finding]) -> list[Finding]:
    ranked = sorted(findings, key=lambda one: (_RANK.index(one.severity), -one.score))
    return ranked[:MOST_FINDINGS]


def _pictures(
    findings: Sequence[Finding], database: sqlite3.Connection, images: Path | None
) -> Iterator[list[Shown]]:
    """The pictures of each finding, none after ``MOST_PICTURES``."""
    left = MOST_PICTURES
    for finding in findings:
        found = []
        for place, ref in enumerate(finding.receipts[: min(left, _PER_FINDING)]):
            boxes = [(look.field, look.box) for look in finding.look_at if look.receipt == place]
            if (one := _picture(ref, boxes, database, images)) is not None:
                found.append(one)
        left -= len(found)
        yield found


def _picture(
    ref: ReceiptRef, boxes: list[Any], database: sqlite3.Connection, images: Path | None
) -> Shown | None:
    receipt = receipt_at(database, ref)
    page = None if receipt is None else upright_page(receipt.record, images)
    if page is None:
        return None
    height = max(1, round(page.height * _WIDTH / page.width))
    data = io.BytesIO()
    small = page.convert("RGB").resize((_WIDTH, height), Image.Resampling.LANCZOS)
    small.save(data, "JPEG", quality=_QUALITY)
    url = f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"
    return Shown(f"{ref.path}, page {ref.page}", url, page.width, page.height, boxes)
