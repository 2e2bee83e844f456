"""API keys: made, checked and revoked. Of a key's secret only its SHA-256 is kept.

A secret has 256 random bits, so a hash that is fast to compute protects it as well as a slow one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pipeline.errors import ConfigError, unknown_name
from pipeline.service.store.database import Database, now
from pipeline.service.store.tables import ApiKeyRow

_FORM = re.compile(r"rk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_ID_BYTES = 6
_SECRET_BYTES = 32


class Role(StrEnum):
    """What a key may do. ``admin`` may do everything; the others only what they name."""

    READ = "read"
    SUBMIT = "submit"
    REVIEW = "review"
    ADMIN = "admin"


def roles_named(names: Iterable[str]) -> tuple[Role, ...]:
    """The roles with these names.

    Raises:
        ConfigError: there is no such role.
    """
    known = [str(role) for role in Role]
    for name in names:
        if name not in known:
            raise unknown_name("role", name, known)
    return tuple(Role(name) for name in names)


def make_key(database: Database, name: str, roles: Iterable[Role], tenant: str) -> str:
    """Make a key.

    Returns:
        The key, which is kept nowhere.

    Raises:
        ConfigError: there is a key with that name.
    """
    key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    row = ApiKeyRow(
        id=key_id,
        name=name,
        tenant=tenant,
        roles=",".join(roles),
        secret_sha256=_hash(secret),
        created_at=now(),
    )
    try:
        with database.writing() as session:
            session.add(row)
    except IntegrityError as error:
        raise ConfigError(f"there is already a key named {name!r}") from error
    return f"rk_{key_id}_{secret}"


def key_row(database: Database, key: str) -> ApiKeyRow | None:
    """The row of a key that a client sent; ``None`` if it is wrong or revoked."""
    form = _FORM.fullmatch(key)
    if form is None:
        return None
    with database.reading() as session:
        row = session.get(ApiKeyRow, form[1])
    if row is None or row.revoked_at is not None:
        return None
    return row if hmac.compare_digest(row.secret_sha256, _hash(form[2])) else None


def all_keys(database: Database) -> list[ApiKeyRow]:
    """All keys, oldest first, revoked ones too."""
    with database.reading() as session:
        return list(session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at)))


def revoke_key(database: Database, name: str) -> None:
    """Revoke the key with that name, at once.

    Raises:
        ConfigError: there is none.
    """
    with database.writing() as session:
        row = session.scalars(select(ApiKeyRow).where(ApiKeyRow.name == name)).first()
        if row is None:
            raise ConfigError(f"there is no key named {name!r}")
        row.revoked_at = row.revoked_at or now()


def has_keys(database: Database) -> bool:
    """Whether any key is valid."""
    return any(row.revoked_at is None for row in all_keys(database))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
