"""Render a template; every answer forbids scripts and content of others."""

from __future__ import annotations

import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from pipeline.public_names import installed_version
from pipeline.service.access.caller import Caller
from pipeline.service.store.keys import Role
from pipeline.templates import templates_in
from pipeline.world.cldr import currency_digits

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def page(request: Request, name: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Any:
    """A page.

    Args:
        name: of the template, without its ending.
        values: what the template shows.
    """
    caller: Caller = request.state.caller
    html = (
        _templates()
        .get_template(f"{name}.html.j2")
        .render(
            page=name,
            caller=caller,
            may_review=caller.may(Role.REVIEW),
            may_submit=caller.may(Role.SUBMIT),
            version=installed_version(),
            **values,
        )
    )
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _POLICY})


@cache
def _templates() -> Environment:
    environment = templates_in("pipeline.service.pages", "templates")
    environment.filters["day"] = _day
    environment.filters["words"] = lambda name: str(name).replace("_", " ").capitalize()
    environment.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    environment.filters["money"] = _money
    return environment


def _money(amount: float, currency: str | None) -> str:
    """With the decimals of the currency, or those that it has."""
    decimals = currency_digits(currency or "") if amount.is_integer() else 2
    return f"{amount:.{decimals}f}"


def _day(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return f"{moment:%Y-%m-%d %H:%M}"
