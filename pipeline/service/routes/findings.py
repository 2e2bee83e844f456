"""What the audit found, and what reviewers say about it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from pipeline.audit.finding import Severity
from pipeline.audit.report.write import write_findings
from pipeline.service import schemas
from pipeline.service.routes.common import ALWAYS, MISSING, ItemId, found, json_answer, not_found
from pipeline.service.routes.downloads import FILE, download, pieces_of
from pipeline.service.routes.reviewing import JSON_LINES
from pipeline.service.routes.views import finding_view
from pipeline.service.service import InService, Reader, Reviewer, Service
from pipeline.service.store.findings import all_findings, findings_of, judge, labelled
from pipeline.service.store.receipts import locked, receipt_of
from pipeline.service.store.tables import ReceiptRow

router = APIRouter()

_RANK = tuple(reversed(Severity))
FindingId = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{12}$", description="A finding's id.")]


class FindingsFormat(StrEnum):
    """A format of findings."""

    JSONL = "jsonl"
    CSV = "csv"


_MEDIA_TYPES = {FindingsFormat.JSONL: JSON_LINES, FindingsFormat.CSV: "text/csv"}


@router.get(
    "/v1/receipts/{id}/findings",
    response_model=schemas.Findings,
    summary="What the audit found",
    responses={**ALWAYS, **MISSING},
)
def get_findings(service: InService, caller: Reader, id: ItemId) -> Response:  # noqa: A002
    """What is worth a look on the record, why, and where; the most severe first."""
    with service.database.reading() as session:
        row = found("receipt", receipt_of(session, caller.tenant, id))
        return json_answer(_view(service, session, row))


@router.put(
    "/v1/receipts/{id}/findings/{finding}/label",
    response_model=schemas.Findings,
    summary="Judge a finding",
    responses={**ALWAYS, **MISSING},
)
def put_label(
    service: InService,
    caller: Reviewer,
    id: ItemId,  # noqa: A002
    finding: FindingId,
    verdict: schemas.Verdict,
) -> Response:
    """Say whether a finding is right or harmless; ``null`` takes that back.

    The scores of the rule's findings are shifted so that they agree with its labels.
    """
    with service.database.writing() as session:
        row = found("receipt", locked(session, caller.tenant, id))
        named = [one for one in findings_of(session, id) if one.id == finding]
        if not named:
            raise not_found("finding")
        judge(session, row, named[0], verdict.label, caller.name)
        session.flush()
        return json_answer(_view(service, session, row))


@router.get(
    "/v1/findings",
    summary="All findings",
    response_class=StreamingResponse,
    responses={
        HTTPStatus.OK: {"content": dict.fromkeys(_MEDIA_TYPES.values(), FILE)},
        **ALWAYS,
    },
)
def export_findings(
    service: InService,
    caller: Reader,
    format: Annotated[FindingsFormat, Query()] = FindingsFormat.JSONL,  # noqa: A002
) -> StreamingResponse:
    """All findings with their labels, as `receipts audit` writes them; each path begins with the
    record's id. Findings about claims without a record come last, with the path as claimed."""
    return download(
        _written(service, caller.tenant, format), f"findings.{format}", _MEDIA_TYPES[format]
    )


def _view(service: Service, session: Session, row: ReceiptRow) -> schemas.Findings:
    found = labelled(session, row.tenant, findings_of(session, row.id))
    found.sort(key=lambda one: (_RANK.index(one.severity), -one.score))
    state = "done"
    if row.audit_due:
        state = "waiting" if service.settings.audits else "off"
    return schemas.Findings(state=state, findings=[finding_view(one) for one in found])


def _written(service: Service, tenant: str, kind: FindingsFormat) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="receipts-findings-") as folder:
        path = Path(folder) / f"findings.{kind}"
        with service.database.reading() as session:
            write_findings(all_findings(session, tenant), path)
        yield from pieces_of(path)
