"""Which pages there are for whom, and what a page left open shows to somebody who may no longer look: nothing."""

import html
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.testing.v1 import AppTest

from desk import ANN, Q1, Q2, SMALL, at_work, reported, settled
from kpi.access import OPERATOR, Person, Role
from kpi.installation import open_installation
from kpi.people import list_people
from kpi.sessions import sign_out
from kpi.settings import Settings
from kpi.store import people
from kpi.store.engine import connect, writing
from kpi.web.door import routes
from kpi.web.pages import PAGES, pages
from showing import ROOT, hold, signed_in

SHELL = str(ROOT / "src/kpi/web/shell.py")
MANAGER, REPORTER, VIEWER, ADMINISTRATOR = Role.MANAGER, Role.REPORTER, Role.VIEWER, Role.ADMINISTRATOR
EVERYBODY = {MANAGER, REPORTER, VIEWER, ADMINISTRATOR}
#: The pages, each with those to whom it is open.
OPEN = {
    "overview": EVERYBODY,
    "indicators": EVERYBODY,
    "indicator": EVERYBODY,
    "gender": EVERYBODY,
    "funding": EVERYBODY,
    "regions": EVERYBODY,
    "portfolio": set(),  # the framework here tells of none
    "learning": {MANAGER, REPORTER},
    "stories": EVERYBODY,
    "influence": {MANAGER, REPORTER},
    "compare": EVERYBODY,
    "my_returns": {MANAGER, REPORTER},
    "form": {MANAGER, REPORTER},
    "upload": {MANAGER, REPORTER},
    "submit": {MANAGER, REPORTER},
    "returns": {MANAGER},
    "review": {MANAGER},
    "quality": {MANAGER, REPORTER},
    "actions": EVERYBODY,
    "reports": EVERYBODY,
    "open_data": EVERYBODY,
    "about": EVERYBODY,
    "guide": EVERYBODY,
    "administration": {ADMINISTRATOR},
    "log": {MANAGER, ADMINISTRATOR},
}
#: What nobody may read who is not signed in.
NAMES = ("Alpha", "Beta", "ann@a.example", "Ann")
#: Where figures stand.
FIGURES = re.compile(r'class=\\?"k-(card|number|table|badge)')


@pytest.fixture(scope="module")
def made(migrated_file, tmp_path_factory):
    """A store with an approved return and one that waits."""
    file = tmp_path_factory.mktemp("pages") / "kpi.sqlite3"
    shutil.copyfile(migrated_file, file)
    here = at_work(connect(f"sqlite:///{file}"))
    settled(here, ANN, "A", Q1, 7)
    reported(here, ANN, "A", Q2, 8)
    here.engine.dispose()
    return file


def environment(folder):
    return {"KPI_DATA_DIR": str(folder), "KPI_FRAMEWORK": str(SMALL), "KPI_DATABASE_URL": "", "KPI_PUBLIC_URL": ""}


@pytest.fixture
def opened(made, tmp_path, monkeypatch):
    """A copy of that store, which the pages show."""
    shutil.copyfile(made, tmp_path / "kpi.sqlite3")
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    found = open_installation(Settings.from_environment(environment(tmp_path)), who=OPERATOR)
    yield found
    found.engine.dispose()


@pytest.fixture
def shown(monkeypatch):
    """Give the names of the pages whose scripts are run from now on."""
    names = []
    true = StreamlitPage.run

    def run(page):
        if isinstance(page._page, Path):
            names.append(page._page.stem)
        true(page)

    monkeypatch.setattr(StreamlitPage, "run", run)
    return names


def entered(opened, role):
    return signed_in(opened, role, ["A"] if role is REPORTER else [])


def said(at):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", one.proto.body)) for one in at.get("html"))


def everything(at):
    """All that a page holds, in whatever form; its styles are everybody's."""
    found = (str(one.proto) for one in at._tree if getattr(one, "proto", None) is not None)
    return "\n".join(one for one in found if "stMainBlockContainer" not in one)


def named(at):
    """Give what is named on a page of those who report."""
    return [name for name in NAMES if name in everything(at)]


def test_the_list_of_pages_is_the_one_that_is_checked_here():
    assert {entry.file for entries in PAGES.values() for entry in entries} == set(OPEN)


@pytest.mark.parametrize("role", [*sorted(EVERYBODY), None])
@pytest.mark.parametrize("name", OPEN)
def test_a_page_is_run_for_those_to_whom_it_is_open(opened, shown, monkeypatch, name, role):
    hold(monkeypatch, entered(opened, role) if role else None)
    at = AppTest.from_file(SHELL, default_timeout=60)
    at.query_params["lang"] = "en"
    at.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
    assert (name in shown) == (role in OPEN[name])
    assert not at.exception
    if role is None:
        assert shown == []
        assert "You are signed out" in said(at)
        assert not named(at)
    assert ("This page is not open to you" in said(at)) == (role is not None and role not in OPEN[name])
    if role not in OPEN[name]:
        assert shown == []
        assert not FIGURES.search(everything(at))


@pytest.mark.parametrize("name", ["administration", "review", "returns", "submit"])
def test_of_a_page_that_is_not_open_nothing_is_said(opened, monkeypatch, name):
    hold(monkeypatch, entered(opened, VIEWER))
    at = AppTest.from_file(SHELL, default_timeout=60)
    at.query_params["lang"] = "bg"
    at.query_params["org"] = "A"
    at.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
    assert "Тази страница не е достъпна за Вас" in said(at)
    state = next(one.proto.body for one in at.get("html") if "k-state" in one.proto.body)
    assert 'href="/"' in state
    assert not named(at)


def test_a_closed_page_is_not_named_in_the_navigation(monkeypatch):
    kept = []
    monkeypatch.setattr(st, "Page", lambda page, **said: kept.append((page, said)) or said)
    found = pages(Person("Vera", VIEWER, "vera@example.org", 9), "en")
    assert {one["url_path"] for group in found.values() for one in group} == set(OPEN)
    shut = {said["url_path"]: said for page, said in kept if not isinstance(page, Path)}
    # Without a framework, nobody is told of the pages of its subjects.
    of_subjects = {entry.file for entries in PAGES.values() for entry in entries if entry.subject}
    assert set(shut) == {name for name, roles in OPEN.items() if VIEWER not in roles} | of_subjects
    assert {(one["visibility"], one["title"]) for one in shut.values()} == {("hidden", "This page is not open to you")}
    assert not {"Administration", "My returns"} & set(found)


@pytest.fixture(params=["signed out", "disabled", "gone from the browser"])
def leave(request, opened, monkeypatch):
    """Let somebody's session end, in each way."""

    def ended(token):
        if request.param == "signed out":
            sign_out(opened, token=token)
        elif request.param == "disabled":
            account, now = max(list_people(opened), key=lambda one: one.id), datetime.now(UTC)
            same = {"name": account.name, "role": account.role, "language": None, "organisations": ()}
            with writing(opened.engine) as session:
                people.change(session, person_id=account.id, disabled_at=now, **same)
        else:
            hold(monkeypatch, None)

    return ended


@pytest.mark.parametrize("name", ["overview", "indicator", "my_returns", "administration"])
@pytest.mark.parametrize("widget", ["a filter", "the language"])
def test_a_page_left_open_shows_nothing_more(opened, shown, monkeypatch, leave, name, widget):  # noqa: PLR0913, PLR0917 (as many things matter)
    role = next(one for one in (MANAGER, ADMINISTRATOR) if one in OPEN[name])
    token = entered(opened, role)
    hold(monkeypatch, token)
    at = AppTest.from_file(SHELL, default_timeout=60)
    for parameter, value in {"lang": "en", "window": "quarter", "quarter": str(Q1)}.items():
        at.query_params[parameter] = value
    at.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
    assert FIGURES.search(everything(at)) or named(at)
    leave(token)
    shown.clear()
    if widget == "the language":
        at.button(key="language.bg").click().run()
        assert "Излязохте от системата" in said(at)
    else:
        chosen = next(one for one in at.selectbox if len(one.options) > 1)
        chosen.select_index(1).run()
        assert "You are signed out" in said(at)
    assert shown == []
    assert not at.exception
    assert not named(at)
    assert not FIGURES.search(everything(at))


@pytest.fixture(scope="module")
def fresh(made, tmp_path_factory):
    """Start a server that nobody has asked for anything: ask ``fresh(path, …)`` for an answer."""
    folder = tmp_path_factory.mktemp("fresh")
    shutil.copyfile(made, folder / "kpi.sqlite3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from kpi.cli import main; main()", "serve", "--port", str(port)]

    def ask(path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.getheader("location"), answer.read().decode(errors="replace")
        finally:
            connection.close()

    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment(folder)}) as server:
        try:
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, "the server ended"
                    time.sleep(0.2)
            yield ask
        finally:
            server.terminate()


#: Paths of the server that shows the pages; they are its own.
STREAMS = (
    "/_stcore/stream",
    "/_stcore/host-config",
    "/_stcore/upload_file/x/y",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/interact",
    "/media/x.csv",
    "/component/x/y",
    "/static/index.html",
    "/index.html",
    "/favicon.png",
    "/app/static/x",
)
#: What is open to whoever comes: the way in, and that the server is well.
WAY_IN = {
    "/health": (200, '{"status":"ok"}'),
    "/sign-in": (200, "<form"),
    "/sign-out": (303, ""),
    "/invitation/{token}": (410, "does not serve any more"),
    "/sign-in/elsewhere": (404, ""),
    "/sign-in/elsewhere/back": (404, ""),
    "/sign-in/elsewhere/refused": (403, "You are not signed in"),
}


def paths():
    """Give every page's address and every route, as whoever comes for the first time could type it."""
    yield from ("/", *(f"/{page}" for page in OPEN), *(f"/pages/{page}" for page in OPEN), *STREAMS)
    for route in routes():
        yield re.sub(r"\{\w+(:\w+)?\}", "1", route.path)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_on_a_fresh_server_whoever_is_not_signed_in_learns_nothing(fresh, method):
    way_in = {re.sub(r"\{\w+\}", "1", path) for path in WAY_IN}
    for path in dict.fromkeys(paths()):
        if path in way_in:
            continue
        status, _, text = fresh(path, method)
        assert status == 401, path
        assert text in {"Unauthorized", ""}, path
        status, there, text = fresh(path, method, accept="text/html")
        assert (status == 303 and there.startswith("/sign-in")) if method == "GET" else status == 401, path
        assert text in {"Unauthorized", ""}, path


@pytest.mark.parametrize("path", WAY_IN)
def test_the_way_in_says_nothing_of_what_is_inside(fresh, path):
    status, text = WAY_IN[path]
    found = fresh(path.replace("{token}", "made-up"), accept_language="en")
    assert found[0] == status
    assert text in found[2]
    assert not [name for name in NAMES if name in found[2]]
