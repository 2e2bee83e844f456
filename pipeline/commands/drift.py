"""`receipts drift`: whether receipts have changed since the model was trained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.exits import ExitCode, print_error, usage_errors

if TYPE_CHECKING:
    from pipeline.drift.accuracy import Reviewed
    from pipeline.drift.report import Report
    from pipeline.drift.sample import Sample
    from pipeline.receipt import Receipt

_DATABASES = ("sqlite:", "postgresql:")


def drift(
    records: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDS",
            help="Output of receipts extract: JSONL, JSON, CSV or Parquet.",
            show_default=False,
        ),
    ],
    reference: Annotated[
        str,
        typer.Option(
            metavar="REF",
            help="What to compare with: receipts-base, a model folder, or a file that "
            "--write-reference wrote.",
        ),
    ] = "receipts-base",
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a page to look through.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Also write JSON.")
    ] = None,
    reviews: Annotated[
        str | None,
        typer.Option(
            metavar="REVIEWS",
            help="What reviewers accepted: a file of the format reviews, or the address of "
            "the service's database (sqlite:///FILE).",
        ),
    ] = None,
    write_reference: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write RECORDS as a reference instead of comparing."),
    ] = None,
    alpha: Annotated[
        float,
        typer.Option(
            min=1e-6, max=0.5, metavar="P", help="Probability of a false alarm in a window."
        ),
    ] = 0.01,
    psi: Annotated[
        float,
        typer.Option(
            min=0.0, metavar="PSI", help="Least stability index of an alarm, above that of chance."
        ),
    ] = 0.1,
    least: Annotated[
        int,
        typer.Option(
            min=5, metavar="N", help="Receipts that a group or feature needs to be compared."
        ),
    ] = 20,
) -> None:
    """Compare records with those that the model was measured on.

    Watches pictures, OCR, tags, fields, sums, countries and merchants, for all receipts and
    for each merchant and trade with enough of them. Also estimates accuracy without labels,
    and with --reviews compares that with what reviewers found. See docs/drift.md.

    \b
    Exit codes:
      0    no alarm, or the reference was written
      2    wrong usage, or a file cannot be used
      3    at least one alarm
      130  interrupted
    """
    with usage_errors():
        from pipeline.batch.sinks import check_writable
        from pipeline.drift.report import check_html, write_html, write_json
        from pipeline.drift.sample import sample_of
        from pipeline.drift.sample import write_reference as write

        for path in (html, output, write_reference):
            if path is not None:
                check_writable(path)
        if html is not None:
            check_html()
        if write_reference is not None:
            write(sample_of(_records(records)), write_reference)
            typer.echo(f"written to {write_reference}", err=True)
            raise typer.Exit(ExitCode.OK)
        report = _compared(records, reference, reviews, (alpha, psi, least))
        if output is not None:
            write_json(report, output)
        if html is not None:
            write_html(report, html)
    _print(report)
    raise typer.Exit(ExitCode.BELOW if report.alarms else ExitCode.OK)


def _compared(
    records: list[Path], reference: str, reviews: str | None, limits: tuple[float, float, int]
) -> Report:
    from pipeline.drift.accuracy import accuracies
    from pipeline.drift.compare import Bounds, compare
    from pipeline.drift.report import Report
    from pipeline.drift.sample import read_reference, sample_of
    from pipeline.errors import ConfigError
    from pipeline.tagging.load import model_folder
    from pipeline.wording import counted

    is_file = Path(reference).is_file() or reference.endswith(".json")
    place = Path(reference) if is_file else model_folder(reference)
    before = read_reference(place)
    window = sample_of(_records(records))
    if not len(window):
        raise ConfigError(f"{', '.join(map(str, records))}: no records")
    bounds = Bounds(*limits)
    comparison = compare(before, window, bounds)
    if not comparison.differences:
        names = ", ".join(map(str, records))
        raise ConfigError(
            f"{names}: too few to compare: {counted(len(window), 'receipt')} against {len(before)} "
            f"of the reference; a feature needs {bounds.least} in both (--least)"
        )
    return Report(
        title=", ".join(path.name for path in records),
        about=dict(before.about),
        bounds=bounds,
        comparison=comparison,
        accuracies=accuracies(window, before, _reviewed(reviews, records), bounds.alpha),
        notes=tuple(_notes(before, window, place)),
    )


def _records(paths: list[Path]) -> Iterator[Receipt]:
    from pipeline.audit.records.read import read_records

    for path in paths:
        for read in read_records(path):
            yield read.record


def _reviewed(reviews: str | None, records: list[Path]) -> Iterator[Reviewed]:
    from pipeline.drift.accuracy import reviewed_in_file

    if reviews is None:
        return
    if reviews.startswith(_DATABASES):
        from pipeline.install import needs

        with needs("the service's database needs SQLAlchemy", "serve"):
            from pipeline.service.store.reviewed import reviewed_in_database
        yield from reviewed_in_database(reviews)
    else:
        yield from reviewed_in_file(Path(reviews), _records(records))


def _notes(reference: Sample, window: Sample, place: Path) -> Iterator[str]:
    """What makes a reference less fit for this window."""
    from pipeline.drift.sample import calibration_of

    if place.is_dir() and reference.about.get("calibration") != calibration_of(place):
        yield (
            "The model was calibrated after its reference was written: confidences may differ "
            "for that reason. Write the reference anew (docs/drift.md)."
        )
    known = set(reference.categories.get("model", ()))
    others = set(window.categories["model"]) - known - {None}
    if others:
        yield (
            f"The records are of another model ({', '.join(sorted(map(str, others)))}) than the "
            f"reference ({', '.join(sorted(map(str, known)))})."
        )


def _print(report: Report) -> None:
    from rich.console import Console

    from pipeline.commands.console import table_of
    from pipeline.drift.report import name_of

    shown = [one for one in report.comparison.differences if not one.group or one.is_alarm]
    rows = [
        (
            name_of(one.feature, one.group),
            f"{one.psi:.2f}",
            f"{one.by_chance:.2f}",
            f"{one.corrected:.2g}",
            "ALARM" if one.is_alarm else "",
        )
        for one in shown
    ]
    console = Console()
    title = f"{report.comparison.window} receipts against {report.comparison.reference}"
    console.print(table_of(title, ("feature", "PSI", "by chance", "p", ""), rows))
    accuracy = [
        (
            one.field,
            str(one.found),
            f"{one.estimated:.3f}",
            "" if one.reference is None else f"{one.reference:.3f}",
            str(one.checked or ""),
            "" if one.right is None else f"{one.right:.3f}",
        )
        for one in report.accuracies
    ]
    headings = ("field", "found", "estimated", "reference", "checked", "right")
    console.print(table_of("accuracy", headings, accuracy))
    for note in report.notes:
        typer.echo(note, err=True)
    for line in report.alarms:
        print_error(f"alarm: {line}")
