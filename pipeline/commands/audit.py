"""`receipts audit`: what is worth a look in a pile of receipts."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.exits import ExitCode, usage_errors


def audit(
    records: Annotated[
        Path,
        typer.Argument(
            metavar="RECORDS",
            help="Output of receipts extract: JSONL, JSON, CSV or Parquet.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="OUT", help="Findings to write, .jsonl or .csv."),
    ] = Path("findings.jsonl"),
    claims: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV that says who claims which receipt."),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="POLICY",
            help="YAML file, or one that ships: us-company, eu-company, university.",
        ),
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The receipts' files: compare pictures, look for changes, show them in --html.",
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a page to look through.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Reviewers' labels: CSV with the columns id and label."),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="SQLite file that knows the receipts of earlier runs.  [default: OUT.state]",
        ),
    ] = None,
    combinations: Annotated[
        bool,
        typer.Option(
            "--combinations",
            help="Also report values that are unusual together; needs 500 receipts.",
            show_default=False,
        ),
    ] = False,
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day on which claims count as submitted.  [default: today]",
        ),
    ] = None,
) -> None:
    """Find what is worth a look: duplicates, failing sums, breaches.

    Each finding names its rule, the receipts, the reason and the boxes to look at. A record
    that is an error is a finding too. Use one --state for all months: receipts are compared
    with those of earlier runs. If a run is interrupted, repeat the command: it resumes.

    \b
    Exit codes:
      0    audited, whether or not there are findings
      2    wrong usage, or a file cannot be used
      130  interrupted: what was judged is kept
    """
    from pipeline.audit.policy.load import load_policy
    from pipeline.audit.report.html import write_page
    from pipeline.audit.report.labels import enter_labels, labels_of
    from pipeline.audit.report.summary import Summary
    from pipeline.audit.report.write import check_suffix, write_findings
    from pipeline.audit.run import AuditJob, run_audit
    from pipeline.audit.state.database import open_state
    from pipeline.audit.state.entered import count_of
    from pipeline.audit.state.judged import findings_of_session
    from pipeline.batch.sinks import check_writable
    from pipeline.errors import ConfigError
    from pipeline.install import check_installed

    with usage_errors(kept="what was judged is kept; repeat the command to go on"):
        check_suffix(output)
        if combinations:
            check_installed("anomalies", "sklearn")
        for path in (output, *([html] if html else [])):
            check_writable(path)
        if images is not None and not images.is_dir():
            raise ConfigError(f"{images}: no such folder")
        job = AuditJob(
            records,
            today.date() if today else date.today(),
            claims,
            load_policy(policy) if policy else None,
            images,
            combinations,
        )
        with open_state(state or output.with_name(f"{output.name}.state")) as database:
            session = run_audit(database, job, _step)
            if labels is not None and (unknown := enter_labels(database, labels)):
                typer.echo(f"{labels}: {unknown} labels are of no known finding", err=True)
            applied = labels_of(database).applied
            summary = Summary(count_of(database, session))
            findings = summary.passing(applied(findings_of_session(database, session)))
            write_findings(findings, output)
            if html is not None:
                again = applied(findings_of_session(database, session))
                write_page(again, database, html, records.name, images)
    for line in summary.lines():
        typer.echo(line, err=True)
    raise typer.Exit(ExitCode.OK)


def _step(what: str, done: int) -> None:
    typer.echo(f"{what}: {done}", err=True)
