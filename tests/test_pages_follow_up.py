"""The pages of open questions and of what is done, on a small store whose last quarter is unlike the rest."""

import contextlib
import html
import re
from datetime import UTC, date, datetime, time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi import follow_up, quality
from kpi.access import OPERATOR, Role
from kpi.installation import open_installation
from kpi.problems import SaidError
from kpi.quarter import Quarter, Window
from kpi.settings import Settings
from showing import (
    NOW,
    ROOT,
    RSE,
    SDA,
    START,
    _content,
    _store,
    environment,
    hold,
    list_organisations,
    ready,
    signed_in,
)

SHELL = str(ROOT / "src/kpi/web/shell.py")
Q4 = {"quarter": "2025-Q4", "window": "quarter", "lang": "en"}
LAST = Quarter(2025, 4)


@pytest.fixture
def folder(tmp_path):
    """Trained by SDA: 20, 22, 24, then 90; by RSE always 10."""
    opened = ready(tmp_path)
    list_organisations(opened, [SDA, RSE], by="one", at=NOW)
    for back, women in enumerate((20, 22, 24, 90)):
        quarter = START + back
        _store(opened, SDA, quarter, _content("BG411", (women, 0, 0), []))
        _store(opened, RSE, quarter, _content("BG323", (10, 0, 0), []))
    opened.engine.dispose()
    return tmp_path


@pytest.fixture
def look(folder, monkeypatch):
    """Open a page as somebody: ``look("quality", role=…, **parameters)``."""

    def shown(page, role=Role.MANAGER, organisations=(), **parameters):
        for name, value in environment(folder).items():
            monkeypatch.setenv(name, value)
        st.cache_resource.clear()
        opened = open_installation(Settings.from_environment(environment(folder)), who=OPERATOR, changed=True)
        with contextlib.suppress(SaidError):
            hold(monkeypatch, signed_in(opened, role, organisations))
        opened.engine.dispose()
        at = AppTest.from_file(SHELL, default_timeout=90)
        for name, value in parameters.items():
            at.query_params[name] = value
        at.run()
        at.switch_page(str(ROOT / "pages" / f"{page}.py"))
        for name, value in parameters.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return shown


@pytest.fixture
def opened(folder):
    found = open_installation(Settings.from_environment(environment(folder)), who=OPERATOR)
    yield found
    found.engine.dispose()


def said(at):
    body = " ".join(one.proto.body for one in at.get("html"))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def buttons(at, beginning):
    return [one for one in at.button if one.key and one.key.startswith(beginning)]


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception, at.exception


def test_open_questions_are_listed_and_counted_by_organisation_and_indicator(look):
    text = said(look("quality", **Q4))
    # The course ended on a day of February in every return: the same course, four times, twice a quarter.
    assert "O6 Successful participants" in text
    assert "90 people, where the median of the last 3 values is 22 people." in text
    assert "Unlike its own history · Sofia Association · Q4 2025 · O6" in text


def test_the_address_narrows_them_down(look):
    at = look("quality", kind="odd.jump", organisation="SDA", **Q4)
    assert "Open questions: 1." in said(at)
    assert len(buttons(at, "answer.")) == 1
    assert "Open questions: 0." in said(look("quality", kind="odd.jump", organisation="RSE", **Q4))
    at = look("quality", kind="odd.jup", **Q4)
    assert "The address asks for “odd.jup”, which is not known here." in said(at)


def test_choosing_changes_the_address(look):
    at = look("quality", **Q4)
    at.selectbox(key="narrow.kind").select("odd.jump").run()
    assert at.query_params["kind"] in ("odd.jump", ["odd.jump"])
    assert "Open questions: 1." in said(at)


def test_a_question_is_answered_in_its_dialog(look, opened):
    at = look("quality", kind="odd.jump", **Q4)
    (button,) = buttons(at, "answer.")
    button.click().run()
    press(at, "answer.keep")
    assert "Give a reason: others have to understand it later." in said(at)
    at.text_area(key="answer.text").set_value("A campaign <b>in autumn</b>").run()
    press(at, "answer.keep")
    (one,) = [one for one in quality.quality(opened, Window.quarter(LAST)).answered if one.oddity.code == "odd.jump"]
    assert one.said[-1].text == "A campaign <b>in autumn</b>"
    at = look("quality", kind="odd.jump", **Q4)
    assert "Open questions: 0. Answered: 1." in said(at)
    assert "explained : A campaign <b>in autumn</b>" in said(at)
    assert "<b>in autumn" not in " ".join(one.proto.body for one in at.get("html"))


def test_reporters_see_their_own_and_answer_nothing(look):
    at = look("quality", Role.REPORTER, ["SDA"], **{**Q4, "window": "year"})
    assert "Sofia Association" in said(at)
    assert buttons(at, "answer.") == []
    assert "Ruse" not in said(at)


def test_funders_have_no_such_page(look):
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        look("quality", Role.VIEWER, lang="en")


def test_beside_the_figure_it_says_what_is_open(look, opened):
    jump = next(
        one for one in quality.quality(opened, Window.quarter(LAST)).open if one.oddity.name.startswith("odd.jump/O6")
    )
    count = len(quality.quality(opened, Window.quarter(LAST)).of_indicator("O6").open)
    assert f"Data quality – open questions: {count}" in said(look("indicator", indicator="O6", **Q4))
    quality.resolve(
        opened,
        organisation="SDA",
        quarter=LAST,
        oddity=jump.oddity.name,
        outcome=quality.Outcome.EXPLAINED,
        text="A campaign",
        at=NOW,
    )
    text = said(look("indicator", indicator="O6", **Q4))
    assert f"Data quality – open questions: {count - 1}, explained: 1" in text
    assert "Data quality –" not in said(look("indicator", Role.VIEWER, indicator="O6", lang="en"))


def test_a_question_leads_the_core_team_to_its_return(look, opened):
    (jump, *_) = quality.quality(opened, Window.quarter(LAST)).open
    at = look("quality", **Q4)
    assert f"/review?lang=en&return={jump.head.id}" in html.unescape(" ".join(one.proto.body for one in at.get("html")))


def plan(opened, indicator="O6", due=date(2025, 6, 1), text="Two new trainers"):
    return follow_up.open_action(
        opened,
        indicator=indicator,
        quarter=LAST,
        explanation="Two left",
        action=text,
        owner="Ana",
        due=due,
        at=min(NOW, datetime.combine(due, time(7), UTC)),
    )


def test_what_is_done_lists_what_is_open_overdue_and_behind(look, opened):
    plan(opened)
    plan(opened, "R1", date(2999, 1, 1), "Another one")
    text = said(look("actions", **Q4))
    assert "Open: 2, of these overdue: 1." in text
    assert text.index("Two new trainers") < text.index("Another one")
    assert "▼ overdue" in text


def test_an_action_is_planned_on_the_page_and_closed_in_its_dialog(look, opened):
    at = look("indicator", indicator="O6", **Q4)
    press(at, "plan.keep")
    assert "Give a reason" in said(at)
    at.text_area(key="plan.0.explanation").set_value("Two left")
    at.text_area(key="plan.0.action").set_value("Two new trainers")
    at.text_input(key="plan.0.owner").set_value("Ana").run()
    press(at, "plan.keep")
    assert "Planned for O6: Two new trainers." in said(at)
    (one,) = follow_up.actions(opened)
    assert (one.indicator, one.quarter, one.owner) == ("O6", LAST, "Ana")
    press(at, f"close.{one.id}")
    at.text_area(key="closing.outcome").set_value("Both came").run()
    press(at, "closing.keep")
    (one,) = follow_up.actions(opened)
    assert one.outcome == "Both came"
    text = said(look("actions", **Q4))
    assert "Closed, as of Q4 2025: 1" in text
    assert "Both came" in text


def test_what_people_wrote_stays_text_on_buttons(look, opened):
    number = plan(opened, text="**Two** [new](https://example.org) trainers")
    label = look("actions", **Q4).button(key=f"close.{number}").label
    assert label == r"Close *\*\*Two\*\* \[new\](https\://example.org) trai…*"


def test_an_action_stands_beside_its_button_and_is_read_out_in_its_language(look, opened):
    number = plan(opened, text="Двама нови обучители")
    at = look("actions", **Q4)
    drawn = list(at.main)
    before = drawn[drawn.index(at.button(key=f"close.{number}")) - 1]
    assert '<span lang="bg">Двама нови обучители</span>' in before.proto.body
    viewed = " ".join(one.proto.body for one in look("actions", Role.VIEWER, lang="en").get("html"))
    assert '<span lang="bg">Двама нови обучители</span>' in viewed


def test_the_overview_shows_open_actions_to_everybody_and_nobody_else_writes(look, opened):
    assert "What is done about it" not in said(look("overview", **Q4))
    plan(opened)
    for role in (Role.MANAGER, Role.VIEWER):
        at = look("overview", role, lang="en")
        assert "Two new trainers" in said(at)
    at = look("actions", Role.VIEWER, lang="en")
    assert "Two new trainers" in said(at)
    assert buttons(at, "close.") == []
    assert buttons(at, "plan.") == []
    assert buttons(look("indicator", Role.VIEWER, indicator="O6", lang="en"), "note.") == []


def test_a_note_is_added_shown_on_the_chart_and_removed(look, opened):
    at = look("indicator", indicator="O6", **Q4)
    at.text_input(key="note.O6.0.text").set_value("New platform")
    at.date_input(key="note.O6.0.day").set_value(date(2025, 5, 1)).run()
    press(at, "note.O6")
    assert "1 May 2025 : New platform" in said(at)
    spec = next(one.proto.spec for one in at.get("plotly_chart"))
    assert "1 May 2025: New platform" in spec
    (note,) = follow_up.notes(opened)
    press(at, f"note.remove.{note.id}")
    assert "Note 1 was removed." in said(at)
    assert follow_up.notes(opened) == []
