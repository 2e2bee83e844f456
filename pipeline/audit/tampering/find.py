"""The rule that reports signs of changes in a receipt's file and picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.audit.finding import Finding, Look, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context
from pipeline.audit.state.entered import signs_text
from pipeline.audit.tampering import digits, drawn_picture, file_traces, pdf_traces
from pipeline.audit.tampering.signs import Sign, unpack_signs


@dataclass(frozen=True, slots=True)
class _Kind:
    severity: Severity
    action: str


_LIKELY = 0.5
_ASK = "Ask for the original."
_KINDS: Mapping[str, _Kind] = {
    file_traces.EDITED: _Kind(
        Severity.LOW, f"Look at amounts and dates closely; people crop with it too. {_ASK}"
    ),
    file_traces.GENERATED: _Kind(Severity.HIGH, _ASK),
    file_traces.OLDER: _Kind(
        Severity.MEDIUM, f"Check the date; the camera's clock may be wrong. {_ASK}"
    ),
    pdf_traces.EDITED: _Kind(
        Severity.LOW, f"Look at amounts and dates closely; people merge files with it too. {_ASK}"
    ),
    pdf_traces.CHANGED: _Kind(
        Severity.LOW,
        "Compare with the PDF as the merchant sent it; a filled-in form does that too.",
    ),
    pdf_traces.FONTS: _Kind(Severity.MEDIUM, f"Look at the marked digits. {_ASK}"),
    drawn_picture.NOT_OF_PAPER: _Kind(
        Severity.INFO, "Accept it if the receipt came as a file; ask for the paper otherwise."
    ),
    digits.COPIED: _Kind(Severity.INFO, f"Compare the marked places. {_ASK}"),
    digits.UNLIKE: _Kind(Severity.INFO, f"Compare the marked digit with its neighbours. {_ASK}"),
}


def signs_of_tampering(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """One finding for each sign that was found when the receipt was entered."""
    for sign in unpack_signs(signs_text(context.database, receipt.number)):
        if sign.rule == drawn_picture.NOT_OF_PAPER and _is_claimed(receipt, "electronic"):
            continue
        yield _finding(receipt, sign)


def _severity(receipt: AuditedReceipt, sign: Sign) -> Severity:
    if sign.rule in (digits.COPIED, digits.UNLIKE) and sign.score >= _LIKELY:
        return Severity.MEDIUM
    if sign.rule == drawn_picture.NOT_OF_PAPER and _is_claimed(receipt, "paper"):
        return Severity.MEDIUM
    return _KINDS[sign.rule].severity


def _is_claimed(receipt: AuditedReceipt, medium: str) -> bool:
    return any(claim.medium == medium for claim in receipt.claims)


def _finding(receipt: AuditedReceipt, sign: Sign) -> Finding:
    kind, source = _KINDS[sign.rule], receipt.record.source
    found = receipt.finding(
        sign.rule,
        _severity(receipt, sign),
        sign.score,
        sign.reason,
        kind.action,
        amount=receipt.value("total"),
    )
    places = [Look(receipt=0, field=n, page=source.page, box=box) for n, box in sign.places]
    return found.model_copy(update={"look_at": places})
