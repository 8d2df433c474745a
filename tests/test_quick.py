"""Pages come at once where nothing has changed: what was measured is not measured again, and little is asked twice."""

import contextlib

import pytest
import streamlit as st
from sqlalchemy import Engine, event
from streamlit.testing.v1 import AppTest

from kpi import figures
from kpi.access import OPERATOR
from kpi.installation import open_installation
from kpi.settings import Settings
from kpi.store import events
from kpi.store.engine import writing
from kpi.web.pages import PAGES
from showing import NOW, ROOT, environment, filled, hold, signed_in

SHELL = str(ROOT / "src/kpi/web/shell.py")
Q3 = {"lang": "en", "window": "quarter", "quarter": "2025-Q3"}
FIGURES = [entry.file for group in ("Figures", "Practice") for entry in PAGES[group]]
#: Who looks, who reports, what the last change was, and what is read as it stands: notes, actions, the log's head.
FEW = 20


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quick")
    filled(folder).engine.dispose()
    return folder


@pytest.fixture
def open_page(store, monkeypatch):
    """Open a page in a browser of its own; the first one finds nothing kept."""
    for name, value in environment(store).items():
        monkeypatch.setenv(name, value)
    st.cache_resource.clear()
    opened = open_installation(Settings.from_environment(environment(store)), who=OPERATOR, changed=True)
    hold(monkeypatch, signed_in(opened))
    opened.engine.dispose()

    def run(name, **parameters):
        at = AppTest.from_file(SHELL, default_timeout=60)
        at.switch_page(str(ROOT / "pages" / f"{name}.py"))
        for parameter, value in {**Q3, **parameters}.items():
            at.query_params[parameter] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return run


@contextlib.contextmanager
def statements():
    """Keep what the store is asked."""
    kept = []

    def keep(connection, cursor, statement, *rest):
        kept.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


@pytest.mark.parametrize("name", FIGURES)
def test_a_page_seen_before_asks_the_store_for_no_figure_and_little_else(open_page, name):
    with statements() as first:
        open_page(name)
    assert first
    with statements() as again:
        open_page(name)
    assert not [one for one in again if "fact" in one or "slice" in one], again
    assert len(again) <= FEW, again


def test_what_one_page_measured_another_one_need_not(open_page):
    open_page("overview")
    with statements() as asked:
        open_page("indicators")
    assert not [one for one in asked if "fact" in one]


def test_another_quarter_is_measured_alone_where_its_trend_is_known(open_page):
    open_page("indicators")
    with statements() as whole:
        open_page("indicators", against="year_earlier")
    st.cache_resource.clear()
    with statements() as all_of_it:
        open_page("indicators", against="year_earlier")
    assert sum("fact" in one for one in whole) < sum("fact" in one for one in all_of_it)


@pytest.mark.parametrize(
    ("action", "provisional", "measured"),
    [
        ("return.submitted", "", False),  # no approved figure is another one
        ("return.submitted", "1", True),
        ("return.approved", "", True),
        ("organisation.changed", "", True),
    ],
)
def test_what_may_have_changed_is_measured_again_and_nothing_else(open_page, store, action, provisional, measured):
    shown = {"provisional": provisional} if provisional else {}
    open_page("gender", **shown)
    opened = open_installation(Settings.from_environment(environment(store)), who=OPERATOR)
    with writing(opened.engine) as session:
        events.append(session, at=NOW, actor="one", action=action, subject="SDA/2025-Q3")
    known = figures.measured
    opened.engine.dispose()
    asked = []

    def count(*args, **more):
        asked.append(args)
        return known(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "measured", count)
        open_page("gender", **shown)
    assert bool(asked) is measured
