"""A comparison as JSON and as one self-contained HTML page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.batch.durable import replace_durably
from pipeline.drift.accuracy import FieldAccuracy
from pipeline.drift.compare import Bounds, Comparison
from pipeline.errors import writing
from pipeline.install import needs
from pipeline.templates import templates_in


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported of a window.

    Attributes:
        title: of the window, such as its file's name.
        about: what the reference says of itself.
        bounds: beyond which a difference is an alarm.
        notes: what the reader should know of the reference.
    """

    title: str
    about: dict[str, Any]
    bounds: Bounds
    comparison: Comparison
    accuracies: list[FieldAccuracy]
    notes: tuple[str, ...] = ()

    @property
    def alarms(self) -> list[str]:
        """One line for each alarm."""
        found = [
            f"{name_of(one.feature, one.group)}: {one.before} before, {one.after} now "
            f"(PSI {one.psi:.2f}, p {one.corrected:.2g})"
            for one in self.comparison.alarms
        ]
        return found + [
            f"{one.field}: {one.right:.1%} of {one.checked} checked values were right, "
            f"confidence promised {one.promised:.1%} (p {one.p:.2g})"
            for one in self.accuracies
            if one.is_alarm
        ]


def name_of(feature: str, group: str = "") -> str:
    """A feature in words."""
    words = feature.replace("_", " ")
    return f"{words} ({group})" if group else words


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    comparison = report.comparison
    return {
        "title": report.title,
        "reference": report.about,
        "bounds": asdict(report.bounds),
        "notes": list(report.notes),
        "alarms": report.alarms,
        "receipts": {"reference": comparison.reference, "window": comparison.window},
        "differences": [asdict(one) for one in comparison.differences],
        "not_compared": comparison.left_out,
        "accuracy": [asdict(one) for one in report.accuracies],
    }


def write_json(report: Report, path: Path) -> None:
    """Write the report as JSON.

    Raises:
        PipelineError: the file cannot be written.
    """
    text = json.dumps(as_json(report), ensure_ascii=False, indent=1)
    _write(path, lambda unfinished: unfinished.write_text(f"{text}\n", encoding="utf-8"))


def check_html() -> None:
    """Check that a page can be written, before the work starts.

    Raises:
        ConfigError: jinja2 is not installed.
    """
    with needs("the HTML page needs Jinja", "drift"):
        import jinja2  # noqa: F401


def write_html(report: Report, path: Path) -> None:
    """Write the page: alarms, every feature with both distributions, and the accuracy by field.

    Raises:
        PipelineError: the file cannot be written.
    """
    environment = templates_in("pipeline.drift")
    environment.filters["words"] = name_of
    environment.filters["bars"] = _bars
    html = environment.get_template("page.html.j2").render(
        report=report,
        comparison=report.comparison,
        whole=[one for one in report.comparison.differences if not one.group],
        groups=[one for one in report.comparison.differences if one.group and one.is_alarm],
        compared_groups=sorted({one.group for one in report.comparison.differences if one.group}),
    )
    _write(path, lambda unfinished: unfinished.write_text(html, encoding="utf-8"))


def _bars(bins: Sequence[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """Places and heights of the two bars of each bin, in a picture of 100 by 30."""
    highest = max((max(before, after) for _, before, after in bins), default=0.0) or 1.0
    step = 100 / max(1, len(bins))
    return [
        {
            "title": f"{name}: {before:.1%} before, {after:.1%} now",
            "x": round(step * number, 2),
            "width": round(step * 0.4, 2),
            "before": round(30 * before / highest, 2),
            "after": round(30 * after / highest, 2),
        }
        for number, (name, before, after) in enumerate(bins)
    ]


def _write(path: Path, write: Callable[[Path], object]) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    with writing(path):
        try:
            write(unfinished)
            replace_durably(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
