"""The JSON of requests and answers, shared by the service and its client."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Constraint

from pipeline.receipt import PixelBox, Receipt

LARGEST_AMOUNT = 10**12
_LAST_PAGE = 100_000


def _whole(value: object) -> object:
    """JSON has no integers: 1.0 is one, as JSON Schema has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Of an integer in a request, after its limits: 1.0 is one although requests are strict."""
PageNumber = Annotated[int, Constraint(ge=1, le=_LAST_PAGE), WHOLE]
Id = Annotated[str, Constraint(pattern=r"^[0-9a-f]{32}$")]
Moment = datetime.datetime


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RequestModel(BaseModel):
    """The body of a request: numbers that are texts, dates that are numbers and the like are
    refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Problem(BaseModel):
    """An error, as RFC 9457 has it.

    Attributes:
        errors: what is wrong with which part of the request.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None
    errors: list[str] | None = None


class StoredReceipt(_Model):
    """A record with its place in the service.

    Attributes:
        version: rises with each change; also the ``ETag``.
        accepted: whether a person has said that the record is right.
        record: what `receipts extract` gives.
    """

    id: Id
    file_id: Id
    version: int
    accepted: bool
    created_at: Moment
    updated_at: Moment
    record: Receipt


class JobFile(_Model):
    """One posted file.

    Attributes:
        name: as the client named it, without folders.
        duplicate: the same bytes had been posted before; they are not read twice.
        receipts: its records, once it is ``done`` or ``failed``.
    """

    id: Id
    name: str
    sha256: str
    state: Literal["queued", "reading", "done", "failed", "cancelled"]
    duplicate: bool
    receipts: list[StoredReceipt]


class Job(_Model):
    """The files of one request; ``finished`` once none waits or is being read."""

    id: Id
    created_at: Moment
    finished: bool
    files: list[JobFile]


class ReceiptPage(_Model):
    """A part of a list; ``next`` is the cursor of the next part, ``null`` at the end."""

    receipts: list[StoredReceipt]
    next: str | None


class Change(_Model):
    """One field that a person changed; ``old`` and ``new`` are the field or list of rows."""

    field: str
    old: Any
    new: Any
    version: int
    changed_by: str
    changed_at: Moment


class Changes(_Model):
    """The changes of a record, oldest first."""

    changes: list[Change]


class FoundOn(_Model):
    """A receipt of a finding: its record, and its file and page."""

    id: Id
    path: str
    page: int


class LookAt(_Model):
    """A place to look at.

    Attributes:
        receipt: index into the finding's ``receipts``.
        box: pixels of the upright page.
    """

    receipt: int
    field: str
    page: int
    box: PixelBox


class Finding(_Model):
    """What is worth a look, and why.

    Attributes:
        score: 0 to 1, recalibrated by labels.
        receipts: the record itself, then those that it is compared with.
        person: who claims the receipt.
        label: a reviewer's verdict.
    """

    id: str
    rule: str
    severity: Literal["info", "low", "medium", "high"]
    score: float
    receipts: list[FoundOn]
    reason: str
    look_at: list[LookAt]
    suggested_action: str
    amount: float | None
    currency: str | None
    person: str | None
    label: Literal["right", "harmless"] | None


class Findings(_Model):
    """The findings about a record.

    Attributes:
        state: ``waiting`` until the audit has seen the record as it is now, ``off`` if it will not.
    """

    state: Literal["done", "waiting", "off"]
    findings: list[Finding]


class Claim(_Model):
    """Who asks for the money of a receipt.

    Attributes:
        path: the name of the receipt's file, or the id of the record or file: as given, and the
            file's id in a claim that was posted with the file.
        amount: what is claimed; ``null`` for the receipt's total.
        other: further columns, by name.
        receipts: the ids of its records; empty as long as there is none.
    """

    path: str
    page: int | None
    person: str | None
    amount: str | None
    currency: str | None
    category: str | None
    city: str | None
    trip: str | None
    submitted: datetime.date | None
    approved_by: str | None
    medium: Literal["paper", "electronic"] | None
    other: dict[str, str]
    receipts: list[Id]


class ClaimPage(_Model):
    """A part of a list; ``next`` is the cursor of the next part, ``null`` at the end."""

    claims: list[Claim]
    next: str | None


class Claims(_Model):
    """Who asks for the money of a record, in the order in which it was entered."""

    claims: list[Claim]


class EnteredClaims(_Model):
    """How many claims were entered, and for how many of all there is no receipt."""

    entered: int
    without_receipt: int


class DeletedClaims(_Model):
    """How many claims were deleted."""

    deleted: int


class Verdict(RequestModel):
    """What a reviewer says about a finding; ``null`` takes it back."""

    label: Literal["right", "harmless"] | None


class NewWebhook(RequestModel):
    """A webhook to be made."""

    url: Annotated[str, Constraint(min_length=1, max_length=2000)]


class Webhook(_Model):
    """An address that is told when a file is finished or a record changed or deleted."""

    id: Id
    url: str
    created_at: Moment


class CreatedWebhook(Webhook):
    """A new webhook with the secret that signs its messages; it is shown only once."""

    secret: str


class Webhooks(_Model):
    """All webhooks."""

    webhooks: list[Webhook]


class Delivery(_Model):
    """One message to a webhook.

    Attributes:
        due_at: when it is sent next; ``null`` once it was delivered or given up.
        outcome: of the last attempt.
    """

    id: Id
    event: str
    created_at: Moment
    attempts: int
    due_at: Moment | None
    delivered_at: Moment | None
    outcome: str | None


class Deliveries(_Model):
    """The latest messages, newest first."""

    deliveries: list[Delivery]


class WantedModel(RequestModel):
    """The model that is to be used: a name that ``available`` of `GET /v1/model` has."""

    model: Annotated[str, Constraint(min_length=1, max_length=200)]


class Model(_Model):
    """Which model reads new files.

    Attributes:
        loading: that is being loaded to take its place.
        refused: which one, or which file that names it, cannot be used, and why.
        previous: that a rollback returns to.
        available: that could be used; empty if the service was started without ``--models``.
    """

    model: str
    loading: str | None
    refused: str | None
    previous: str | None
    available: list[str]


class Health(_Model):
    """``ok``, or what is not."""

    status: str
