"""The ASGI application: routes, and around them the gate and the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from pipeline.public_names import installed_version
from pipeline.service import schemas
from pipeline.service.access.body import BodyLimit
from pipeline.service.access.caller import Callers
from pipeline.service.access.context import RequestContext
from pipeline.service.access.gate import Gate
from pipeline.service.correction_schema import Correction
from pipeline.service.pages import login, routes
from pipeline.service.pages.assets import STATIC_PATH, StaticFiles
from pipeline.service.problems import add_handlers
from pipeline.service.routes import (
    claims,
    exports,
    findings,
    health,
    hooks,
    model,
    receipts,
    reviewing,
    shadow,
    submit,
)
from pipeline.service.service import Service

OPENAPI_PATH = "/v1/openapi.json"
_ROUTERS = (
    submit.router,
    receipts.router,
    reviewing.router,
    findings.router,
    claims.router,
    exports.router,
    hooks.router,
    model.router,
    shadow.router,
    health.router,
    routes.router,
    login.router,
)
# Models that the description refers to although no route takes or gives them.
_FURTHER_MODELS = (schemas.Problem, Correction)
_REF = "#/components/schemas/{model}"


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description, with the models that FastAPI does not see."""
        if self.openapi_schema is None:
            described = super().openapi()
            known = described.setdefault("components", {}).setdefault("schemas", {})
            for model in _FURTHER_MODELS:
                schema = model.model_json_schema(ref_template=_REF)
                known.update(schema.pop("$defs", {}))
                known[model.__name__] = schema
            known.pop("HTTPValidationError", None)
            known.pop("ValidationError", None)
        assert self.openapi_schema is not None
        return self.openapi_schema


def create_api(service: Service) -> FastAPI:
    """The routes, without what surrounds them."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        service.arrivals.bind()
        yield

    api = _Api(
        title="receipts",
        version=installed_version(),
        description="Post receipts, get checked, structured JSON.",
        openapi_url=OPENAPI_PATH,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    api.state.service = service
    for router in _ROUTERS:
        api.include_router(router)
    api.mount(STATIC_PATH, StaticFiles(), name="static")
    add_handlers(api)
    return api


def create_app(service: Service) -> ASGIApp:
    """The application as it is served."""
    settings = service.settings
    callers = Callers(service.database, settings)
    app: ASGIApp = create_api(service)
    app = BodyLimit(app, submit.UPLOAD_PATH, service.limits.max_bytes, settings.body_seconds)
    app = Gate(app, callers, settings)
    return service.tracing.around(RequestContext(app, service.metrics))
