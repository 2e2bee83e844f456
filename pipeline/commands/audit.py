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
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="SQLite file that knows the receipts of earlier runs.  [default: OUT.state]",
        ),
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day on which claims count as submitted.  [default: today]",
        ),
    ] = None,
) -> None:
    """Find what is worth a look: sums that fail, taxes, dates and numbers that do not fit.

    Each finding names its rule, the receipts, the reason and the boxes to look at. A record
    that is an error is a finding too. Use one --state for all months: receipts are compared
    with those of earlier runs. If a run is interrupted, repeat the command: it resumes.

    \b
    Exit codes:
      0    audited, whether or not there are findings
      2    wrong usage, or a file cannot be used
      130  interrupted: what was judged is kept
    """
    from pipeline.audit.report.summary import Summary
    from pipeline.audit.report.write import check_suffix, write_findings
    from pipeline.audit.run import AuditJob, run_audit
    from pipeline.audit.state.database import open_state
    from pipeline.audit.state.entered import count_of
    from pipeline.audit.state.judged import findings_of_session
    from pipeline.batch.sinks import check_writable

    with usage_errors(kept="what was judged is kept; repeat the command to go on"):
        check_suffix(output)
        check_writable(output)
        where = state or output.with_name(f"{output.name}.state")
        job = AuditJob(records, where, today.date() if today else date.today(), claims)
        with open_state(where) as database:
            session = run_audit(database, job, _step)
            summary = Summary(count_of(database, session))
            write_findings(summary.passing(findings_of_session(database, session)), output)
    for line in summary.lines():
        typer.echo(line, err=True)
    raise typer.Exit(ExitCode.OK)


def _step(what: str, done: int) -> None:
    typer.echo(f"{what}: {done}", err=True)
