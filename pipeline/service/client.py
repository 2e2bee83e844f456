"""A typed client of the service; needs httpx, which the extra ``[serve]`` brings.

>>> with ServiceClient("http://localhost:8000") as client:
...     job = client.submit(["receipt.jpg"])
...     for receipt in client.wait(job).receipts:
...         print(receipt.record.total)
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import httpx

from pipeline.audit.records.claims import COLUMNS
from pipeline.service import schemas
from pipeline.service.connection import Connection
from pipeline.service.correction_schema import Correction
from pipeline.service.schemas import StoredReceipt

_Page = TypeVar("_Page", schemas.ReceiptPage, schemas.ClaimPage)

_POLL_SECONDS = 20.0


class SubmittedJob(schemas.Job):
    """The files of one request."""

    @property
    def receipts(self) -> list[StoredReceipt]:
        """The records of all its files, as far as they are read."""
        return [receipt for file in self.files for receipt in file.receipts]


class ServiceClient:
    """A connection to a service. Use as a context manager; threads may share one.

    Requests that are refused because the service is busy or starting are repeated a few times.

    Args:
        address: such as ``http://localhost:8000``.
        key: an API key; by default the environment's ``RECEIPTS_KEY``.
        transport: for tests.
    """

    def __init__(
        self, address: str, key: str | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        key = key if key is not None else os.environ.get("RECEIPTS_KEY")
        self._connection = Connection(address, key, transport)
        self._send = self._connection.send

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def submit(
        self,
        files: Sequence[str | os.PathLike[str] | tuple[str, bytes]] = (),
        urls: Sequence[str] = (),
        wait: float | None = None,
        idempotency_key: str | None = None,
        claim: Mapping[str, object] | None = None,
    ) -> SubmittedJob:
        """Post files.

        Args:
            files: paths, or names with their bytes.
            urls: addresses that the service fetches.
            wait: seconds that the service waits for the records; by default its own setting.
            idempotency_key: a repeated request with the same key, files and claim gives the same
                job.
            claim: who asks for the money of these files, by the columns of `receipts audit
                --claims` except ``path``, such as ``{"person": "Ann", "amount": "12.50"}``; other
                names are kept for policies.

        Raises:
            ServiceError: the service refuses them or does not answer.
            OSError: a file cannot be read.
        """
        parts: list[tuple[str, Any]] = [("files", _named(file)) for file in files]
        parts += [("urls", (None, url)) for url in urls]
        parts += [(name, (None, text)) for name, text in _form(claim or {}).items()]
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        parameters = {} if wait is None else {"wait": wait}
        answer = self._send("POST", "/v1/receipts", files=parts, params=parameters, headers=headers)
        return SubmittedJob.model_validate_json(answer.content)

    def job(self, job_id: str, wait: float = 0) -> SubmittedJob:
        """The job, after waiting so many seconds at most for its end."""
        answer = self._send("GET", f"/v1/jobs/{job_id}", params={"wait": wait})
        return SubmittedJob.model_validate_json(answer.content)

    def wait(self, job: schemas.Job, seconds: float = 600) -> SubmittedJob:
        """The finished job.

        Raises:
            TimeoutError: it is not finished in that time.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            current = self.job(job.id, wait=max(0.0, min(left, _POLL_SECONDS)))
            if current.finished:
                return current
            if left <= 0:
                raise TimeoutError(f"job {job.id} is not finished after {seconds:g} seconds")

    def cancel(self, job_id: str) -> SubmittedJob:
        """Cancel the files of a job that are not read yet."""
        answer = self._send("DELETE", f"/v1/jobs/{job_id}")
        return SubmittedJob.model_validate_json(answer.content)

    def receipts(self, **filters: object) -> Iterator[StoredReceipt]:
        """All records that the filters let through, such as ``merchant="ACME"``."""
        for page in self._parts("/v1/receipts", schemas.ReceiptPage, _plain(filters)):
            yield from page.receipts

    def receipt(self, receipt_id: str) -> StoredReceipt:
        """One record."""
        answer = self._send("GET", f"/v1/receipts/{receipt_id}")
        return StoredReceipt.model_validate_json(answer.content)

    def correct(
        self, receipt: StoredReceipt, correction: Correction | Mapping[str, Any]
    ) -> StoredReceipt:
        """Change a record; refused if somebody else has changed it since it was fetched.

        Args:
            correction: such as ``{"fields": {"total": {"value": 12.5}}, "accepted": True}``.
        """
        if not isinstance(correction, Correction):
            correction = Correction.model_validate(correction)
        answer = self._send(
            "PATCH",
            f"/v1/receipts/{receipt.id}",
            content=correction.model_dump_json(exclude_unset=True),
            headers={"If-Match": f'"{receipt.version}"', "Content-Type": "application/json"},
        )
        return StoredReceipt.model_validate_json(answer.content)

    def changes(self, receipt_id: str) -> list[schemas.Change]:
        """Who changed which field of a record when."""
        answer = self._send("GET", f"/v1/receipts/{receipt_id}/changes")
        return schemas.Changes.model_validate_json(answer.content).changes

    def findings(self, receipt_id: str) -> schemas.Findings:
        """What the audit found on a record."""
        answer = self._send("GET", f"/v1/receipts/{receipt_id}/findings")
        return schemas.Findings.model_validate_json(answer.content)

    def judge(
        self, receipt_id: str, finding_id: str, label: Literal["right", "harmless"] | None
    ) -> schemas.Findings:
        """Say whether a finding is right or harmless; ``None`` takes that back."""
        body = schemas.Verdict(label=label).model_dump()
        path = f"/v1/receipts/{receipt_id}/findings/{finding_id}/label"
        return schemas.Findings.model_validate_json(self._send("PUT", path, json=body).content)

    def enter_claims(self, claims: str | os.PathLike[str]) -> schemas.EnteredClaims:
        """Say who claims which receipt.

        Args:
            claims: a CSV file with the columns of `receipts audit --claims`.

        Raises:
            ServiceError: a row is wrong, and nothing was entered.
        """
        answer = self._send("POST", "/v1/claims", files={"claims": _named(claims)})
        return schemas.EnteredClaims.model_validate_json(answer.content)

    def claims(self) -> Iterator[schemas.Claim]:
        """All claims, in the order in which they were entered."""
        for page in self._parts("/v1/claims", schemas.ClaimPage, {}):
            yield from page.claims

    def claims_of(self, receipt_id: str) -> list[schemas.Claim]:
        """Who claims a record."""
        answer = self._send("GET", f"/v1/receipts/{receipt_id}/claims")
        return schemas.Claims.model_validate_json(answer.content).claims

    def delete_claims(self, path: str) -> int:
        """Delete the claims that name a path, as `path` of a claim has it; returns how many."""
        answer = self._send("DELETE", "/v1/claims", params={"path": path})
        return schemas.DeletedClaims.model_validate_json(answer.content).deleted

    def image(self, receipt_id: str, page: int | None = None) -> bytes:
        """The upright page on which a receipt is, as JPEG."""
        parameters = {} if page is None else {"page": page}
        return self._send("GET", f"/v1/receipts/{receipt_id}/image", params=parameters).content

    def delete(self, receipt_id: str) -> None:
        """Delete a record, and its file if it has no other."""
        self._send("DELETE", f"/v1/receipts/{receipt_id}")

    def model(self) -> schemas.Model:
        """Which model reads new files, and which could."""
        return schemas.Model.model_validate_json(self._send("GET", "/v1/model").content)

    def switch_model(self, name: str) -> schemas.Model:
        """Read new files with another model; what is returned says whether it still loads.

        Raises:
            ServiceError: it cannot be used; the model stays the one before.
        """
        body = schemas.WantedModel(model=name).model_dump()
        answer = self._send("PUT", "/v1/model", json=body)
        return schemas.Model.model_validate_json(answer.content)

    def roll_back_model(self) -> schemas.Model:
        """Go back to the model that was used before."""
        answer = self._send("POST", "/v1/model/rollback")
        return schemas.Model.model_validate_json(answer.content)

    def export(self, path: Path, format_: str = "jsonl", **filters: object) -> None:
        """Write all records that the filters let through into a file.

        Args:
            format_: ``jsonl``, ``csv``, ``parquet``, ``azure`` or ``textract``.
        """
        parameters = {"format": format_, **_plain(filters)}
        with (
            self._connection.streamed("/v1/export", parameters) as answer,
            path.open("wb") as file,
        ):
            for chunk in answer.iter_bytes():
                file.write(chunk)

    def _parts(
        self, path: str, kind: type[_Page], parameters: Mapping[str, str]
    ) -> Iterator[_Page]:
        """The parts of a list."""
        cursor: str | None = "0"
        while cursor is not None:
            given = {"cursor": cursor, "limit": 200, **parameters}
            page = kind.model_validate_json(self._send("GET", path, params=given).content)
            yield page
            cursor = page.next


def _named(file: str | os.PathLike[str] | tuple[str, bytes]) -> tuple[str, bytes]:
    if isinstance(file, tuple):
        return file
    path = Path(file)
    return path.name, path.read_bytes()


def _plain(filters: Mapping[str, object]) -> dict[str, str]:
    plain: dict[type, Callable[[Any], str]] = {bool: lambda value: str(value).lower()}
    return {name: plain.get(type(value), str)(value) for name, value in filters.items()}


def _form(claim: Mapping[str, object]) -> dict[str, str]:
    """A claim as the fields of a form."""
    texts = {name: str(value) for name, value in claim.items() if value is not None}
    other = {name: text for name, text in texts.items() if name not in COLUMNS}
    known = {name: text for name, text in texts.items() if name in COLUMNS and name != "path"}
    return {**known, "other": json.dumps(other)} if other else known
