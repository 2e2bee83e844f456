"""Posted files, their records, and changes of them."""

from __future__ import annotations

from typing import Any, Literal

from pipeline.receipt import Receipt
from pipeline.service.schemas.base import AnswerModel, Id, Moment


class StoredReceipt(AnswerModel):
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


class JobFile(AnswerModel):
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


class Job(AnswerModel):
    """The files of one request; ``finished`` once none waits or is being read."""

    id: Id
    created_at: Moment
    finished: bool
    files: list[JobFile]


class ReceiptPage(AnswerModel):
    """A part of a list; ``next`` is the cursor of the next part, ``null`` at the end."""

    receipts: list[StoredReceipt]
    next: str | None


class Change(AnswerModel):
    """One field that a person changed; ``old`` and ``new`` are the field or list of rows."""

    field: str
    old: Any
    new: Any
    version: int
    changed_by: str
    changed_at: Moment


class Changes(AnswerModel):
    """The changes of a record, oldest first."""

    changes: list[Change]
