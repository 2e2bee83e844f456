"""Requests that the service makes itself: files fetched from addresses, and webhooks.

Every host is resolved here, each of its addresses is checked, and the connection goes to the
address that was checked: a name that resolves to another one a moment later changes nothing.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from pipeline.errors import PipelineError
from pipeline.service.settings import Network

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3
_CHUNK = 1 << 16
_MOST_PARTS = 3
# IPv6 addresses that lead to IPv4 ones. Source: RFC 6052.
_NAT64 = IPv6Network("64:ff9b::/96")
# Reachable from every machine of a cloud, and never to be reached by a client's address.
_METADATA = tuple(map(ip_address, ("169.254.169.254", "169.254.170.2", "fd00:ec2::254")))


class Refused(PipelineError):
    """An address that may not be reached, or that did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be reached.

    Attributes:
        private_networks: networks that are allowed although they are not public.
        seconds: for connecting and for the start of an answer; the whole answer may take three
            times as long.
    """

    private_networks: Sequence[Network] = ()
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer without redirection."""

    status: int
    body: bytes


def fetch(url: str, allowed: Sequence[str], max_bytes: int, reach: Reach) -> bytes:
    """The bytes at an address.

    Args:
        allowed: beginnings of the addresses that may be fetched, redirections too.
        max_bytes: of the answer.

    Raises:
        Refused: the address is not allowed, or cannot be fetched.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        check_allowed(url, allowed)
        connection, target = _connect(url, reach)
        try:
            connection.request("GET", target, headers={"Accept": "*/*"})
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                url = urljoin(url, response.headers.get("Location", ""))
                continue
            if response.status != http.client.OK:
                raise Refused(f"the server answered with the status {response.status}")
            return _body(response, max_bytes, monotonic() + _MOST_PARTS * reach.seconds)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Refused(f"cannot be fetched: {type(error).__name__}") from error
        finally:
            connection.close()
    raise Refused("redirected too often")


def post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach) -> int:
    """Post to an address; redirections are not followed.

    Returns:
        The status of the answer.

    Raises:
        Refused: the address may not be reached, or does not answer.
    """
    connection, target = _connect(url, reach)
    try:
        connection.request("POST", target, body=body, headers=dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused(f"no answer: {type(error).__name__}") from error
    finally:
        connection.close()


def check_allowed(url: str, allowed: Sequence[str]) -> None:
    """Check an address against the beginnings of allowed ones.

    Scheme, host and port must be equal; the path must lie below the allowed one.

    Raises:
        Refused: it is not allowed.
    """
    parts = _split(url)
    path = parts.path or "/"
    plain = path.lower().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/")
    if any(step in (".", "..") for step in plain.split("/")):
        raise Refused("the address is not allowed")
    for beginning in allowed:
        known = _split(beginning)
        folder = known.path if known.path.endswith("/") else f"{known.path}/"
        if _origin(parts) == _origin(known) and f"{path}/".startswith(folder):
            return
    raise Refused("the address is not allowed")


def host_of(url: str) -> str:
    """The host name of an address.

    Raises:
        Refused: it is no address of HTTP or HTTPS, or holds a user name or password.
    """
    return _split(url).hostname or ""


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise Refused("not an address") from error
    if not valid or any(ord(c) <= 32 or ord(c) > 126 or c == "\\" for c in url):
        raise Refused("not an address of HTTP or HTTPS")
    if "@" in parts.netloc:
        raise Refused("an address with a user name is not allowed")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, _port(parts)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _connect(url: str, reach: Reach) -> tuple[http.client.HTTPConnection, str]:
    """A connection to a checked address of the host, and the request's target."""
    parts = _split(url)
    host, port = parts.hostname or "", _port(parts)
    address = _checked_address(host, port, reach)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    if parts.scheme == "https":
        return _CheckedHttps(host, port, address, reach.seconds), target
    return _Checked(host, port, address, reach.seconds), target


def _checked_address(host: str, port: int, reach: Reach) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("the host is not known") from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(_may_reach(address, reach) for address in addresses):
        raise Refused("the host's address is not public")
    return str(addresses[0])


def _may_reach(address: IPv4Address | IPv6Address, reach: Reach) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return _may_reach(inner, reach)
    if address in _METADATA:
        return False
    networks = [net for net in reach.private_networks if net.version == address.version]
    if any(address in network for network in networks):
        return True
    return address.is_global and not address.is_multicast


def _body(response: http.client.HTTPResponse, max_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if monotonic() > deadline:
            raise Refused("the answer takes too long")
        if len(body) > max_bytes:
            raise Refused(f"too large: at most {max_bytes:,} bytes are allowed")
    return bytes(body)


class _Checked(http.client.HTTPConnection):
    """Connects to an address that was checked, whatever its host's name resolves to now."""

    def __init__(self, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _CheckedHttps(_Checked):
    """As ``_Checked``; the certificate is checked against the host's name."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
