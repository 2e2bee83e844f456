"""Who makes a request: by an API key, by a trusted proxy, or anyone on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.requests import cookie_parser

from pipeline.errors import ConfigError
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.database import Database
from pipeline.service.store.keys import Role, has_keys, key_row

DEFAULT_TENANT = "default"
ANYONE = "anyone"
KEY_COOKIE = "receipts_key"
"""The cookie in which a browser keeps the key that was typed into the login page."""
LOGIN_PATH = "/login"
_BEARER = "bearer "
_LOCAL_NAMES = ("localhost",)
_LONGEST_USER = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Attributes:
        name: of the key or user; written beside changes.
        tenant: whose records are seen.
        has_key: whether a key was sent as a header, which no other site can make a browser do.
    """

    name: str
    tenant: str
    roles: frozenset[Role]
    has_key: bool

    def may(self, role: Role) -> bool:
        """Whether the caller has a role; ``admin`` has all."""
        return role in self.roles or Role.ADMIN in self.roles


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be reached on this machine."""
    if host in _LOCAL_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Callers:
    """Recognises callers.

    Args:
        database: holds the keys.
    """

    def __init__(self, database: Database, settings: ServiceSettings) -> None:
        self._database = database
        self._settings = settings
        self.asks_for_keys = settings.require_keys or not is_loopback(settings.host)

    def check_usable(self) -> None:
        """Check that somebody can use the service.

        Raises:
            ConfigError: it asks for keys, and there are none.
        """
        nobody = self.asks_for_keys and not self._settings.trusted_proxies
        if nobody and not has_keys(self._database):
            raise ConfigError(
                f"{self._settings.host}: other machines need a key, and there is none yet: "
                "make one with `receipts keys add NAME --role submit --role read`"
            )

    def recognise(self, headers: Mapping[str, str], peer: str | None) -> Caller | None:
        """The caller; ``None`` if a key is needed, wrong or revoked.

        Args:
            headers: by their names in lower case.
            peer: the address from which the request comes.
        """
        sent = headers.get("authorization")
        if sent is not None:
            return self._by_header(sent)
        if self._is_proxy(peer):
            user = headers.get(self._settings.user_header.lower(), "").strip()
            if user:
                name = "".join(c for c in user if c.isprintable())[:_LONGEST_USER]
                roles = frozenset(self._settings.user_roles)
                return Caller(name, DEFAULT_TENANT, roles, has_key=False)
        if self.asks_for_keys:
            return self._by_cookie(headers.get("cookie", ""))
        return Caller(ANYONE, DEFAULT_TENANT, frozenset({Role.ADMIN}), has_key=False)

    def _by_header(self, sent: str) -> Caller | None:
        if not sent.lower().startswith(_BEARER):
            return None
        return self._by_key(sent[len(_BEARER) :].strip(), has_key=True)

    def _by_cookie(self, cookies: str) -> Caller | None:
        key = cookie_parser(cookies).get(KEY_COOKIE)
        return None if key is None else self._by_key(key, has_key=False)

    def _by_key(self, key: str, has_key: bool) -> Caller | None:
        row = key_row(self._database, key)
        if row is None:
            return None
        roles = frozenset(Role(role) for role in row.roles.split(","))
        return Caller(row.name, row.tenant, roles, has_key)

    def _is_proxy(self, peer: str | None) -> bool:
        try:
            address = ip_address(peer or "")
        except ValueError:
            return False
        networks = self._settings.trusted_proxies
        return any(address in net for net in networks if net.version == address.version)
