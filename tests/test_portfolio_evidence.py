"""Evidence on the portfolio page: put behind a row by whoever reports it, opened by whoever may see it, nobody else."""

import html
import re

import pytest
import streamlit as st
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kpi import drafts, evidence, typing_in
from kpi.access import Role
from kpi.evidence import UnknownKindError
from kpi.quarter import Quarter
from kpi.returns import approve
from kpi.store import returns
from kpi.store.engine import writing
from kpi.web.door import middleware, routes
from papers import PDF, PNG
from practising import OVEN, practising
from reporter import ANA, DAY, MAX, handed_in, moment
from showing import ROOT, environment, hold, signed_in

SHELL = str(ROOT / "src/kpi/web/shell.py")
#: The oven's rows are one and the same in every quarter.
OF_OVEN = "SDA/oven"
FIRST, SECOND = Quarter(2025, 3), Quarter(2025, 4)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """SDA reports its innovations twice more: with a file behind the oven, and with a link and a picture."""
    folder = tmp_path_factory.mktemp("evidence")
    here = practising(folder)
    _behind_what_refers_to_it(here)
    _reported(here.asked_by(ANA), FIRST, ("protocol.pdf", PDF))
    # The fourth quarter stands already: what follows is a correction of it.
    _reported(here.asked_by(ANA), SECOND, ("oven.png", PNG), link="https://example.org/oven")
    tokens = {
        "manager": signed_in(here),
        "own": signed_in(here, Role.REPORTER, ["SDA"]),
        "other": signed_in(here, Role.REPORTER, ["RSE"]),
        "viewer": signed_in(here, Role.VIEWER),
    }
    here.engine.dispose()
    return folder, tokens


def _behind_what_refers_to_it(here):
    """Put a link behind the adaptation of the oven."""
    with writing(here.engine) as session:
        head = next(
            one for one in returns.find(session) if (one.organisation, one.quarter) == ("SDA", Quarter(2025, 2))
        )
        session.connection().execute(
            text(
                "INSERT INTO evidence (return_id, form, position, number, name, link) "
                "VALUES (:return_id, 'adaptations', 1, 1, 'smaller', 'https://example.org/smaller')"
            ),
            {"return_id": head.id},
        )


def _reported(here, quarter, file, link=None):
    draft = drafts.begin(here, organisation="SDA", quarter=quarter, language="en", today=DAY, at=moment())
    if not draft.typed["innovations"].rows:
        draft = typing_in.copy_last(here, draft_id=draft.id, form="innovations", at=moment())
    row = next(one.id for one in draft.typed["innovations"].rows if one.cells["name"] == OVEN)
    name, content = file
    with pytest.raises(UnknownKindError):
        evidence.keep(
            here, draft_id=draft.id, form="innovations", row=row, name="a.pdf", content=b"MZ\x90 a program", at=moment()
        )
    where = {"draft_id": draft.id, "form": "innovations", "row": row}
    draft = evidence.keep(here, **where, name=name, content=content, at=moment())
    if link:
        draft = evidence.link(here, **where, address=link, at=moment())
    for form, typed in draft.typed.items():
        state = "reported" if form == "innovations" else "not_applicable"
        if typed.state != state:
            for one in typed.rows if form != "innovations" else ():
                draft = typing_in.remove_row(here, draft_id=draft.id, form=form, row=one.id, at=moment())
            seen = draft.typed[form].state
            draft = typing_in.say_state(here, draft_id=draft.id, form=form, seen=seen, state=state, at=moment())
    waiting = handed_in(here, draft)
    approve(here.asked_by(MAX), return_id=waiting.id, by=MAX.signature, at=moment())


@pytest.fixture
def look(store, monkeypatch):
    folder, tokens = store

    def opened(who, quarter=SECOND, in_="en"):
        for name, value in environment(folder).items():
            monkeypatch.setenv(name, value)
        st.cache_resource.clear()
        hold(monkeypatch, tokens[who])
        at = AppTest.from_file(SHELL, default_timeout=60)
        at.switch_page(str(ROOT / "pages/portfolio.py"))
        for name, value in {"thing": OF_OVEN, "quarter": str(quarter), "window": "quarter", "lang": in_}.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception, at.exception
        return "\n".join(one.proto.body for one in at.get("html") if "<style" not in one.proto.body)

    return opened


def links(source):
    return dict(re.findall(r'<a href="(/evidence/[0-9/]+)"[^>]*>([^<]*)</a>', html.unescape(source)))


@pytest.mark.parametrize("who", ["manager", "own"])
def test_what_was_put_behind_a_row_stands_on_its_page_from_every_quarter(look, who):
    now = look(who)
    assert sorted(links(now).values()) == ["oven.png", "protocol.pdf"]
    assert 'href="https://example.org/oven"' in now
    assert 'href="https://example.org/smaller"' in now
    assert "Adaptations · Q2 2025" in re.sub(r"<[^>]+>", "", now)
    assert "Q3 2025" in now[now.index("protocol.pdf") :][:120]


def test_of_a_quarter_there_is_what_was_there_by_then(look):
    before = look("manager", FIRST)
    assert list(links(before).values()) == ["protocol.pdf"]
    assert "example.org/oven" not in before


def test_the_files_open_for_whoever_may_see_the_row_and_for_nobody_else(look, store, monkeypatch):
    folder, tokens = store
    found = links(look("manager"))
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    application = Starlette(routes=routes(), middleware=middleware())
    expected = {"protocol.pdf": PDF, "oven.png": PNG}
    for who, allowed in (("manager", True), ("own", True), ("other", False), ("viewer", False), (None, False)):
        with TestClient(application, base_url="http://localhost:8501", client=("127.0.0.1", 5)) as browser:
            browser.follow_redirects = False
            if who:
                browser.cookies.set("kpi_session", tokens[who])
            for path, name in found.items():
                answer = browser.get(path)
                if allowed:
                    assert (answer.status_code, answer.content) == (200, expected[name])
                    assert answer.headers["content-disposition"].startswith("attachment;")
                else:
                    assert answer.status_code in {302, 303, 307, 401, 404}, (who, answer.status_code)
                    assert expected[name] not in answer.content


def test_others_do_not_find_the_row_at_all(look):
    other = look("other")
    assert "which is not known here" in html.unescape(other)
    assert not links(other)
    assert "This page is not open to you" in look("viewer")
