"""Post files, ask for their jobs, cancel them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Query, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from pipeline.service import schemas
from pipeline.service.logs import TRACE
from pipeline.service.outbound import Reach, Refused, fetch
from pipeline.service.problems import Problem, responses
from pipeline.service.routes.claim_form import PostedClaim, check_single
from pipeline.service.routes.common import ALWAYS, MISSING, ItemId, found, json_answer, not_found
from pipeline.service.routes.views import job_view
from pipeline.service.service import InService, Reader, Service, Submitter
from pipeline.service.store.accepting import KeyReused, Posted, QueueFull
from pipeline.service.store.jobs import Job, cancel, job_of
from pipeline.service.uploads import TooLarge, UnknownKind, Upload, check, clean_name, enter

UPLOAD_PATH = "/v1/receipts"
router = APIRouter()

_MOST_URLS = 10
# Requests above these get a job at once.
_MOST_WAITING = 200
_LONGEST_WAIT = 60.0
# Another server may finish a file; nobody tells this one.
_LOOK_SECONDS = 1.0
_RETRY_SECONDS = "2"

_PENDING: dict[int | str, dict[str, Any]] = {
    HTTPStatus.ACCEPTED: {
        "model": schemas.Job,
        "description": "Accepted; the job is at the address in `Location`.",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "The job."},
            "Retry-After": {"schema": {"type": "string"}, "description": "Seconds."},
        },
    }
}


@router.post(
    UPLOAD_PATH,
    response_model=schemas.Job,
    summary="Post receipts",
    responses={**_PENDING, **ALWAYS, **responses(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)},
)
async def post_receipts(
    service: InService,
    caller: Submitter,
    files: Annotated[list[UploadFile], File(description="Images, PDFs, mails or HTML.")] = [],  # noqa: B006
    urls: Annotated[
        list[str], Form(description="Addresses to fetch; the service allows some only.")
    ] = [],  # noqa: B006
    claim: PostedClaim = None,
    wait: Annotated[
        float | None,
        Query(ge=0, le=_LONGEST_WAIT, description="Seconds to wait for the records at most."),
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            pattern=r"^[!-~]{1,200}$",
            description="The same key, files and claim again give the same job.",
        ),
    ] = None,
) -> Response:
    """Post one file or several, or addresses to fetch.

    The answer has the records if they are read in time, else status 202 and a job to ask for. What
    was answered with 200 or 202 is stored and is read even if the service stops meanwhile.
    Several receipts on a page or in a file give several records. Bytes that were posted before are
    not read again.

    With `person`, `amount` and the fields that follow them, the files are claimed: who asks for
    their money. The same person's claim of the same file is replaced, claims of others stay.
    """
    if not service.accepts:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "the service is stopping", {"Retry-After": "5"}
        )
    if not files and not urls:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "post files or urls")
    if len(files) + len(urls) > service.settings.files_per_request or len(urls) > _MOST_URLS:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"at most {service.settings.files_per_request} files, and {_MOST_URLS} urls, at once",
        )
    check_single(claim, len(files) + len(urls))
    fetched = []
    for url in urls:
        async with service.fetching:
            fetched.append(await run_in_threadpool(_fetched, service, url))
    async with service.entering:
        uploads = [Upload(clean_name(file.filename), await file.read()) for file in files]
        uploads += fetched
        posted = Posted(caller.tenant, caller.name, [], idempotency_key, TRACE.get(), claim)
        job_id = await run_in_threadpool(_enter, service, uploads, posted)
        del uploads, fetched
    service.reading.poke()
    seconds = service.settings.wait if wait is None else wait
    job = await _finished(service, caller.tenant, job_id, seconds)
    return _answer(job)


@router.get(
    "/v1/jobs/{id}",
    response_model=schemas.Job,
    summary="A job",
    responses={**ALWAYS, **MISSING},
)
async def get_job(
    service: InService,
    caller: Reader,
    id: ItemId,  # noqa: A002 - its name in the API
    wait: Annotated[
        float, Query(ge=0, le=_LONGEST_WAIT, description="Seconds to wait at most.")
    ] = 0,
) -> Response:
    """The files of a request, with the records of those that are read."""
    return json_answer(job_view(await _finished(service, caller.tenant, id, wait)))


@router.delete(
    "/v1/jobs/{id}",
    response_model=schemas.Job,
    summary="Cancel a job",
    responses={**ALWAYS, **MISSING},
)
def cancel_job(service: InService, caller: Submitter, id: ItemId) -> Response:  # noqa: A002
    """Cancel the files that are not read yet, unless another job waits for them too.

    What is being read is stopped: its worker process is ended.
    """
    with service.database.writing() as session:
        if not cancel(session, caller.tenant, id):
            raise not_found("job")
    service.reading.poke()
    with service.database.reading() as session:
        job = found("job", job_of(session, caller.tenant, id))
    return json_answer(job_view(job))


def _enter(service: Service, uploads: Sequence[Upload], posted: Posted) -> str:
    """Check, store and enter the files; returns the job's id."""
    try:
        checked = [(upload, check(upload, service.limits)) for upload in uploads]
        queue = service.settings.queue
        return enter(service.database, service.blobs, checked, posted, queue).job_id
    except TooLarge as error:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)) from error
    except UnknownKind as error:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error)) from error
    except KeyReused as error:
        detail = "this idempotency key was used with other files or another claim"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error
    except QueueFull as error:
        headers = {"Retry-After": _RETRY_SECONDS}
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the queue is full", headers) from error


def _fetched(service: Service, url: str) -> Upload:
    settings = service.settings
    try:
        reach = Reach(settings.private_networks)
        content = fetch(url, settings.fetch_from, service.limits.max_bytes, reach)
    except Refused as error:
        detail = f"an address cannot be fetched: {error}"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error
    return Upload(clean_name(url.partition("?")[0].partition("#")[0]), content)


async def _finished(service: Service, tenant: str, job_id: str, seconds: float) -> Job:
    """The job, once it is finished or the time is up."""
    job = await run_in_threadpool(_job, service, tenant, job_id)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    if service.arrivals.count >= _MOST_WAITING:
        return job
    with service.arrivals.waiting_for(job.unfinished) as arrived:
        while not service.arrivals.closing:
            arrived.clear()  # before the look, so that what happens meanwhile is noticed
            job = await run_in_threadpool(_job, service, tenant, job_id)
            left = deadline - loop.time()
            if job.is_finished or left <= 0:
                break
            try:
                await asyncio.wait_for(arrived.wait(), min(left, _LOOK_SECONDS))
            except TimeoutError:
                continue
    return job


def _job(service: Service, tenant: str, job_id: str) -> Job:
    with service.database.reading() as session:
        return found("job", job_of(session, tenant, job_id))


def _answer(job: Job) -> Response:
    if job.is_finished:
        return json_answer(job_view(job))
    return json_answer(
        job_view(job),
        HTTPStatus.ACCEPTED,
        Location=f"/v1/jobs/{job.id}",
        Retry_After=_RETRY_SECONDS,
    )
