"""Stores for tests: the same tests run on SQLite and on a PostgreSQL cluster of their own."""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import Engine

from kpi.store.engine import connect
from kpi.store.migrations import migrate
from kpi.store.tables import Base

# A busy machine takes its time; how long something takes is the benchmark's to say.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

COMPLETE = os.environ.get("KPI_TESTS_COMPLETE") == "1"
_SERVER_USER = "postgres"
_numbers = itertools.count(1)


def leave_out(reason: str) -> None:
    """Skip a test for want of a program, saying which; where everything must run, fail instead."""
    if COMPLETE:
        pytest.fail(f"KPI_TESTS_COMPLETE=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def _server_programs() -> Path | None:
    """Find the folder of initdb and pg_ctl: Debian keeps them off the path, newest version last."""

    def version(folder: Path) -> float:
        with contextlib.suppress(ValueError):
            return float(folder.parent.name)
        return 0.0

    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version)
    on_path = shutil.which("initdb")
    folders = [*reversed(found), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((one for one in folders if (one / "initdb").exists() and (one / "pg_ctl").exists()), None)


class Cluster:
    """A PostgreSQL server in a folder of its own, reached by a socket in that folder only."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        # The server refuses to run as root; Debian's package comes with a user for it.
        self.prefix = ["runuser", "-u", _SERVER_USER, "--"] if os.geteuid() == 0 else []
        if self.prefix:
            shutil.chown(folder, _SERVER_USER)

    def run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        command = [*self.prefix, str(self.programs / program), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")

    def start(self) -> None:
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.run("initdb", "-D", data, "-U", "kpi", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off -c max_connections=60"
        )
        # pg_ctl hands its output to the server: without a file of its own, waiting for it would never end.
        self.run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def url(self, database: str) -> str:
        return f"postgresql://kpi@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def create(self, template: str = "template0") -> str:
        name = f"kpi_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def empty(self, name: str) -> None:
        """Take everything out of a database, also what its triggers keep."""
        tables = ", ".join(one.name for one in Base.metadata.sorted_tables)
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for the whole run, or the word that it is left out."""
    programs = _server_programs()
    if programs is None:
        leave_out("PostgreSQL's server programs (initdb, pg_ctl) are not installed")
    folder = Path(tempfile.mkdtemp(prefix="kpi-pg-", dir="/tmp"))  # a socket's path may not be long
    server = Cluster(programs, folder)
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    """A migrated, empty database to copy; nobody stays connected to it."""
    name = cluster.create()
    engine = connect(cluster.url(name))
    migrate(engine)
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("store") / "migrated.sqlite3"
    engine = connect(f"sqlite:///{file}", create=True)
    migrate(engine)
    engine.dispose()  # the last connection to close writes the log back into the file
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def backend(request: pytest.FixtureRequest) -> str:
    """The database that a test runs on: each test that asks runs on both."""
    return request.param


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables; SQLite's file is not even there."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def store_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty store."""
    if backend == "sqlite":
        file = tmp_path / "store.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    cluster = request.getfixturevalue("cluster")
    name = cluster.create(request.getfixturevalue("migrated_database"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def opened() -> Iterator[Callable[..., Engine]]:
    """Open stores that are closed at the test's end: ``opened(url, create=True)``."""
    engines: list[Engine] = []

    def open_store(url: str, *, create: bool = False) -> Engine:
        engines.append(connect(url, create=create))
        return engines[-1]

    yield open_store
    for engine in engines:
        engine.dispose()


@pytest.fixture
def store(store_url: str, opened: Callable[..., Engine]) -> Engine:
    """A migrated, empty store, on each database in turn."""
    return opened(store_url)


@pytest.fixture
def sqlite_store(migrated_file: Path, tmp_path: Path, opened: Callable[..., Engine]) -> Engine:
    """A migrated, empty store on SQLite only, for what has nothing to do with the database."""
    file = tmp_path / "store.sqlite3"
    shutil.copyfile(migrated_file, file)
    return opened(f"sqlite:///{file}")


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let the program run in another zone: ``UTC-3`` is three hours east."""

    def go(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield go
    monkeypatch.undo()
    time.tzset()
