"""Upload: each file is told of, whatever it is, and kept only where the person says so."""

import html
import re
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from filled import SECOND
from filling import Kpi
from kpi import drafts, evidence, offline, typing_in
from kpi.access import OPERATOR, Role
from kpi.incoming import template_for
from kpi.installation import open_installation
from kpi.language import size
from kpi.returns import approve
from kpi.settings import Settings
from reporter import ANA, COURSE, DAY, FAULTY, MIA, ODD, Q3, Q4, handed_in, moment, read, taken, workbook
from showing import environment, filled, hold, signed_in

ROOT = Path(__file__).parent.parent
SHELL = str(ROOT / "src/kpi/web/shell.py")
FAULTY_FILES = ROOT / "sample_data" / "faulty"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    filled(tmp_path).engine.dispose()
    found = open_installation(Settings.from_environment(environment(tmp_path)), who=OPERATOR)
    yield found
    found.engine.dispose()


@pytest.fixture
def dropped(opened, monkeypatch):
    """Drop files on the page, as Ana of SDA: ``dropped((name, content), …)``."""

    def drops(*files, language="en", **asked):
        st.cache_resource.clear()
        for module in ("due", "reporting", "taking", "uploading"):
            monkeypatch.setattr(f"kpi.web.{module}.today", lambda: DAY)
        hold(monkeypatch, signed_in(opened, Role.REPORTER, ["SDA"]))
        at = AppTest.from_file(SHELL, default_timeout=90)
        at.query_params["lang"] = language
        at.run()
        at.switch_page(str(ROOT / "pages/upload.py"))
        for name, value in {"lang": language, **asked}.items():
            at.query_params[name] = value
        at.run()
        if files:
            at.file_uploader("upload_files").set_value([(name, content, XLSX) for name, content in files]).run()
        assert not at.exception, at.exception
        return at

    return drops


def plain(at) -> str:
    body = "\n".join(one.proto.body for one in at.get("html"))
    body = re.sub(r"<style>.*?</style>|/\*.*?\*/", " ", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def keys(at) -> set[str]:
    """The kinds of buttons that are offered."""
    return {one.key.rpartition(".")[0] for one in at.button if one.key.startswith("upload.")}


def press(at, kind):
    button = next(one for one in at.button if one.key.startswith(f"upload.{kind}."))
    return button.click().run()


def test_without_files_there_is_only_the_place_for_them(dropped):
    at = dropped()
    assert "Nothing is stored before you say so" in plain(at)
    assert not keys(at)


def test_a_return_in_order_is_told_and_submitted(opened, dropped):
    ana = opened.asked_by(ANA)
    at = dropped(("SDA.xlsx", workbook(ana, COURSE)))
    said = plain(at)
    assert "✓ Can be submitted" in said
    assert "Organisation Sofia Association Quarter Q4 2025 Rows 1" in said
    # 13 in this return, 75 in the quarter before: 62 less.
    assert f"O6 {opened.framework.indicators['O6'].label['en']} 13 people 75 −62" in said
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is None
    press(at, "submit")
    draft = drafts.draft_of(ana, organisation="SDA", quarter=Q4)
    assert draft.typed["training"].rows[0].cells["course"] == COURSE["course"]
    assert at.query_params["quarter"] in ("2025-Q4", ["2025-Q4"])


def test_a_correction_stands_beside_the_revision_and_the_quarter_before(opened, dropped):
    ana = opened.asked_by(ANA)
    handed = handed_in(ana, taken(ana, COURSE))
    approve(opened.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    more = {**COURSE, "enrolled.men": 5, "successful.men": 5}
    said = plain(dropped(("SDA.xlsx", workbook(ana, more))))
    assert "Revision 1" in said
    assert f"O6 {opened.framework.indicators['O6'].label['en']} 15 people 13 +2 75 −60" in said


def test_every_mistake_is_told_with_its_cell_and_how_to_mend_it(opened, dropped):
    ana = opened.asked_by(ANA)
    at = dropped(("SDA.xlsx", workbook(ana, FAULTY)))
    said = plain(at)
    assert "Has to be corrected before it can be submitted" in said
    assert "To be corrected: 2." in said
    form = opened.framework.forms["training"]
    assert f"F9 {form.columns['district'].label['en']} ✗ to correct" in said
    assert "“Бургаз”" in said
    assert "is 40, more than" in said
    assert keys(at) == {"upload.save"}
    press(at, "save")
    assert "Saved as a draft." in plain(at)
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is not None


def test_what_to_do_stands_before_what_is_wrong(opened, dropped):
    at = dropped(("SDA.xlsx", workbook(opened.asked_by(ANA), FAULTY)))
    drawn = [
        str(getattr(one, "key", None) or getattr(one.proto, "body", "")) for one in at.main if hasattr(one, "proto")
    ]
    saves = next(place for place, one in enumerate(drawn) if one.startswith("upload.save."))
    assert saves < next(place for place, one in enumerate(drawn) if "k-faults" in one)


def test_empty_sheets_are_told_of_together(opened, dropped):
    ana = opened.asked_by(ANA)
    asked = opened.framework.asked_forms({"type": "ngo", "seat": "BG411", "role": "centre"}, Q4)
    said = plain(dropped(("SDA.xlsx", template_for(ana, organisation="SDA", quarter=Q4, language="en", today=DAY))))
    assert f"Empty sheets: {len(asked)}" in said
    assert said.count("say at its top (C3) that there is nothing to report") == 1
    told = said.partition("Empty sheets")[2]
    assert all(form.label["en"] in told for form in asked.values())


def test_how_large_a_file_is_stands_beside_its_name_in_the_readers_form(opened, dropped):
    file = workbook(opened.asked_by(ANA), COURSE)
    assert f"SDA.xlsx {size(len(file), 'bg')} " in plain(dropped(("SDA.xlsx", file), language="bg"))


def test_what_is_odd_can_be_submitted_with_a_word(opened, dropped):
    at = dropped(("SDA.xlsx", workbook(opened.asked_by(ANA), ODD)))
    assert "Can be submitted, with a word on what is odd" in plain(at)
    assert keys(at) == {"upload.save", "upload.submit"}


def test_a_draft_is_not_written_over_unasked(opened, dropped):
    ana = opened.asked_by(ANA)
    there = taken(ana, COURSE)
    there = typing_in.write_note(ana, draft_id=there.id, form="training", note="Two groups.", at=moment())
    at = dropped(("SDA.xlsx", workbook(ana, ODD)))
    press(at, "save")
    said = plain(at)
    assert "It was last saved" in said
    assert "by Ana <ana@sda.example> (filled in on the web) and has 1 rows." in said
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) == there
    at.button("upload.replace").click().run()
    now = drafts.draft_of(ana, organisation="SDA", quarter=Q4)
    assert now.id == there.id
    assert now.typed["training"].note == "Two groups."
    assert now.typed["training"] != there.typed["training"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "this is taken away: Courses and training, row 1 (Първа помощ): https://a.example/list"),
        ("bg", "отпада следното: Курсове и обучения, ред 1 (Първа помощ): https://a.example/list"),
    ],
)
def test_evidence_that_the_file_has_no_row_for_is_told_before_it_is_kept(opened, dropped, language, said):
    ana = opened.asked_by(ANA)
    draft = taken(ana, COURSE)
    where = {"draft_id": draft.id, "form": "training", "row": draft.typed["training"].rows[0].id}
    evidence.link(ana, **where, address="https://a.example/list", at=moment())
    other = {**COURSE, "course": "Шев", "ended_on": date(2025, 10, 30)}
    at = dropped(("SDA.xlsx", workbook(ana, other)), language=language)
    assert plain(at).count(said) == 1
    press(at, "save")
    assert plain(at).count(said) == 2  # also where it is asked whether the draft is to be replaced
    corrected = {**COURSE, "enrolled.women": 11}
    assert "https://a.example/list" not in plain(dropped(("SDA.xlsx", workbook(ana, corrected)), language=language))


def test_a_file_for_another_quarter_than_one_came_for_is_said_to_be_one(opened, dropped):
    file = ("SDA.xlsx", workbook(opened.asked_by(ANA), COURSE))
    sentence = "You came here for Q3 2025, but this file is the return for Q4 2025. Is it the right file?"
    assert sentence in plain(dropped(file, org="SDA", quarter="2025-Q3"))
    for quarter in ("2025-Q4", "x"):
        assert "You came here for" not in plain(dropped(file, org="SDA", quarter=quarter))


def test_that_a_quarter_is_approved_already_is_said_before_it_is_handed_in_again(opened, dropped):
    file = ("SDA.xlsx", workbook(opened.asked_by(ANA), {**COURSE, "ended_on": date(2025, 8, 20)}, quarter=Q3))
    assert "Q3 2025 is approved already (revision 1): what you submit now is a correction of it." in plain(
        dropped(file)
    )


def test_what_waits_for_approval_is_withdrawn_first(opened, dropped):
    ana = opened.asked_by(ANA)
    file = ("SDA.xlsx", workbook(ana, ODD))
    early = dropped(file)
    handed_in(ana, taken(ana, COURSE))
    at = dropped(file)
    assert "To put this file in its place, withdraw it first under “What is due”" in plain(at)
    assert "/my_returns?lang=en&amp;org=SDA&amp;quarter=2025-Q4" in " ".join(one.proto.body for one in at.get("html"))
    assert "A return for this quarter is submitted already" in plain(at)
    assert not keys(at)
    # In a tab that was open before, too.
    press(early, "save")
    assert "To put this file in its place, withdraw it first" in plain(early)
    assert "/my_returns?lang=en" in " ".join(one.proto.body for one in early.get("html"))


def test_the_same_again_says_nothing_new(opened, dropped):
    ana = opened.asked_by(ANA)
    file = workbook(ana, COURSE)
    handed = handed_in(ana, taken(ana, COURSE))
    approve(opened.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    at = dropped(("SDA.xlsx", file))
    assert "≡ Nothing new" in plain(at)
    assert not keys(at)


def test_a_file_whose_return_was_changed_on_the_web_since_is_told_of(opened, dropped):
    ana, file = opened.asked_by(ANA), workbook(opened.asked_by(ANA), COURSE)
    draft = offline.take_workbook(ana, read(ana, file), today=DAY, at=moment())
    row = draft.typed["training"].rows[0].id
    where = {"draft_id": draft.id, "form": "training", "row": row, "field_key": "course"}
    draft = typing_in.type_cell(ana, **where, seen=COURSE["course"], text="Друг курс", at=moment())
    handed = handed_in(ana, draft)
    at = dropped(("SDA.xlsx", file))
    assert "was begun from this very file and then changed on the web" in plain(at)
    assert "Handed in again, the file undoes those changes." in plain(at)
    approve(opened.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    said = plain(dropped(("SDA.xlsx", file), language="bg"))
    assert "започната от същия този файл и после променена в сайта" in said


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("picture-named-xlsx", "This is a picture."),
        ("pdf-named-xlsx", "This is a PDF."),
        ("password-protected", "protected by a password"),
        ("with-macros", "The workbook contains macros."),
        ("empty-file", "The file is empty."),
        ("cut-off-while-sending", "damaged or incomplete"),
        ("csv-named-xlsx", "This is plain text"),
        ("web-page-named-xlsx", "This is a web page"),
        ("table-that-is-no-return", "Download the template for your organisation and quarter"),
        ("amount-without-currency", "is not on the programme's list"),
    ],
)
def test_each_wrong_file_has_its_own_sentence(dropped, name, sentence):
    at = dropped((f"{name}.xlsx", (FAULTY_FILES / f"{name}.xlsx").read_bytes()))
    said = plain(at)
    assert "✗ This file is not taken" in said
    assert sentence in said
    assert not keys(at)


def test_the_return_of_somebody_else_is_refused_and_nothing_of_it_told(opened, dropped):
    at = dropped(("RSE.xlsx", workbook(opened, COURSE, organisation="RSE")))
    said = plain(at)
    assert "This file is the return of an organisation for which you do not report (RSE)." in said
    assert "Ruse" not in said
    assert "13 people" not in said
    assert not keys(at)


def test_a_template_of_another_programme_is_refused(tmp_path, dropped):
    other = Kpi(tmp_path, SECOND)
    (tmp_path / "data").mkdir()
    other.begin("code,name,nature,active_from\nC1,Club,club,2025-Q1\n")
    at = dropped(("C1.xlsx", other.template("C1", "2025-Q1", "fr")))
    assert "✗ This file is not taken" in plain(at)
    assert not keys(at)


def test_several_files_are_told_of_each_by_itself(opened, dropped):
    ana = opened.asked_by(ANA)
    picture = (FAULTY_FILES / "picture-named-xlsx.xlsx").read_bytes()
    files = (("good.xlsx", workbook(ana, COURSE)), ("<b>bad</b>.xlsx", picture), ("odd.xlsx", workbook(ana, ODD)))
    at = dropped(*files)
    said = plain(at)
    assert said.index("good.xlsx") < said.index("<b>bad</b>.xlsx") < said.index("odd.xlsx")
    assert "<b>bad</b>" not in "".join(one.proto.body for one in at.get("html"))
    assert len([one for one in at.button if one.key.startswith("upload.save.")]) == 2


def test_the_page_speaks_bulgarian(opened, dropped):
    said = plain(dropped(("SDA.xlsx", workbook(opened.asked_by(ANA), FAULTY)), language="bg"))
    assert "Трябва да се поправи, преди да бъде подаден" in said
    assert "To be" not in said
    assert "correct" not in said
