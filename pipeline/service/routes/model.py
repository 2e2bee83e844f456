"""Which model reads, and switching to another one or back."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from pipeline.errors import ConfigError
from pipeline.served_model import (
    SERVED_FILE,
    ServedModel,
    models_in,
    read_served,
    write_served,
)
from pipeline.service import schemas
from pipeline.service.problems import Problem, responses
from pipeline.service.routes.common import ALWAYS, json_answer
from pipeline.service.service import Admin, InService, Reader, Service

router = APIRouter()

_LONGEST_WAIT = 60.0
_LOOK_SECONDS = 0.1


_SWITCHED = {
    **ALWAYS,
    **responses(HTTPStatus.CONFLICT),
    HTTPStatus.ACCEPTED: {"model": schemas.Model, "description": "It is still being loaded."},
}
Wait = Annotated[float, Query(ge=0, le=_LONGEST_WAIT, description="Seconds to wait at most.")]


@router.get("/v1/model", response_model=schemas.Model, summary="The model", responses=ALWAYS)
def get_model(service: InService, _caller: Reader) -> Response:
    """Which model reads new files, and which could."""
    return json_answer(_view(service))


@router.put(
    "/v1/model", response_model=schemas.Model, summary="Switch the model", responses=_SWITCHED
)
async def put_model(
    service: InService, caller: Admin, wanted: schemas.WantedModel, wait: Wait = _LONGEST_WAIT
) -> Response:
    """Read new files with another model of the folder that the service was started with.

    What is being read is finished with the model before; nothing is lost. A model that cannot be
    loaded changes nothing.
    """
    folder = _folder(service)
    before = await run_in_threadpool(_served, service, folder)
    if before.model != wanted.model:
        return await _switch(service, folder, _followed(service, before, wanted.model), wait)
    if service.models.state.serving != wanted.model:
        return await _switch(service, folder, before, wait)  # it was refused before
    return json_answer(await run_in_threadpool(_view, service))


@router.post(
    "/v1/model/rollback",
    response_model=schemas.Model,
    summary="Go back to the model before",
    responses=_SWITCHED,
)
async def roll_back(service: InService, caller: Admin, wait: Wait = _LONGEST_WAIT) -> Response:
    """Switch to the model that was served before this one."""
    folder = _folder(service)
    before = await run_in_threadpool(_served, service, folder)
    if before.previous is None:
        raise Problem(HTTPStatus.CONFLICT, "no other model was served before")
    return await _switch(service, folder, before.followed_by(before.previous), wait)


async def _switch(service: Service, folder: Path, wanted: ServedModel, wait: float) -> Response:
    """Name the model, and wait for the workers to go over to it."""
    before = await run_in_threadpool(_named, folder)
    try:
        await run_in_threadpool(write_served, folder, wanted)
    except ConfigError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    while not await run_in_threadpool(service.models.has_settled) and loop.time() < deadline:
        await asyncio.sleep(_LOOK_SECONDS)
    state = service.models.state
    if state.refused is not None:
        await run_in_threadpool(_take_back, folder, wanted, before)
        detail = f"the model {state.refused[0]} cannot be used: {state.refused[1]}"
        raise Problem(HTTPStatus.CONFLICT, detail)
    is_done = state.serving == wanted.model and state.loading is None
    view = await run_in_threadpool(_view, service)
    return json_answer(view, HTTPStatus.OK if is_done else HTTPStatus.ACCEPTED)


def _followed(service: Service, before: ServedModel, model: str) -> ServedModel:
    """What the file says when a model takes the place of the one that really reads, which is not
    the one that is named if that cannot be used."""
    last = service.models.state.serving
    return ServedModel(model=model, previous=before.previous if last == model else last)


def _take_back(folder: Path, wanted: ServedModel, before: ServedModel | None) -> None:
    """Name the model before again, so that a restart does not fail with the one refused."""
    if _named(folder) != wanted:
        return  # somebody else has named another meanwhile
    if before is None:
        (folder / SERVED_FILE).unlink()
    else:
        write_served(folder, before)


def _folder(service: Service) -> Path:
    if service.models.folder is None:
        raise Problem(HTTPStatus.CONFLICT, "the service was started without --models")
    return service.models.folder


def _served(service: Service, folder: Path) -> ServedModel:
    """What is served now, also if the folder has not named it."""
    return _named(folder) or ServedModel(model=service.models.state.serving)


def _named(folder: Path) -> ServedModel | None:
    """What the folder's file says; ``None`` also if it is damaged, which ``Models`` tells."""
    try:
        return read_served(folder)
    except ConfigError:
        return None


def _view(service: Service) -> schemas.Model:
    state, folder = service.models.state, service.models.folder
    served = None if folder is None else _named(folder)
    return schemas.Model(
        model=state.serving,
        loading=state.loading,
        refused=None if state.refused is None else ": ".join(state.refused),
        previous=None if served is None else served.previous,
        available=[] if folder is None else models_in(folder),
    )
