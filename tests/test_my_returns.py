"""What is due: the page with which a reporter begins, and from which everything else is one click away."""

import html
import re
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi import drafts, locks, typing_in
from kpi.access import OPERATOR, Role
from kpi.installation import open_installation
from kpi.receipts import receipt
from kpi.returns import approve, send_back
from kpi.settings import Settings
from kpi.submission import explain, warnings
from reporter import ANA, COURSE, DAY, FAULTY, MIA, Q3, Q4, handed_in, moment, taken
from showing import environment, filled, hold, signed_in

ROOT = Path(__file__).parent.parent
SHELL = str(ROOT / "src/kpi/web/shell.py")
MODULES = ("due", "reporting", "taking", "uploading")


@pytest.fixture
def opened(tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    filled(tmp_path).engine.dispose()
    found = open_installation(Settings.from_environment(environment(tmp_path)), who=OPERATOR)
    yield found
    found.engine.dispose()


@pytest.fixture
def look(opened, monkeypatch):
    """Open a page as a reporter: ``look(page, day=…, organisations=…, **parameters)``."""

    def opens(page="my_returns", *, day=DAY, role=Role.REPORTER, organisations=("SDA",), **parameters):
        st.cache_resource.clear()
        for module in MODULES:
            monkeypatch.setattr(f"kpi.web.{module}.today", lambda: day)
        hold(monkeypatch, signed_in(opened, role, organisations))
        at = AppTest.from_file(SHELL, default_timeout=60)
        for name, value in {"lang": "en", **parameters}.items():
            at.query_params[name] = value
        at.run()
        if page != "my_returns" or role is not Role.REPORTER:
            at.switch_page(str(ROOT / f"pages/{page}.py"))
            for name, value in {"lang": "en", **parameters}.items():
                at.query_params[name] = value
            at.run()
        assert not at.exception, at.exception
        return at

    return opens


def source(at) -> str:
    return "\n".join(one.proto.body for one in at.get("html"))


def plain(text) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def cards(at) -> list[str]:
    return re.findall(r'<section class="k-due">.*?</section>', source(at), re.DOTALL)


def links(text) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="([^"]*)"', text)]


def test_a_reporter_begins_with_what_is_due(look):
    at = look()
    running, last = cards(at)
    assert "Q4 2025" in plain(running)
    assert "not begun" in plain(running)
    assert "Due by 30 Jan 2026 ◷ 88 days left" in plain(running)
    assert "/download/template?lang=en&org=SDA&quarter=2025-Q4" in links(running)
    assert "/upload?lang=en&org=SDA&quarter=2025-Q4" in links(running)
    assert "/form?lang=en&org=SDA&quarter=2025-Q4" in links(running)
    assert "approved" in plain(last)
    assert "Q3 2025" in plain(last)
    assert "Q2 2025" in plain(source(at)).partition("Other quarters")[2]


def test_others_begin_with_the_figures(look):
    at = look(role=Role.MANAGER, organisations=(), page="overview")
    assert "Is the programme on track?" in plain(source(at))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 1, 16), "▲ 14 days left"),
        (date(2026, 1, 29), "▲ 1 day left"),
        (date(2026, 1, 30), "▲ due today"),
        (date(2026, 1, 31), "▼ 1 day late"),
        (date(2026, 2, 9), "▼ 10 days late"),
    ],
)
def test_the_days_are_counted_in_words_and_signs(look, day, said):
    late = next(one for one in cards(look(day=day)) if "Q4 2025" in plain(one))
    assert said in plain(late)


def test_only_the_forms_asked_for_are_listed(opened, look):
    (running, *_) = cards(look())
    asked = opened.framework.asked_forms({"type": "ngo", "seat": "BG411", "role": "centre"}, Q4)
    assert f"What is asked: {len(asked)} sheets" in plain(running)
    for key, form in opened.framework.forms.items():
        listed = re.findall(r"<li>(.*?)</li>", running)
        assert (html.escape(form.label["en"]) in listed) is (key in asked)


def test_why_it_was_sent_back_stands_on_the_card(opened, look):
    ana, mia = opened.asked_by(ANA), opened.asked_by(MIA)
    handed = handed_in(ana, taken(ana, COURSE))
    why = {"training": "Who <paid> for it?"}
    send_back(mia, return_id=handed.id, reason="Please look.", by_form=why, by=MIA.signature, at=moment())
    first = cards(look())[0]
    assert "returned for correction" in plain(first)
    assert "Please look." in plain(first)
    assert f"{opened.framework.forms['training'].label['en']}: Who <paid> for it?" in plain(first)
    assert "<paid>" not in first
    assert "/download/workbook?lang=en&org=SDA&quarter=2025-Q4" in links(first)


def test_a_draft_says_how_far_it_is_and_leads_on(opened, look):
    ana = opened.asked_by(ANA)
    taken(ana, FAULTY)
    first = cards(look())[0]
    assert "draft" in plain(first)
    assert "Ana <ana@sda.example>" in plain(first)
    assert "To be corrected: 2." in plain(first)
    taken(ana, COURSE)
    first = cards(look())[0]
    assert "Ready to be submitted." in plain(first)
    assert "/submit?lang=en&org=SDA&quarter=2025-Q4" in links(first)


def test_a_draft_is_discarded_only_after_a_question(opened, look):
    ana = opened.asked_by(ANA)
    draft = taken(ana, COURSE)
    at = look()
    at.button(f"take_back.{draft.id}").click().run()
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) == draft
    at.button("due.confirmed").click().run()
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is None
    assert "The draft for Q4 2025 is discarded." in plain(source(at))


def test_a_return_is_withdrawn_only_after_a_question(opened, look):
    ana = opened.asked_by(ANA)
    handed = handed_in(ana, taken(ana, COURSE))
    at = look()
    assert f"/receipt/{handed.id}?lang=en&org=SDA&quarter=2025-Q4" in links(cards(at)[0])
    at.button(f"take_back.{handed.id}").click().run()
    at.button("due.confirmed").click().run()
    assert "The return for Q4 2025 is a draft again." in plain(source(at))
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is not None
    assert "History (revisions: 2)" in plain(cards(at)[0])
    assert "withdrawn or replaced" in plain(cards(at)[0])


def test_what_was_decided_meanwhile_is_told_when_it_is_withdrawn(opened, look):
    ana = opened.asked_by(ANA)
    handed = handed_in(ana, taken(ana, COURSE))
    at = look()
    at.button(f"take_back.{handed.id}").click().run()
    approve(opened.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    at.button("due.confirmed").click().run()
    assert "it is “approved” now" in plain(source(at))
    assert not at.exception


def test_a_locked_quarter_offers_nothing_but_papers(opened, look):
    locks.lock(opened.asked_by(MIA), quarter=Q3, reason="The report is out", at=moment())
    locked = next(one for one in cards(look()) if "Q3 2025" in plain(one))
    assert "This quarter is locked: The report is out" in plain(locked)
    assert not any(one.startswith(("/upload", "/form")) for one in links(locked))
    assert any(one.startswith("/receipt/") for one in links(locked))


def test_whoever_reports_for_several_chooses(look):
    at = look(organisations=("SDA", "RSE"), org="RSE")
    assert at.selectbox("reporting.org").value == "RSE"
    assert "submitted, waits for approval" in plain(cards(at)[0])
    at.selectbox("reporting.org").select("SDA").run()
    assert "not begun" in plain(cards(at)[0])
    assert not look().selectbox or "reporting.org" not in [one.key for one in look().selectbox]


@pytest.mark.parametrize(
    ("org", "quarter"), [("RSE", "2025-Q4"), ("NONE", "2025-Q4"), ("SDA", "2025-Q7"), ("", "x<b>")]
)
def test_a_wrong_address_gets_a_sentence(look, org, quarter):
    at = look(org=org, quarter=quarter)
    assert not cards(at)
    assert "k-nothing" in source(at)
    assert "<b>" not in source(at).replace("RSE <b>", "")


def test_the_core_team_reports_for_anybody(look):
    at = look(role=Role.MANAGER, organisations=(), page="my_returns", org="RSE", quarter="2025-Q4")
    assert cards(at)
    assert [one.key for one in at.selectbox if one.key.startswith("reporting")] == ["reporting.org"]


def test_what_is_asked_for_now_comes_before_what_is_late_for_long(look):
    at = look(day=date(2026, 7, 20))
    assert [re.search(r"Q\d \d{4}", plain(one))[0] for one in cards(at)] == ["Q2 2026", "Q1 2026", "Q4 2025", "Q3 2026"]
    assert "First of all: Q2 2026 – 10 days left. After that: Q1 2026, Q4 2025." in plain(source(at))
    # What comes next stands out once.
    assert [one.count("k-first") for one in cards(at)] == [1, 0, 0, 0]
    assert "the quarter runs until 30 Sept 2026" in plain(cards(at)[3])
    named = look(day=date(2026, 7, 20), quarter="2025-Q4")
    assert "Q4 2025" in plain(cards(named)[0])
    assert "First of all: Q2 2026" in plain(source(named))


def test_a_quarter_that_runs_is_said_to_have_time(look):
    said = plain(source(look()))
    assert "Nothing is late. Q4 2025 is still running, until 31 Dec 2025: there is time until 30 Jan 2026." in said


def test_what_was_sent_back_comes_first_of_all(opened, look):
    ana, mia = opened.asked_by(ANA), opened.asked_by(MIA)
    handed = handed_in(ana, taken(ana, COURSE))
    send_back(mia, return_id=handed.id, reason="Please look.", by_form={}, by=MIA.signature, at=moment())
    at = look(day=date(2026, 7, 20))
    assert "First of all: Q4 2025 – returned for correction. After that: Q2 2026, Q1 2026." in plain(source(at))
    assert "Q4 2025" in plain(cards(at)[0])


def test_a_locked_quarter_is_nothing_to_do(opened, look):
    locks.lock(opened.asked_by(MIA), quarter=Q4, reason="The report is out", at=moment())
    assert "Nothing is due." in plain(source(look()))


def test_the_quarter_that_the_address_names_comes_first(look):
    first = cards(look(quarter="2025-Q1"))[0]
    assert "Q1 2025" in plain(first)


class TestSubmit:
    """The page on which a draft is looked at as a whole and handed in."""

    ADDRESS = {"org": "SDA", "quarter": "2025-Q4"}  # noqa: RUF012 (never changed)

    def test_without_a_draft_there_is_nothing_to_hand_in(self, look):
        at = look("submit", **self.ADDRESS)
        assert "There is no draft of this return" in plain(source(at))
        assert {one.key for one in at.button} == {"language.bg"}

    def test_mistakes_lead_to_where_they_are_mended(self, opened, look):
        draft = taken(opened.asked_by(ANA), FAULTY)
        at = look("submit", **self.ADDRESS)
        said = plain(source(at))
        assert "Has to be corrected before it can be submitted" in said
        row = draft.typed["training"].rows[0].id
        assert f"/form?lang=en&org=SDA&quarter=2025-Q4&form=training&row={row}" in links(source(at))
        assert at.button(f"submit.now.{draft.id}").disabled

    def test_a_draft_in_which_no_form_is_silent_is_shown_whole(self, opened, look):
        whose = {"organisation": "SDA", "quarter": Q4}
        draft = drafts.begin(opened.asked_by(ANA), **whose, language="en", today=DAY, at=moment())
        at = look("submit", **self.ADDRESS)
        assert "In figures" in plain(source(at))
        assert at.button(f"submit.now.{draft.id}")

    def test_a_return_is_confirmed_and_handed_in(self, opened, look):
        ana = opened.asked_by(ANA)
        draft = taken(ana, COURSE)
        at = look("submit", **self.ADDRESS)
        said = plain(source(at))
        assert f"O6 {opened.framework.indicators['O6'].label['en']} 13 people 75 −62" in said
        # What says nothing is named in a line, and the figures that read as before are folded.
        asked = opened.framework.asked_forms({"type": "ngo", "seat": "BG411", "role": "centre"}, Q4)
        label = opened.framework.forms["stories"].label["en"]
        assert f"Nothing to report ({len(asked) - 1}): " in said
        assert label in said.partition("Nothing to report (")[2]
        at.text_area(f"submit.note.{draft.id}").input("All told.")
        at.button(f"submit.now.{draft.id}").click().run()
        said = plain(source(at))
        assert "Your return is submitted. Thank you!" in said
        assert f"/receipt/{draft.id}" in source(at)
        assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is None

    def test_what_is_odd_needs_its_word(self, opened, look):
        ana = opened.asked_by(ANA)
        odd = {**COURSE, "ended_on": date(2025, 9, 20)}
        draft = taken(ana, odd, {**odd, "course": "Шев"})
        at = look("submit", **self.ADDRESS)
        at.button(f"submit.now.{draft.id}").click().run()
        assert "2 remarks still need a word of explanation." in plain(source(at))
        at.text_input(f"submit.all.{draft.id}").input("Reported late.")
        at.button(f"submit.all.{draft.id}.do").click().run()
        assert [one.value for one in at.text_input if one.key.startswith("submit.why")] == ["Reported late."] * 2
        at.button(f"submit.now.{draft.id}").click().run()
        assert "Your return is submitted. Thank you!" in plain(source(at))

    def test_a_note_of_two_people_is_not_overwritten(self, opened, look):
        draft = taken(opened.asked_by(ANA), COURSE)
        at = look("submit", **self.ADDRESS)
        mia = opened.asked_by(MIA)
        typing_in.write_note(mia, draft_id=draft.id, form=None, note="Theirs", seen="", at=moment())
        at.text_area(f"submit.note.{draft.id}").input("Mine").run()
        assert drafts.draft(mia, draft_id=draft.id).note == "Theirs"
        said = plain(source(at))
        assert "changed this meanwhile; what you typed was not saved over it. It now says: “Theirs”." in said
        assert "You had typed: Mine" in said
        mine = at.text_area(f"submit.note.{draft.id}.1")
        assert mine.value == "Theirs"
        # Now it was seen: it may be gone on with, and handed in.
        mine.input("Ours")
        at.button(f"submit.now.{draft.id}").click().run()
        assert receipt(mia, return_id=draft.id).note == "Ours"

    def test_an_explanation_of_two_people_is_neither_overwritten_nor_handed_in_otherwise(self, opened, look):
        odd = {**COURSE, "ended_on": date(2025, 9, 20)}
        draft = taken(opened.asked_by(ANA), odd, {**odd, "course": "Шев"})
        at = look("submit", **self.ADDRESS)
        mia = opened.asked_by(MIA)
        looked = drafts.look(mia, draft)
        first, second = map(looked.name_of, warnings(looked))
        place = f"submit.why.{draft.id}"
        explain(mia, looked, {first: "Theirs"}, seen={}, at=moment())
        # What was not seen is not handed in, whatever stands on this page.
        at.text_input(f"{place}.{first}").input("ок")
        at.button(f"submit.now.{draft.id}").click().run()
        said = plain(source(at))
        assert "what you typed was not saved over it. It now says: “Theirs”." in said
        assert "You had typed: ок" in said
        assert "Look at it again." in said
        assert at.text_input(f"{place}.{first}.1").value == "Theirs"
        # Said meanwhile, it stands beside what one sees, and is shown when it is asked for.
        explain(mia, looked, {second: "Theirs too"}, seen={}, at=moment())
        at.run()
        assert at.text_input(f"{place}.{second}").value == ""
        assert "This was changed meanwhile. It now says: “Theirs too”." in plain(source(at))
        next(one for one in at.button if one.label == "Show what is saved now").click().run()
        assert at.text_input(f"{place}.{second}.1").value == "Theirs too"
        at.button(f"submit.now.{draft.id}").click().run()
        told = receipt(mia, return_id=draft.id).explanations
        assert [one["explanation"] for one in told] == ["Theirs", "Theirs too"]

    def test_the_same_for_all_is_not_put_where_others_explained(self, opened, look):
        odd = {**COURSE, "ended_on": date(2025, 9, 20)}
        draft = taken(opened.asked_by(ANA), odd, {**odd, "course": "Шев"})
        at = look("submit", **self.ADDRESS)
        mia = opened.asked_by(MIA)
        looked = drafts.look(mia, draft)
        first, second = map(looked.name_of, warnings(looked))
        explain(mia, looked, {first: "Theirs"}, seen={}, at=moment())
        at.text_input(f"submit.all.{draft.id}").input("Reported late.")
        at.button(f"submit.all.{draft.id}.do").click().run()
        assert drafts.draft(mia, draft_id=draft.id).explanations == {first: "Theirs", second: "Reported late."}
        assert [one.value for one in at.text_input if one.key.startswith("submit.why")] == ["Theirs", "Reported late."]

    def test_what_somebody_else_changed_is_looked_at_first(self, opened, look):
        ana = opened.asked_by(ANA)
        draft = taken(ana, COURSE)
        at = look("submit", **self.ADDRESS)
        typing_in.write_note(ana, draft_id=draft.id, form="training", note="Wait!", at=moment())
        at.button(f"submit.now.{draft.id}").click().run()
        assert "was changed meanwhile. Look at it again." in plain(source(at))
        at.button(f"submit.now.{draft.id}").click().run()
        assert "Your return is submitted. Thank you!" in plain(source(at))
