"""The web form: what is typed is kept at once, read as in the workbook, told beside the cell, never overwritten."""

import html
import re
import shutil
from datetime import UTC, datetime

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from filled import SECOND, framework, organisation
from kpi import drafts, typing_in
from kpi.access import Person, Role
from kpi.drafts import draft_of
from kpi.evidence import LARGEST
from kpi.intake.typed import shown
from kpi.organisations import list_organisations
from kpi.people import change, list_people
from kpi.problems import errors
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, FormState, Record, ReportedForm, ReturnContent
from kpi.returns import send_back
from kpi.review import queue
from kpi.sessions import who_holds
from kpi.store.model import Channel
from kpi.submission import submit_draft, warnings
from papers import PDF, PNG, picture
from showing import NOW, ROOT, RSE, SDA, _store, environment, filled, hold, ready, signed_in
from typed import type_row

SHELL, PAGE = str(ROOT / "src/kpi/web/shell.py"), str(ROOT / "pages/form.py")
Q3 = Quarter(2025, 3)
Q4 = Quarter(2025, 4)
ROW = "0123456789ab"


@pytest.fixture
def fill(monkeypatch, tmp_path):
    """Open the web form as a reporter: ``fill(installation, organisation, quarter, **parameters)``."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)

    def opened(installation, code="RSE", quarter=Q3, *, token=None, **parameters):
        st.cache_resource.clear()
        hold(monkeypatch, token or signed_in(installation, Role.REPORTER, [code]))
        at = AppTest.from_file(SHELL, default_timeout=60).run()
        at.switch_page(PAGE)
        for name, value in {"lang": "en", "org": code, "quarter": str(quarter), **parameters}.items():
            at.query_params[name] = value
        return well(at.run())

    return opened


@pytest.fixture
def centre(tmp_path):
    """The Centre's framework and two organisations, nothing reported."""
    opened = ready(tmp_path)
    list_organisations(opened, [SDA, RSE], by="one", at=NOW)
    return opened


@pytest.fixture
def rivers(tmp_path):
    """A framework that shares nothing with the Centre's, with one organisation."""
    shutil.copyfile(SECOND, tmp_path / "indicators.yaml")
    opened = ready(tmp_path)
    list_organisations(opened, [organisation(framework(), "C1")], by="one", at=NOW)
    return opened


def test_why_it_was_sent_back_stands_before_and_above_the_correction(fill, tmp_path):
    opened = filled(tmp_path)
    mia = opened.asked_by(Person("Mia", Role.MANAGER, "mia@core.example"))
    (waiting,) = queue(mia, today=NOW.date())
    why = {"training": "Forty women?"}
    send_back(mia, return_id=waiting.head.id, reason="", by_form=why, by=mia.who.signature, at=NOW)
    at = fill(opened, "RSE", Q4)
    assert "Courses and training: Forty women?" in said(at)
    well(next(one for one in at.button if one.label == "Begin a correction").click().run())
    assert "To be corrected: Courses and training" in said(at)


def well(at):
    assert not at.exception, at.exception
    return at


def said(at) -> str:
    """What the page says, without its tags."""
    source = "\n".join(re.sub(r"<style>.*?</style>", "", one.proto.body, flags=re.DOTALL) for one in at.get("html"))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


def begun(installation, code="RSE", quarter=Q3, language="en"):
    return drafts.begin(
        installation, organisation=code, quarter=quarter, language=language, today=NOW.date(), at=datetime.now(UTC)
    )


def now(installation, code="RSE", quarter=Q3):
    return draft_of(installation, organisation=code, quarter=quarter)


def key(draft, form, row, field, *, times=0) -> str:
    """The name of a cell's widget, made anew so many times."""
    return f"cell.{draft.id}.{form}.{row}.{field}" + (f".{times}" if times else "")


def test_a_return_is_begun_once_and_lists_the_forms_that_are_asked_for(centre, fill):
    at = fill(centre)
    assert now(centre) is None  # looking alone begins nothing
    assert "is not begun yet" in said(at)
    next(one for one in at.button if one.label == "Begin").click().run()
    draft = now(centre)
    assert [one.value for one in at.radio if one.label == "Forms"] == [next(iter(draft.forms))]
    listed = next(one for one in at.radio if one.label == "Forms")
    asked = centre.framework.asked_forms(RSE.attributes, Q3)
    assert listed.options == [form.label["en"] for form in asked.values()]
    assert "findings" not in asked  # half-yearly
    fill(centre)
    assert now(centre).id == draft.id


def test_what_is_typed_is_kept_as_the_cell_is_left_and_read_as_in_the_workbook(centre, fill):
    draft = begun(centre)
    at = fill(centre, form="training", row=ROW)
    at.text_input(key=key(draft, "training", ROW, "enrolled.women")).set_value("1 100,50").run()
    assert now(centre).typed["training"].row(ROW).cells == {"enrolled.women": "1 100,50"}
    assert "Women: “1 100,50” is not a whole number." in said(at)
    at.text_input(key=key(draft, "training", ROW, "enrolled.women")).set_value("1 100").run()
    assert "is not a whole number" not in said(at)
    looked = drafts.look(centre, now(centre))
    assert looked.content.forms["training"].records[0].cells["enrolled"] == {"women": 1100}
    at.text_input(key=key(draft, "training", ROW, "enrolled.women")).set_value("").run()
    assert now(centre).typed["training"].row(ROW).cells == {}


def test_what_is_not_applicable_is_said_in_the_readers_words(centre, fill):
    draft = begun(centre, language="bg")
    at = fill(centre, form="access", lang="bg")
    for one in ("women", "men", "non_binary", "not_stated"):
        at.text_input(key=key(draft, "access", "BG32", f"people.{one}")).set_value("н/п").run()
    cells = drafts.look(centre, now(centre)).content.forms["access"].records[0].cells
    assert cells["people"] == dict.fromkeys(("women", "men", "non_binary", "not_stated"), NOT_APPLICABLE)
    assert not errors(drafts.look(centre, now(centre)).of("access"))


def test_a_choice_is_shown_in_the_language_of_the_page(centre, fill):
    draft = begun(centre, language="bg")
    at = fill(centre, form="training", row=ROW, lang="bg")
    box = at.selectbox(key=key(draft, "training", ROW, "district"))
    label = centre.framework.dimensions["district"].categories["BG323"].label
    assert label["bg"] in box.options
    box.select(label["bg"]).run()
    assert now(centre).typed["training"].row(ROW).cells["district"] == label["bg"]
    at.button(key="language.en").click().run()
    assert well(at).selectbox(key=key(draft, "training", ROW, "district", times=1)).value == label["en"]
    assert drafts.look(centre, now(centre)).content.forms["training"].records[0].cells["district"] == "BG323"


def test_what_a_workbook_brought_and_no_list_offers_is_shown_with_what_is_wrong(centre, fill):
    draft = begun(centre)
    type_in(centre, draft, "training", ROW, district="Lovetch")
    at = fill(centre, form="training", row=ROW)
    box = at.selectbox(key=key(draft, "training", ROW, "district"))
    assert (box.value, box.options[-1]) == ("Lovetch", "Lovetch")
    assert "“Lovetch” is not on the list." in said(at)


def type_in(installation, draft, form, row, **cells):
    type_row(installation, draft, form, row, cells, at=datetime.now(UTC))


def test_two_people_in_one_return_are_told_and_nothing_is_overwritten(centre, fill):
    draft = begun(centre)
    at = fill(centre, form="training", row=ROW)
    other = centre.asked_by(who_is(centre, signed_in(centre, Role.REPORTER, ["RSE"])))
    type_in(other, draft, "training", ROW, course="Theirs")
    at.text_input(key=key(draft, "training", ROW, "course")).set_value("Mine").run()
    assert now(centre).typed["training"].row(ROW).cells["course"] == "Theirs"
    assert "changed this meanwhile; what you typed was not saved over it. It now says: “Theirs”." in said(at)
    assert "You had typed: Mine" in said(at)
    assert f"{other.who.signature} worked in this return too" in said(at)
    mine = at.text_input(key=key(draft, "training", ROW, "course", times=1))
    assert mine.value == "Theirs"
    # Now it was seen, and may be changed.
    mine.set_value("Ours").run()
    assert now(centre).typed["training"].row(ROW).cells["course"] == "Ours"
    assert "You had typed" not in said(at)


def test_a_row_that_somebody_takes_out_is_not_brought_back(centre, fill):
    draft = begun(centre)
    type_in(centre, draft, "training", ROW, course="First")
    at = fill(centre, form="training", row=ROW)
    other = centre.asked_by(who_is(centre, signed_in(centre, Role.REPORTER, ["RSE"])))
    typing_in.remove_row(other, draft_id=draft.id, form="training", row=ROW, at=datetime.now(UTC))
    at.text_input(key=key(draft, "training", ROW, "enrolled.women")).set_value("5").run()
    assert now(centre).typed["training"].rows == ()
    assert "This row was taken out of the return meanwhile" in said(at)
    assert "You had typed: 5" in said(at)
    assert not [one for one in at.text_input if str(one.key).startswith("cell.")]
    # One that one has begun oneself is no more brought back than another.
    next(one for one in at.button if one.label == "Add a row").click().run()
    row = "".join(at.query_params["row"])
    at.text_input(key=key(draft, "training", row, "course")).set_value("Second").run()
    typing_in.remove_row(other, draft_id=draft.id, form="training", row=row, at=datetime.now(UTC))
    at.text_input(key=key(draft, "training", row, "enrolled.men")).set_value("6").run()
    assert now(centre).typed["training"].rows == ()
    assert "You had typed: 6" in said(at)


def test_rows_alone_say_that_there_is_something_to_report(centre, fill):
    draft = begun(centre)
    place = f"state.{draft.id}.training"
    assert fill(centre, form="training").radio(key=place).value is None
    type_in(centre, draft, "training", ROW, course="First")
    at = fill(centre, form="training")
    assert at.radio(key=place).value == "reported"
    at.radio(key=place).set_value("not_applicable").run()
    assert now(centre).typed["training"].state == "not_applicable"


def test_lists_are_said_to_be_filled_in_only_where_there_is_something_to_fill_in(centre, fill):
    assert "is not begun yet. It begins empty" in said(fill(centre))
    rows = ReportedForm(FormState.REPORTED, (Record(1, "a café", {"name": "A café"}),))
    _store(centre, RSE, Q3 + -1, ReturnContent({"innovations": rows}))
    assert "Lists that go on are filled in already" in said(fill(centre))


def test_what_others_change_is_said_beside_what_one_sees_and_shown_when_asked_for(centre, fill):
    draft = begun(centre)
    type_in(centre, draft, "training", ROW, course="First", district="Vidin")
    at = fill(centre, form="training", row=ROW)
    other = centre.asked_by(who_is(centre, signed_in(centre, Role.REPORTER, ["RSE"])))
    seen = {"course": "First", "district": "Vidin"}
    type_row(other, draft, "training", ROW, {"course": "Theirs", "district": "Ruse"}, seen=seen, at=datetime.now(UTC))
    # Another cell is left, and all is drawn anew: what one sees, and may be typing into just now, stays as it is.
    at.text_input(key=key(draft, "training", ROW, "enrolled.women")).set_value("5").run()
    assert at.text_input(key=key(draft, "training", ROW, "course")).value == "First"
    assert "This was changed meanwhile. It now says: “Theirs”." in said(at)
    assert "It now says: “Ruse”." in said(at)
    # What was typed over what one saw there is not what is kept; the other cell is as it was.
    at.text_input(key=key(draft, "training", ROW, "course")).set_value("Mine").run()
    assert now(centre).typed["training"].row(ROW).cells["course"] == "Theirs"
    assert "You had typed: Mine" in said(at)
    assert at.selectbox(key=key(draft, "training", ROW, "district")).value == "Vidin"
    next(one for one in at.button if one.label == "Show what is saved now").click().run()
    assert at.text_input(key=key(draft, "training", ROW, "course", times=2)).value == "Theirs"
    assert at.selectbox(key=key(draft, "training", ROW, "district", times=1)).value == "Ruse"
    assert "It now says: “Ruse”." not in said(at)
    assert not [one for one in at.button if one.label == "Show what is saved now"]
    assert now(centre).typed["training"].row(ROW).cells == {
        "course": "Theirs",
        "district": "Ruse",
        "enrolled.women": "5",
    }


def test_two_who_type_the_same_do_not_disagree(centre, fill):
    draft = begun(centre)
    at = fill(centre, form="training", row=ROW)
    type_in(centre, draft, "training", ROW, course="First aid")
    at.text_input(key=key(draft, "training", ROW, "course")).set_value("First aid").run()
    assert "changed this meanwhile" not in said(at)


def who_is(installation, token):
    return who_holds(installation, token=token, at=datetime.now(UTC))


def test_a_form_without_anything_to_report_asks_for_nothing_and_rows_despite_that_are_told(centre, fill):
    draft = begun(centre)
    at = fill(centre, form="stories")
    state = at.radio(key=f"state.{draft.id}.stories")
    assert state.options == ["reported", "nothing to report", "not applicable"]
    state.set_value("nothing_to_report").run()
    assert now(centre).typed["stories"].state == FormState.NOTHING.value
    assert "There is nothing to fill in." in said(at)
    assert not [one for one in at.button if one.label == "Add a row"]
    type_in(centre, draft, "stories", ROW, title="A café")
    assert "says “nothing to report”, but 1 of its rows are filled in" in said(at.run())
    assert [one for one in at.button if one.label == "Add a row"]


def test_a_register_is_filled_in_row_by_row(centre, fill):
    draft = begun(centre)
    at = fill(centre, form="innovations")
    next(one for one in at.button if one.label == "Add a row").click().run()
    row = at.query_params["row"][0] if isinstance(at.query_params["row"], list) else at.query_params["row"]
    at.text_input(key=key(draft, "innovations", row, "name")).set_value("*Café* [x](javascript:alert(1))").run()
    at.button_group(key=key(draft, "innovations", row, "operating")).set_value("yes").run()
    assert now(centre).typed["innovations"].row(row).cells == {
        "name": "*Café* [x](javascript:alert(1))",
        "operating": "yes",
    }
    next(one for one in at.button if one.label == "Done").click().run()
    label = next(one.label for one in at.button if "Café" in one.label)
    assert label == r"\*Café\* \[x\](javascript\:alert(1))"  # Markdown says it as it is
    # What others give is there to read only: ratings are the Centre's.
    at.button(key=f"open.{draft.id}.innovations.{row}").click().run()
    assert "filled in by:" in said(at)
    assert not [one for one in at.radio if "features" in str(one.key)]
    # A ref is chosen from what is typed there.
    there = fill(centre, form="constraints", row=ROW)
    assert there.selectbox(key=key(draft, "constraints", ROW, "innovation")).options == [
        "*Café* [x](javascript:alert(1))"
    ]
    gone = fill(centre, form="innovations", row=row)
    gone.button(key=f"remove.{draft.id}.innovations.{row}").click().run()
    assert now(centre).typed["innovations"].rows == ()


def test_what_is_only_odd_in_a_row_is_not_counted_as_to_be_corrected(centre, fill):
    draft = begun(centre)
    late = {"course": "First aid", "ended_on": "20.06.2025"}  # before the quarter, which is asked about
    draft = type_row(centre, draft, "training", ROW, late, at=datetime.now(UTC))
    found = drafts.look(centre, draft).of("training", ROW)
    wrong = errors(found)
    assert 0 < len(wrong) < len(found)
    assert f"to correct in this row: {len(wrong)}." in said(fill(centre, form="training", row=ROW))


def test_what_was_reported_last_stands_beside_a_grid_and_may_be_copied(tmp_path, fill):
    opened = filled(tmp_path)
    draft = begun(opened, "SDA", Q4)
    at = fill(opened, "SDA", Q4, form="access")
    assert "Q1 2025: 3,000" in said(at)
    at.button(key=f"copy.{draft.id}.access").click().run()
    assert {
        name: shown(value, "en") for name, value in now(opened, "SDA", Q4).typed["access"].row("BG41").cells.items()
    } == {"people.women": "3000", "people.men": "4000", "people.non_binary": "0", "people.not_stated": "0"}
    assert at.text_input(key=key(draft, "access", "BG41", "people.women", times=1)).value == "3000"


def test_a_flow_is_never_copied(tmp_path, fill):
    opened = filled(tmp_path)
    draft = begun(opened, "SDA", Q4)
    at = fill(opened, "SDA", Q4, form="training")
    assert not [one for one in at.button if one.key == f"copy.{draft.id}.training"]


def test_in_an_open_tab_of_somebody_disabled_nothing_is_kept_or_shown(centre, fill):
    draft = begun(centre)
    token = signed_in(centre, Role.REPORTER, ["RSE"])
    at = fill(centre, token=token, form="training", row=ROW)
    account = next(one for one in list_people(centre) if one.role == Role.REPORTER)
    change(
        centre,
        person_id=account.id,
        name=account.name,
        role=Role.REPORTER,
        organisations=["RSE"],
        language=None,
        enabled=False,
        at=datetime.now(UTC),
    )
    at.text_input(key=key(draft, "training", ROW, "course")).set_value("Too late").run()
    assert ROW not in [row.id for row in now(centre).typed["training"].rows]
    assert "You are signed out" in said(at)
    assert not at.text_input


@pytest.mark.parametrize("parameters", [{"org": "SDA"}, {"org": "XXX"}, {"quarter": "1999-Q1"}, {"quarter": "soon"}])
def test_an_address_of_what_is_not_ones_own_or_not_there_shows_nothing(centre, fill, parameters):
    begun(centre, "SDA")
    at = fill(centre, **parameters)
    assert "You do not report for" in said(at) or "is no quarter for which this organisation reports" in said(at)
    assert not at.text_input


def test_a_note_of_two_people_is_not_overwritten_either(centre, fill):
    draft = begun(centre)
    at = fill(centre, form="stories")
    typing_in.write_note(centre, draft_id=draft.id, form="stories", note="First", at=datetime.now(UTC))
    at.text_area(key=f"note.{draft.id}.stories").set_value("Second").run()
    assert now(centre).typed["stories"].note == "First"
    assert "You had typed: Second" in said(at)
    at.text_area(key=f"note.{draft.id}").set_value("To all of it").run()
    assert now(centre).note == "To all of it"


def test_evidence_is_put_behind_a_row_and_taken_away(centre, fill):
    draft = begun(centre)
    type_in(centre, draft, "stories", ROW, title="A café")
    at = fill(centre, form="stories", row=ROW)
    place = f"evidence.{draft.id}.stories.{ROW}"
    at.file_uploader(key=f"{place}.file.0").set_value(("photo.png", PNG, "image/png")).run()
    at.text_input(key=f"{place}.link").set_value("javascript:alert(1)").run()
    assert "is not the address of a web page" in said(at)
    at.text_input(key=f"{place}.link").set_value("https://example.org/cafe").run()
    evidence = now(centre).typed["stories"].row(ROW).evidence
    assert [one.name for one in evidence] == ["photo.png", "https://example.org/cafe"]
    at.file_uploader(key=f"{place}.file.1").set_value(("page.png", b"<html><script>", "image/png")).run()
    assert "“page.png” cannot be kept" in said(at)
    # The widget itself refuses nothing: every refusal is a sentence in the reader's language, of the last file alone.
    assert not at.file_uploader(key=f"{place}.file.2").proto.type
    at.file_uploader(key=f"{place}.file.2").set_value(("old.doc", b"\xd0\xcf\x11\xe0", "application/msword")).run()
    assert "“old.doc” cannot be kept" in said(at)
    assert "page.png" not in said(at)
    large = ("large.pdf", PDF + bytes(LARGEST), "application/pdf")
    at.file_uploader(key=f"{place}.file.3").set_value(large).run()
    assert "“large.pdf” is too large: a file of evidence has at most 10 MB." in said(at)
    assert "old.doc" not in said(at)
    at.file_uploader(key=f"{place}.file.4").set_value(("second.png", picture(shade=9), "image/png")).run()
    assert "large.pdf" not in said(at)
    at.button(key=f"{place}.remove.2").click().run()
    at.button(key=f"{place}.remove.0").click().run()
    assert [one.name for one in now(centre).typed["stories"].row(ROW).evidence] == ["https://example.org/cafe"]


def test_another_framework_is_filled_in_and_handed_in(rivers, fill):
    quarter = Quarter(2025, 2)
    draft = begun(rivers, "C1", quarter, "fr")
    opened = lambda form, **more: fill(rivers, "C1", quarter, lang="fr", form=form, **more)  # noqa: E731 (short)
    at = opened("sections", row=ROW)
    at.text_input(key=key(draft, "sections", ROW, "code")).set_value("B1").run()
    at.selectbox(key=key(draft, "sections", ROW, "river")).select("Birse").run()
    at.button_group(key=key(draft, "sections", ROW, "kept")).set_value("yes").run()
    steps = at.radio(key=key(draft, "sections", ROW, "state.banks"))
    assert steps.options == ["no answer yet", "1 – Bétonnées", "2 – Mixtes", "3 – Naturelles", "n/a"]
    assert "Béton et végétation alternent." in steps.proto.captions
    steps.set_value("2 – Mixtes").run()
    at.radio(key=key(draft, "sections", ROW, "state.wildlife")).set_value("n/a").run()
    at = opened("gifts", row=ROW)
    at.text_input(key=key(draft, "gifts", ROW, "received")).set_value("31.05.2025").run()
    at.text_input(key=key(draft, "gifts", ROW, "amount")).set_value("1 100,50").run()
    at.selectbox(key=key(draft, "gifts", ROW, "amount.currency")).select("CHF").run()
    at.selectbox(key=key(draft, "gifts", ROW, "giver")).select("Ménage").run()
    at.selectbox(key=key(draft, "gifts", ROW, "section")).select("B1").run()
    at = opened("tests")
    for row in ("oxygen", "nitrate", "ph"):
        at.text_input(key=key(draft, "tests", row, "taken")).set_value("4").run()
        at.text_input(key=key(draft, "tests", row, "passed")).set_value("3").run()
    at = opened("opinion")
    for one, (answers, score) in {"under16": ("2", "7,5"), "adult": ("3", "8"), "unknown": ("0", "")}.items():
        at.text_input(key=key(draft, "opinion", "only", f"answers.{one}")).set_value(answers).run()
        at.text_input(key=key(draft, "opinion", "only", f"score.{one}")).set_value(score).run()
    for form in ("operations", "wardens"):
        at = opened(form)
        at.radio(key=f"state.{draft.id}.{form}").set_value("nothing_to_report").run()
    looked = drafts.look(rivers, now(rivers, "C1", quarter))
    assert not errors(looked.problems), looked.problems
    assert "Nothing is left to correct: you can submit." in said(at)
    handed = submit_draft(
        rivers,
        draft_id=draft.id,
        version=looked.draft.head.version,
        touched_at=looked.draft.touched_at,
        explanations={looked.name_of(one): "So it is." for one in warnings(looked)},
        at=datetime.now(UTC),
    )
    assert handed.channel is Channel.FORM
    assert looked.content.forms["gifts"].records[0].cells == {
        "received": "2025-05-31",
        "amount": {"amount": "1100.50", "currency": "CHF"},
        "giver": "household",
        "section": "b1",
    }
    gone = opened("gifts")
    assert "is submitted and waits for approval" in said(gone)
    assert not gone.text_input


def test_the_core_team_may_report_for_any_and_funders_for_none(centre, fill, monkeypatch):
    begun(centre)
    at = fill(centre, token=signed_in(centre), form="access")
    assert set(at.selectbox(key="reporting.org").options) == {SDA.name["en"], RSE.name["en"]}
    assert [one for one in at.text_input if str(one.key).startswith("cell.")]
    hold(monkeypatch, signed_in(centre, Role.VIEWER))
    assert not at.run().text_input
