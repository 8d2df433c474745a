"""A full disk, a locked, vanished or stopped database: a plain sentence, nothing half-done, no value in any log."""

import http.client
import io
import logging
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from conftest import Cluster, _server_programs, leave_out
from filling import Kpi
from kpi.access import Role
from kpi.installation import Installation
from kpi.organisations import all_organisations, list_organisations
from kpi.people import invite
from kpi.store import chain, events
from kpi.store.engine import StoreMissingError, StoreUnavailableError, connect, reading, writing
from kpi.store.migrations import migrate
from kpi.web.hush import _Hushed, told
from serving import ARGUMENTS, CHROMIUM
from showing import NOW, ROOT, SDA, environment, filled, ready, signed_in

SECRET = "ana.petrova@example.org"  # noqa: S105 (what must not come out, no password)
ORGANISATIONS = "code,name,nature\nC1,Club un,club\nS1,École,school\n"


def many(count=2000):
    return [type(SDA)(f"X{number}", SDA.name, SDA.attributes, SDA.active_from) for number in range(count)]


def chain_holds(opened: Installation) -> bool:
    with reading(opened.engine) as session:
        return chain.follow(session).broken is None


# A full disk


def test_a_full_disk_stores_nothing_of_what_was_begun(tmp_path):
    opened = ready(tmp_path)
    limit = {"pages": 0}

    def full(connection, _):
        if limit["pages"]:
            connection.execute(f"PRAGMA max_page_count = {limit['pages']}")

    event.listen(opened.engine, "connect", full)
    opened.engine.dispose()
    with reading(opened.engine) as session:
        limit["pages"] = session.execute(sa.text("PRAGMA page_count")).scalar_one() + 4
    opened.engine.dispose()
    with pytest.raises(StoreUnavailableError, match="its disk is full"):
        list_organisations(opened, many(), by="one", at=NOW)
    assert all_organisations(opened) == []
    assert chain_holds(opened)
    limit["pages"] = 10**6
    opened.engine.dispose()
    list_organisations(opened, many(), by="one", at=NOW)
    assert len(all_organisations(opened)) == 2000
    assert chain_holds(opened)


def test_an_import_on_a_full_disk_says_so_and_can_be_repeated(tmp_path):
    kpi = Kpi(tmp_path)
    kpi.begin(ORGANISATIONS)
    file = kpi.filled("C1", "2025-Q2", {})
    with closing(sqlite3.connect(kpi.store)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def cramped():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-m", "kpi", "import", str(file), "--approve", "--approver", "Approver"],
        env=kpi.variables,
        preexec_fn=cramped,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert kpi.ok("records").json == []
    kpi.ok("audit", "verify")
    assert kpi.approve(file)[0]["stored"] is True
    kpi.ok("audit", "verify")


# A locked database


def test_who_finds_the_store_locked_is_told_and_readers_go_on(tmp_path, monkeypatch):
    opened = filled(tmp_path)
    monkeypatch.setattr("kpi.store.engine.WAIT_SECONDS", 0.2)
    waits = Installation(opened.framework, opened.yaml, connect(str(opened.engine.url)), opened.who)
    with closing(sqlite3.connect(tmp_path / "kpi.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="somebody else is writing"):
            invite(waits, email=SECRET, name="Ana", role=Role.MANAGER, at=NOW)
        assert len(all_organisations(waits)) == 2
        other.execute("ROLLBACK")
    invite(waits, email=SECRET, name="Ana", role=Role.MANAGER, at=NOW)
    assert chain_holds(waits)


# A file that vanishes


def test_a_store_that_vanishes_is_missed_at_once_and_no_empty_one_takes_its_place(tmp_path):
    opened = filled(tmp_path)
    file, away = tmp_path / "kpi.sqlite3", tmp_path / "away.sqlite3"
    assert len(all_organisations(opened)) == 2  # a connection is open
    file.rename(away)
    for _ in range(2):
        with pytest.raises(StoreMissingError):
            invite(opened, email=SECRET, name="Ana", role=Role.MANAGER, at=NOW)
        with pytest.raises(StoreMissingError):
            all_organisations(opened)
    assert not file.exists()
    away.rename(file)
    invite(opened, email=SECRET, name="Ana", role=Role.MANAGER, at=NOW)
    assert chain_holds(opened)


def test_a_store_put_back_from_a_copy_is_the_one_that_is_read(tmp_path):
    opened = filled(tmp_path)
    file, copy = tmp_path / "kpi.sqlite3", tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    list_organisations(opened, many(1), by="one", at=NOW)
    assert len(all_organisations(opened)) == 3
    put_in_place(copy, file)
    assert len(all_organisations(opened)) == 2


def put_in_place(other, file):
    """Put another file in the store's place, as one puts back a backup: what SQLite keeps beside it goes."""
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    other.replace(file)


def test_a_file_that_is_no_database_any_more(tmp_path):
    opened = filled(tmp_path)
    letter = tmp_path / "letter"
    letter.write_text("Dear colleagues, " * 1000)
    put_in_place(letter, tmp_path / "kpi.sqlite3")
    with pytest.raises(StoreUnavailableError, match="not a database"):
        all_organisations(opened)


# PostgreSQL stopped and started


@pytest.fixture
def own_cluster():
    """A PostgreSQL server of this test's own, to stop."""
    programs = _server_programs()
    if programs is None:
        leave_out("PostgreSQL's server programs (initdb, pg_ctl) are not installed")
    folder = Path(tempfile.mkdtemp(prefix="kpi-pg-", dir="/tmp"))
    server = Cluster(programs, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def again(server):
    data, log = str(server.folder / "data"), str(server.folder / "log")
    options = f"-c listen_addresses='' -c unix_socket_directories='{server.folder}'"
    server.run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")


def half_done(engine, server):
    with writing(engine) as session:
        events.append(session, at=NOW, actor="one", action="half.done", subject="store")
        server.stop()


@pytest.mark.postgresql
def test_a_database_that_was_stopped_and_started_goes_on_where_it_was(own_cluster, tmp_path):
    engine = connect(own_cluster.url(own_cluster.create()))
    migrate(engine)
    small = ready(tmp_path)
    opened = Installation(small.framework, small.yaml, engine, small.who)
    list_organisations(opened, many(3), by="one", at=NOW)
    own_cluster.stop()
    for ask in (
        lambda: all_organisations(opened),
        lambda: list_organisations(opened, many(5), by="one", at=NOW),
    ):
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            ask()
    again(own_cluster)
    assert len(all_organisations(opened)) == 3
    list_organisations(opened, many(5), by="one", at=NOW)
    with pytest.raises(StoreUnavailableError):
        half_done(engine, own_cluster)
    again(own_cluster)
    assert len(all_organisations(opened)) == 5
    assert chain_holds(opened)
    with reading(engine) as session:
        assert [one.action for one in events.history(session) if one.action == "half.done"] == []
    engine.dispose()


# What the log says of a fault


def written(fault):
    """Log a fault as the server does; give what stands in the log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s"))
    try:
        raise fault
    except type(fault) as caught:
        record = _Hushed(
            "a", logging.ERROR, "b", 1, "It failed: %s", ("why",), (type(caught), caught, caught.__traceback__)
        )
    handler.emit(record)
    return stream.getvalue()


def test_the_log_names_kinds_and_places_and_no_values():
    said = written(ValueError(f"{SECRET} is there already"))
    assert said.startswith("It failed: why\nbuiltins.ValueError\n")
    assert "test_faults.py" in said
    assert "in written" in said
    assert SECRET not in said


def test_what_a_database_says_of_a_row_stays_out_of_the_log(store, backend):
    insert = sa.text("INSERT INTO person (email, name, role, created_at) VALUES (:email, 'a', 'viewer', :at)")
    values = {"email": SECRET, "at": NOW}
    with writing(store) as session:
        session.execute(insert, values)
    with pytest.raises(sa.exc.IntegrityError) as caught, writing(store) as session:
        session.execute(insert, values)
    if backend == "postgresql":
        assert SECRET in str(caught.value), "the database's own words quote the value, or this test shows nothing"
    said = told((type(caught.value), caught.value, caught.value.__traceback__))
    assert "IntegrityError" in said
    assert "UniqueViolation" in said or backend == "sqlite"
    assert SECRET not in said


# What people see


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (
            "StoreUnavailableError('/srv/secret/kpi.sqlite3', 'its disk is full')",
            "The data cannot be used just now: its disk",
        ),
        ("StoreMissingError('/srv/secret/kpi.sqlite3')", "The data cannot be used just now."),
        ("ValueError('/srv/secret/ana')", "Nothing half-done was stored."),
    ],
)
def test_a_page_that_fails_says_what_to_do(fault, says, tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    filled(tmp_path)
    script = (
        "from kpi.store.engine import StoreMissingError, StoreUnavailableError\n"
        "from kpi.web import faults\n"
        f"assert faults.shown({fault}) is True\n"
    )
    page = AppTest.from_string(script)
    page.query_params["lang"] = "en"
    page.run(timeout=30)
    assert not page.exception
    (shown,) = [one.proto.body for one in page.get("html")]
    assert says in shown
    assert "secret" not in shown


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A served installation: its port, a session, its folder, and the file that the server's words go to."""
    folder = tmp_path_factory.mktemp("faults")
    opened = filled(folder)
    token = signed_in(opened)
    opened.engine.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    command = [sys.executable, "-c", "from kpi.cli import main; main()", "serve", "--port", str(port)]
    with (
        log.open("w") as words,
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment(folder)}, stdout=words, stderr=words
        ) as server,
    ):
        try:
            for _ in range(300):
                try:
                    assert get(port, "/health", token)[0] == 200
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.2)
            yield port, token, folder, log
        finally:
            server.terminate()


def get(port, path, token, language="en", accept="text/html"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"kpi_session={token}", "Accept": accept, "Accept-Language": language}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_while_the_store_is_away_every_path_says_so_in_the_persons_language(served):
    port, token, folder, log = served
    store, away = folder / "kpi.sqlite3", folder / "away"
    assert get(port, "/", token)[0] == 200
    store.rename(away)
    try:
        for path in ("/", "/overview", "/download/template?org=SDA&quarter=2025-Q4", "/media/x", "/receipt/1"):
            status, said = get(port, path, token)
            assert (status, "The data cannot be used just now." in said) == (503, True), path
            assert str(folder) not in said
        assert "Данните не могат да се използват в момента." in get(port, "/", token, language="bg")[1]
        assert get(port, "/", token, accept="*/*")[1].startswith("The data cannot be used just now.")
        assert get(port, "/health", token)[0] == 200
        assert get(port, "/sign-in", "nobody")[0] == 200
    finally:
        away.rename(store)
    assert get(port, "/", token)[0] == 200
    assert "Traceback" not in log.read_text()
    assert token not in log.read_text()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_whoever_is_at_work_is_told_what_to_do_and_goes_on_afterwards(served):
    if CHROMIUM is None:
        leave_out("chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    port, token, folder, log = served
    store, away = folder / "kpi.sqlite3", folder / "away"
    address = f"http://127.0.0.1:{port}/?window=quarter&quarter=2025-Q3&lang=en"
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{"name": "kpi_session", "value": token, "url": f"http://127.0.0.1:{port}"}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
        store.rename(away)
        page.get_by_role("button", name="Български").click()
        page.locator(".k-state").get_by_role("heading").wait_for()
        assert page.locator(".k-state").count() == 1
        away.rename(store)
        page.goto(address)
        page.locator(".k-card, table").first.wait_for()
        with closing(sqlite3.connect(store)) as other:
            before = other.execute("SELECT name FROM organisation WHERE code = 'SDA'").fetchone()[0]
            other.execute("UPDATE organisation SET name = '{broken ' || ? WHERE code = 'SDA'", [SECRET])
            other.commit()
        page.goto(address)
        page.get_by_text("Nothing half-done was stored.").first.wait_for()
        with closing(sqlite3.connect(store)) as other:
            other.execute("UPDATE organisation SET name = ? WHERE code = 'SDA'", [before])
            other.commit()
        browser.close()
    said = log.read_text()
    assert "JSONDecodeError" in said
    assert SECRET not in said
    assert "broken" not in said
    assert str(store) not in said
