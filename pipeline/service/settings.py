"""The settings of the service, from YAML and the command line, as one typed object."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Constraint

from pipeline.config import read_yaml
from pipeline.errors import ConfigError
from pipeline.plain_errors import plain_problems
from pipeline.service.store.keys import Role

Network = IPv4Network | IPv6Network


class ServiceSettings(BaseModel):
    """The settings of the service; those of extraction are an ``ExtractConfig``.

    Attributes:
        data: folder with the database and the posted files.
        models: folder of models; its ``served.json`` names the one that is used.
        database: address of another database, such as ``postgresql://user@host/name``.
        files: folder or fsspec address for the posted files; by default ``files`` in ``data``.
        host, port: where it listens.
        hosts: names by which clients may reach it; any if empty. Without keys only
            ``localhost`` and addresses of this machine.
        require_keys: ask for a key on this machine, too.
        user_header: the header in which a trusted proxy names the user that it has checked.
        trusted_proxies: the networks of those proxies; the header of others is ignored.
        user_roles: what those users may do.
        traces: address of an OpenTelemetry collector to which spans are sent.
        fetch_from: beginnings of addresses that may be posted instead of files, such as
            ``https://files.example.com/receipts/``.
        webhook_hosts: host names that webhooks may have.
        private_networks: networks that files may be fetched from and webhooks may be in although
            they are not public.
        keep_days: after so many days files, records and their changes are deleted.
        audit: whether each record is audited.
        policy: a policy for the audit, a YAML file or the name of one that ships.
        files_per_request: at most.
        queue: files that may wait; further ones are refused with 503.
        requests_per_minute: of one key or address; further ones are refused with 429.
        wait: seconds that a request waits for its records at most before it gets a job.
        lease: seconds after which another server reads what a silent server had begun.
        files_per_worker: after so many a worker process is replaced.
        header_seconds: that sending the headers of a request may take.
        body_seconds: that sending its body may take.
        read_seconds: that a client may leave an answer unread.
        stop_seconds: that stopping waits for what is being read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Path("receipts-data")
    models: Path | None = None
    database: str | None = None
    files: str | None = None
    host: str = "127.0.0.1"
    port: int = Constraint(default=8000, ge=0, le=65535)
    hosts: tuple[str, ...] = ()
    require_keys: bool = False
    user_header: str = Constraint(default="X-Forwarded-User", pattern=r"^[A-Za-z0-9-]+$")
    trusted_proxies: tuple[Network, ...] = ()
    user_roles: tuple[Role, ...] = (Role.READ, Role.SUBMIT, Role.REVIEW)
    traces: str | None = Constraint(default=None, pattern=r"^https?://")
    fetch_from: tuple[str, ...] = ()
    webhook_hosts: tuple[str, ...] = ()
    private_networks: tuple[Network, ...] = ()
    keep_days: float | None = Constraint(default=None, gt=0)
    audit: bool = False
    policy: str | None = None
    files_per_request: int = Constraint(default=20, ge=1, le=1000)
    queue: int = Constraint(default=1000, ge=1)
    requests_per_minute: int = Constraint(default=600, ge=1)
    wait: float = Constraint(default=10.0, ge=0, le=60)
    lease: float = Constraint(default=30.0, gt=0)
    files_per_worker: int = Constraint(default=1000, ge=1)
    header_seconds: float = Constraint(default=20.0, gt=0)
    body_seconds: float = Constraint(default=120.0, gt=0)
    read_seconds: float = Constraint(default=60.0, gt=0)
    stop_seconds: float = Constraint(default=20.0, ge=0)

    @classmethod
    def of(cls, raw: Mapping[str, Any], where: str) -> Self:
        """Validate plain values.

        Raises:
            ConfigError: naming ``where`` and every wrong key and value.
        """
        try:
            return cls(**raw)
        except ValidationError as error:
            problems = "\n  ".join(plain_problems(error, cls))
            raise ConfigError(f"{where}:\n  {problems}") from error

    @property
    def database_address(self) -> str:
        """The address of the database: SQLite in the data folder by default."""
        return self.database or f"sqlite:///{self.database_file.absolute()}"

    @property
    def database_file(self) -> Path:
        """SQLite's file, which is used if no other database is named."""
        return self.data / "service.db"

    @property
    def audits(self) -> bool:
        """Whether each record is audited; a policy alone says so, too."""
        return self.audit or self.policy is not None

    @property
    def files_place(self) -> str:
        """The folder or address of the posted files."""
        return self.files or str(self.data / "files")


def load_settings(path: Path | None, options: Mapping[str, Any]) -> ServiceSettings:
    """Read a YAML file, if given, and apply the command line's options that are not ``None``.

    Raises:
        ConfigError: unreadable file, unknown key or wrong value.
    """
    given = {name: value for name, value in options.items() if value is not None}
    from_file = {} if path is None else read_yaml(path)
    where = "command line" if path is None else str(path)
    return ServiceSettings.of({**from_file, **given}, where)
