"""The way to the database: an engine for a URL, and sessions that read or write.

A *reading* session sees one state of the store throughout and can change nothing. A *writing* session is alone:
writers queue, so that what one has read still holds when it writes, and the log has one order.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg.errors
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from kpi.problems import N_, Own, SaidError

#: How long a writer waits for the one before it.
WAIT_SECONDS = 15
_WRITING = "kpi_writing"
_FILE = "kpi_file"
#: The key of the lock that writers take in PostgreSQL: “kpi” in ASCII.
_WRITERS = 0x6B7069


class StoreError(SaidError):
    """The store cannot be used; the message says why and what to do, and holds no password."""


class StoreMissingError(StoreError):
    """There is no store where the URL points."""

    text = N_("There is no store at {where} yet. Make one with “kpi init”.")

    def __init__(self, where: str) -> None:
        super().__init__(where=where)


class StoreOutdatedError(StoreError):
    """The store was made by an older version of the program."""

    text = N_("The store at {where} is of an older version. Bring it up to date with “kpi migrate”.")

    def __init__(self, where: str) -> None:
        super().__init__(where=where)


class StoreNewerError(StoreError):
    """The store was made by a newer version of the program."""

    text = N_("The store at {where} was made by a newer version of this program. Install that version.")

    def __init__(self, where: str) -> None:
        super().__init__(where=where)


class StoreUnavailableError(StoreError):
    """The store cannot be reached or written to just now; `why` is a marked text, `values` are for its braces."""

    text = N_("The store at {where} cannot be used: {why}.")

    def __init__(self, where: str, why: str, **values: object) -> None:
        super().__init__(where=where, why=Own(why, **values))


def connect(url: str, *, create: bool = False) -> Engine:
    """Give an engine for ``sqlite:///file`` or ``postgresql://user@host/database``.

    Nothing is read yet. `create` lets SQLite make a file, and its folder, that is not there.

    Raises:
        StoreMissingError: SQLite's file is not there, and `create` is off.
        StoreUnavailableError: the URL is no URL of these two kinds, or the file's folder cannot be made.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError, NoSuchModuleError) as error:
        raise StoreUnavailableError(Own(N_("the given URL")), N_("it is not written as a database URL is")) from error
    match backend:
        case "sqlite":
            return _sqlite(parsed, create=create)
        case "postgresql" | "postgres":
            return _postgresql(parsed)
        case _:
            why = N_("“{backend}” is not supported; use sqlite or postgresql")
            raise StoreUnavailableError(where(parsed), why, backend=backend)


def where(url: URL) -> str:
    """Name a store for people, without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that sees one state of the store and changes nothing.

    Raises:
        StoreError: one of its kinds, where the database refuses.
    """
    with _translated(engine), Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that alone may change the store; all of it is kept at the end, or nothing.

    Raises:
        StoreError: one of its kinds, where the database refuses.
    """
    with _translated(engine), Session(engine.execution_options(**{_WRITING: True})) as session, session.begin():
        session.connection()  # queues now, not at the first statement
        yield session


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITING, False))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _sqlite(url: URL, *, create: bool) -> Engine:
    file = _file_of(url, create=create)

    def _open() -> sqlite3.Connection:
        if not create and not file.exists():
            raise StoreMissingError(where(url))
        # Left to itself SQLite makes an empty file where the store has vanished.
        name = f"{file.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        return sqlite3.connect(name, uri=True, timeout=WAIT_SECONDS, check_same_thread=False)

    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"), creator=_open, hide_parameters=True, json_serializer=_json
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = _identity(file)
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        # A return that was answered “stored” must be there after a power cut too; NORMAL would risk the last ones.
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "checkout")
    def _still_there(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        # What is written to a file that was removed or replaced meanwhile is lost with it, and nobody is told.
        if record.info[_FILE] != _identity(file):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and then wants to write fails at once if another wrote in between,
        # whatever the timeout: so a writer takes the lock at its beginning.
        write = _is_writing(connection)
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _file_of(url: URL, *, create: bool) -> Path:
    """Give SQLite's file, which is there, or may be made."""
    if not url.database or url.database == ":memory:":
        why = N_("nothing would be kept; name a file, as in sqlite:///data/kpi.sqlite3")
        raise StoreUnavailableError(Own(N_("memory")), why)
    file = Path(url.database)
    if not file.exists():
        if not create:
            raise StoreMissingError(where(url))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = N_("its folder cannot be made ({reason})")
            raise StoreUnavailableError(where(url), why, reason=error.strerror) from error
    return file


def _identity(file: Path) -> tuple[int, int] | None:
    """Tell one file from another that takes its place."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": WAIT_SECONDS},
        hide_parameters=True,
        json_serializer=_json,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _is_writing(connection):
            connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS})"))
        else:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))

    return engine


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # the latter while a connection is prepared
        told = _told(where(engine.url), error.orig if isinstance(error, DBAPIError) else error)
        if told is None:
            raise
        raise told from error


def _told(place: str, cause: BaseException | None) -> StoreError | None:
    """Word a refusal of the database; none where it is a fault of the program's own."""
    if isinstance(cause, sqlite3.DatabaseError):
        return _told_by_sqlite(place, cause)
    match cause:
        case psycopg.errors.UndefinedTable():
            return StoreMissingError(place)
        case psycopg.errors.LockNotAvailable():
            return StoreUnavailableError(place, N_("somebody else is writing to it; try again in a moment"))
        case psycopg.errors.ReadOnlySqlTransaction() | psycopg.errors.InsufficientPrivilege():
            return StoreUnavailableError(place, N_("it may not be written to"))
        case psycopg.errors.DiskFull():
            return StoreUnavailableError(place, N_("its disk is full"))
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return StoreUnavailableError(place, N_("the database does not answer, or does not let us in"))
    return None


def _told_by_sqlite(place: str, cause: sqlite3.DatabaseError) -> StoreError | None:
    why: dict[int, str] = {
        sqlite3.SQLITE_BUSY: N_("somebody else is writing to it; try again in a moment"),
        sqlite3.SQLITE_LOCKED: N_("somebody else is writing to it; try again in a moment"),
        sqlite3.SQLITE_READONLY: N_("it may not be written to"),
        sqlite3.SQLITE_FULL: N_("its disk is full"),
        sqlite3.SQLITE_IOERR: N_("its disk reports an error"),
        sqlite3.SQLITE_CANTOPEN: N_("the file cannot be opened"),
        sqlite3.SQLITE_NOTADB: N_("the file is not a database"),
        sqlite3.SQLITE_CORRUPT: N_("the file is damaged; restore it from a backup"),
        sqlite3.SQLITE_PERM: N_("it may not be opened"),
    }
    # The extended code's low byte is the primary one.
    code: Any = getattr(cause, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in why:
        return StoreUnavailableError(place, why[code & 0xFF])
    if "no such table" in str(cause):
        return StoreMissingError(place)
    return None
