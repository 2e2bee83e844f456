"""Signing in with an API key: a browser cannot send it as a header, so a cookie holds it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from pipeline.service.access.caller import KEY_COOKIE, LOGIN_PATH
from pipeline.service.pages.render import page
from pipeline.service.service import InService
from pipeline.service.store.keys import key_row

router = APIRouter(include_in_schema=False)


@router.get(LOGIN_PATH)
def login_page(request: Request) -> Any:
    """Asks for a key."""
    return page(request, "login", is_wrong=False)


@router.post(LOGIN_PATH)
def login(
    request: Request, service: InService, key: Annotated[str, Form(max_length=200)] = ""
) -> Any:
    """Keep the key in a cookie that scripts cannot read and other sites' requests do not have."""
    if key_row(service.database, key.strip()) is None:
        return page(request, "login", HTTPStatus.FORBIDDEN, is_wrong=True)
    answer = RedirectResponse("/queue", HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        KEY_COOKIE,
        key.strip(),
        httponly=True,
        samesite="strict",
        secure=_is_encrypted(request),
    )
    return answer


@router.post("/logout")
def logout() -> Any:
    """Forget the key."""
    answer = RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(KEY_COOKIE, httponly=True, samesite="strict")
    return answer


def _is_encrypted(request: Request) -> bool:
    """Whether the browser uses TLS; a client that lies changes only its own cookie."""
    by_proxy = request.headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return "https" in (request.url.scheme, by_proxy.lower())
