"""A store in which nothing is yet: every page says what is missing and what comes next, to everybody who opens it."""

import html
import re
from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi.access import Role
from kpi.organisations import list_organisations
from kpi.web.pages import PAGES
from showing import NOW, ROOT, RSE, SDA, environment, hold, ready, signed_in

SHELL = str(ROOT / "src/kpi/web/shell.py")
FILES = [entry.file for entries in PAGES.values() for entry in entries]
#: Those that show what was measured or reported; the indicator has its path and definition without any value.
EMPTY = ("overview", "indicators", "gender", "funding", "regions", "compare", "portfolio", "learning", "stories")
ROLES = (Role.MANAGER, Role.VIEWER, Role.REPORTER, Role.ADMINISTRATOR)


def made(folder, *, listed):
    here = ready(folder)
    if listed:
        list_organisations(here, [SDA, RSE], by="one", at=NOW)
    # Whoever reports does so for somebody on the list.
    there = [one for one in ROLES if listed or one is not Role.REPORTER]
    tokens = {one: signed_in(here, one, ["SDA"] if one is Role.REPORTER else []) for one in there}
    here.engine.dispose()
    return folder, tokens


@pytest.fixture(scope="module")
def without_returns(tmp_path_factory):
    return made(tmp_path_factory.mktemp("listed"), listed=True)


@pytest.fixture(scope="module")
def without_anybody(tmp_path_factory):
    return made(tmp_path_factory.mktemp("nobody"), listed=False)


@pytest.fixture
def look(monkeypatch):
    def opened(store, name, role, in_="en"):
        folder, tokens = store
        for variable, value in environment(folder).items():
            monkeypatch.setenv(variable, value)
        st.cache_resource.clear()
        hold(monkeypatch, tokens[role])
        at = AppTest.from_file(SHELL, default_timeout=60)
        at.switch_page(str(ROOT / f"pages/{name}.py"))
        at.query_params["lang"] = in_
        at.run()
        assert not at.exception, at.exception
        return at

    return opened


def said(at):
    source = "\n".join(one.proto.body for one in at.get("html") if "<style" not in one.proto.body)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", FILES)
def test_every_page_stands_without_a_return(look, without_returns, name, role):
    at = look(without_returns, name, role)
    text = said(at)
    shut = "This page is not open to you" in text
    if name in EMPTY and not shut:
        assert "No return has been approved yet. Figures stand here once returns are approved." in text
        next_ = {Role.MANAGER: "Returns: who has reported", Role.REPORTER: "What is due"}
        assert next_.get(role, "What do the figures mean?") in text
        assert not at.get("plotly_chart")
    # A chart without values has at least its expected path.
    for chart in at.get("plotly_chart"):
        assert re.search(r'"y":\s*\[[^\]]*[0-9]', chart.proto.spec or "") or "bdata" in chart.proto.spec


def test_the_overview_begins_with_what_is_ready_and_counts_nothing_as_late(look, without_returns, monkeypatch):
    monkeypatch.setattr("kpi.web.beginning.today", lambda: date(2026, 11, 27))
    text = said(look(without_returns, "overview", Role.MANAGER))
    assert "Organisations on the list 2 Returns for Q4 2026 by 30 Jan 2027" in text
    assert "Returns to approve 0" in text
    assert "Late" not in text
    assert "no data" not in text
    assert "Returns to approve" not in said(look(without_returns, "overview", Role.VIEWER))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.VIEWER, Role.ADMINISTRATOR])
def test_before_there_is_anybody_who_reports_that_is_said_to_each_in_their_words(look, without_anybody, role):
    text = said(look(without_anybody, "overview", role))
    assert "Nobody reports here yet" in text
    assert ("kpi organisations import" in text) == (role is not Role.VIEWER)
    assert ("The list of organisations that report is still empty." in text) == (role is Role.VIEWER)


@pytest.mark.parametrize("name", EMPTY)
def test_it_is_said_in_bulgarian_too(look, without_returns, name):
    assert "Още няма одобрен отчет. Данните ще се появят тук" in said(look(without_returns, name, Role.MANAGER, "bg"))
