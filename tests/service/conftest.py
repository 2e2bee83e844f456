"""Databases of both kinds, and a service that reads scripted files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "batch"))

from audits import Blind
from services import bearer, client_of, scripted_service

from pipeline.audit.policy.load import load_policy
from pipeline.service.audit.auditing import Auditing
from pipeline.service.blobs import FolderBlobs
from pipeline.service.service import Service
from pipeline.service.store.database import Database
from pipeline.service.store.keys import Role
from pipeline.service.store.tables import Base

_FOLDERS = ["/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin"]


def _postgres_programs() -> Path | None:
    """The folder with ``initdb``; Debian keeps it off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    for pattern in _FOLDERS:
        folders += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server that the tests started."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres"
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    try:
        run("initdb", "-U", "receipts", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        run("pg_ctl", "-w", "-o", f"-F -c listen_addresses='' -k {folder}", "start")
        try:
            yield f"postgresql://receipts@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def databases() -> Iterator[dict[str, Database]]:
    """Migrated databases by address, closed at the end."""
    opened: dict[str, Database] = {}
    yield opened
    for database in opened.values():
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest,
    databases: dict[str, Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Database:
    """An empty database; the test runs on both kinds."""
    kind = request.param
    if kind not in databases:
        folder = tmp_path_factory.mktemp("database")
        address = f"sqlite:///{folder}/service.db"
        if kind == "postgresql":
            address = request.getfixturevalue("postgresql")
        databases[kind] = Database(address)
        databases[kind].migrate()
    empty(databases[kind])
    return databases[kind]


def empty(database: Database) -> None:
    """Delete all rows."""
    with database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(text(f"delete from {table.name}"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that reads scripted files."""
    folder = tmp_path_factory.mktemp("service")
    settings = {"queue": 20, "files_per_request": 4, "files_per_worker": 8}
    with scripted_service(folder, webhook_hosts=["hooks.test"], **settings) as running:
        yield running


@pytest.fixture(scope="module")
def http(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        yield client


@pytest.fixture
def client(http: TestClient, service: Service) -> TestClient:
    """With a key that may do everything, and nothing stored."""
    empty(service.database)
    http.headers["Authorization"] = bearer(service, "all", Role.ADMIN)
    return http


@pytest.fixture
def open_audit(database: Database, tmp_path: Path) -> Iterator[Callable[..., Auditing]]:
    """Makes audits that are driven by hand, in a folder of this test."""
    made: list[Auditing] = []

    def opened(name: str = "audit", policy: str | None = None) -> Auditing:
        (tmp_path / name).mkdir(exist_ok=True)
        loaded = None if policy is None else load_policy(policy)
        blobs = FolderBlobs(tmp_path / "files")
        made.append(Auditing(tmp_path / name, database, blobs, Blind(), loaded))
        return made[-1]

    yield opened
    for one in made:
        one._turn.end()


@pytest.fixture
def auditing(open_audit: Callable[..., Auditing]) -> Auditing:
    return open_audit()
