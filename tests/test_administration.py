"""The page on which people and organisations are looked after."""

import html
import re
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import OPERATOR, Role
from kpi.installation import open_installation
from kpi.organisations import all_organisations
from kpi.people import list_people
from kpi.quarter import Quarter
from kpi.sessions import enter_by_link, who_holds
from kpi.settings import Settings
from showing import ROOT, environment, filled, hold, ready, signed_in
from test_reminders import box, certificate, mail  # noqa: F401 (fixtures)

SHELL, PAGE = str(ROOT / "src/kpi/web/shell.py"), str(ROOT / "pages/administration.py")
LIST = "code,name.en,name.bg,type,seat,role\n"


@pytest.fixture
def opened(tmp_path):
    found = filled(tmp_path)
    yield found
    found.engine.dispose()


@pytest.fixture
def look(tmp_path, monkeypatch):
    """Open the page as an administrator: ``look(opened, part=…)``."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)

    def shown(found, part=None, language="en"):
        hold(monkeypatch, signed_in(found, Role.ADMINISTRATOR))
        at = AppTest.from_file(SHELL, default_timeout=60)
        at.query_params["lang"] = language
        at.run()
        at.switch_page(PAGE).run()
        if part:
            part_of(at).set_value(part).run()
        assert not at.exception, at.exception
        return at

    return shown


def part_of(at):
    return at.button_group(key="administration.part")


def said(at):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", one.proto.body)) for one in at.get("html"))


def wrong(at):
    """What is said to be wrong."""
    return " ".join(one.proto.body for one in at.get("html") if 'role="alert"' in one.proto.body)


def named(at, kind, end):
    """The widget whose key ends so."""
    return next(one for one in getattr(at, kind) if one.key and one.key.endswith(end))


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception, at.exception


def person(found, email):
    return next(one for one in list_people(found) if one.email == email)


def test_somebody_is_invited_and_the_link_leads_in(opened, look):
    at = look(opened)
    named(at, "text_input", ".email").set_value("Ana@Example.org")
    named(at, "text_input", ".name").set_value("Ana")
    named(at, "multiselect", ".organisations").set_value(["SDA"])
    press(at, "person.invite")
    account = person(opened, "ana@example.org")
    assert (account.role, account.organisations) == ("reporter", {"SDA"})
    assert "Ana was invited." in said(at)
    link = at.code[0].value
    now = datetime.now(UTC)
    entered = enter_by_link(opened, token=link.rpartition("/")[2], password="a calm river in May", at=now)  # noqa: S106
    assert entered.person.name == "Ana"


def test_a_link_is_shown_until_it_is_put_away_and_to_nobody_else(opened, look, monkeypatch):
    at = look(opened)
    named(at, "selectbox", ".role").set_value(Role.VIEWER).run()
    named(at, "text_input", ".email").set_value("ana@example.org")
    named(at, "text_input", ".name").set_value("Ana")
    press(at, "person.invite")
    link = at.code[0].value
    at.run()
    assert at.code[0].value == link
    hold(monkeypatch, signed_in(opened, Role.ADMINISTRATOR))
    at.run()
    assert not at.code
    assert link not in said(at)


def test_a_link_goes_by_mail_where_there_is_a_mail_server(opened, look, monkeypatch, mail, box):  # noqa: F811
    at = look(opened)
    assert not [one for one in at.button if one.key == "person.post"]
    for name, value in mail.items():
        monkeypatch.setenv(name, value)
    named(at, "text_input", ".email").set_value("ana@example.org")
    named(at, "text_input", ".name").set_value("Ana")
    named(at, "multiselect", ".organisations").set_value(["SDA"])
    press(at, "person.invite")
    link = at.code[0].value
    press(at, "person.post")
    ((to, letter),) = box.letters
    assert (to, link in letter.get_content()) == ("ana@example.org", True)
    assert "The letter to ana@example.org is on its way." in said(at)
    box.refused.add("ana@example.org")
    press(at, "person.post")
    assert "The mail server did not take the letter to ana@example.org." in said(at)
    assert at.code[0].value == link


@pytest.mark.parametrize(
    ("email", "name", "told"),
    [
        ("ana", "Ana", "“ana” is no e-mail address."),
        ("ana@example.org", "", "needs a name"),
        ("administrator0@example.org", "Ana", "already"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(opened, look, email, name, told):
    at = look(opened)
    before = len(list_people(opened))
    named(at, "selectbox", ".role").set_value(Role.VIEWER).run()
    named(at, "text_input", ".email").set_value(email)
    named(at, "text_input", ".name").set_value(name)
    press(at, "person.invite")
    assert told in wrong(at)
    assert named(at, "text_input", ".email").value == email
    assert len(list_people(opened)) == before


def test_each_part_that_is_missing_has_its_sentence(opened, look):
    at = look(opened)
    before = len(list_people(opened))
    press(at, "person.invite")
    told = wrong(at)
    for one in ("needs a name.", "needs an e-mail address.", "A reporter's account needs organisations"):
        assert one in html.unescape(told)
    assert "“”" not in told
    named(at, "text_input", ".name").set_value("Ana")
    press(at, "person.invite")
    assert "needs a name" not in wrong(at)
    assert "needs an e-mail address" in wrong(at)
    assert len(list_people(opened)) == before


def test_somebody_who_is_disabled_is_signed_out(opened, look):
    token = signed_in(opened, Role.VIEWER)
    viewer = person(opened, "viewer0@example.org")
    at = look(opened)
    at.selectbox(key="person.0").set_value(viewer.email).run()
    named(at, "toggle", ".may").set_value(False)
    named(at, "text_input", ".name").set_value("Vera")
    press(at, "person.save")
    assert person(opened, viewer.email).disabled_at is not None
    assert person(opened, viewer.email).name == "Vera"
    assert who_holds(opened, token=token, at=datetime.now(UTC)) is None
    assert "disabled" in said(at)
    assert at.button(key="person.link").disabled


def test_the_last_administrator_stays(opened, look):
    at = look(opened)
    at.selectbox(key="person.0").set_value("administrator0@example.org").run()
    named(at, "selectbox", ".role").set_value(Role.VIEWER).run()
    press(at, "person.save")
    assert "This is the last administrator" in wrong(at)


def test_an_organisation_is_added_and_changed(opened, look):
    at = look(opened, "Organisations")
    named(at, "text_input", ".code").set_value("VRN")
    named(at, "text_input", ".name.en").set_value("Varna")
    named(at, "text_input", ".name.bg").set_value("Варна")
    for name, value in (("type", "municipality"), ("seat", "BG331"), ("role", "partner")):
        named(at, "selectbox", f".{name}").set_value(value)
    press(at, "organisation.save")
    added = next(one for one in all_organisations(opened) if one.code == "VRN")
    assert added.name == {"bg": "Варна", "en": "Varna"}
    assert added.attributes == {"type": "municipality", "seat": "BG331", "role": "partner"}
    assert "Varna is saved." in said(at)
    at.selectbox(key="organisation.1").set_value("VRN").run()
    named(at, "text_input", ".name.en").set_value("City of Varna")
    press(at, "organisation.save")
    changed = next(one for one in all_organisations(opened) if one.code == "VRN")
    assert changed.name == {"bg": "Варна", "en": "City of Varna"}
    assert (changed.attributes, changed.active_from) == (added.attributes, added.active_from)


def test_each_field_of_an_organisation_that_is_wrong_is_told(opened, look):
    at = look(opened, "Organisations")
    named(at, "text_input", ".code").set_value("with space")
    press(at, "organisation.save")
    assert "“with space” cannot be a code." in wrong(at)
    for empty in ("Name", "Type of organisation", "Seat", "Role"):
        assert f"“{empty}” is empty." in wrong(at)
    assert len(all_organisations(opened)) == 2


def test_a_code_that_is_taken_changes_nothing(opened, look):
    at = look(opened, "Organisations")
    before = all_organisations(opened)
    named(at, "text_input", ".code").set_value("SDA")
    named(at, "text_input", ".name.en").set_value("Another")
    for name, value in (("type", "municipality"), ("seat", "BG331"), ("role", "partner")):
        named(at, "selectbox", f".{name}").set_value(value)
    press(at, "organisation.save")
    assert "There is an organisation with the code “SDA” already." in wrong(at)
    assert all_organisations(opened) == before


def test_a_list_is_brought_in(opened, look):
    at = look(opened, "Organisations")
    text = LIST + "VRN,Varna,Варна,municipality,BG331,partner\n"
    at.file_uploader[0].set_value(("list.csv", text.encode(), "text/csv")).run()
    assert "1 organisation(s) read; nothing is stored yet." in said(at)
    press(at, "organisations.take_in")
    assert "1 organisation(s) added, 0 changed, 1 in the list." in said(at)
    assert [one.code for one in all_organisations(opened)] == ["RSE", "SDA", "VRN"]


def test_a_list_with_faults_is_told_with_its_cells_and_not_stored(opened, look):
    at = look(opened, "Organisations")
    text = LIST + "VRN,Varna,Варна,city,BG331,partner\n,Nobody,Никой,ngo,BG331,partner\n"
    at.file_uploader[0].set_value(("list.csv", text.encode(), "text/csv")).run()
    assert "D2" in wrong(at)
    assert "“city” is not known" in wrong(at)
    assert "A3" in wrong(at)
    assert "Nothing was stored." in said(at)
    assert not [one for one in at.button if one.key == "organisations.take_in"]


def test_who_is_asked_for_what_follows_from_the_framework(opened, look):
    at = look(opened, "Who is asked for what")
    at.selectbox(key="asked.quarter").set_value(at.selectbox(key="asked.quarter").options[0]).run()
    assert "No organisation takes part in this quarter." in said(at)
    at = look(opened, "Who is asked for what")
    table = next(one.proto.body for one in at.get("html") if "k-matrix" in one.proto.body)
    rows = {row.partition("<")[0]: row.count('class="k-asked"') for row in table.split('<th scope="row">')[1:]}
    framework, now = opened.framework, datetime.now(UTC)
    expected = {
        html.escape(one.name["en"]): len(framework.asked_forms(one.attributes, Quarter.of(now.date())))
        for one in all_organisations(opened)
    }
    assert rows == expected
    assert len(set(expected.values())) == 2


def test_the_first_organisation_can_be_added_here(tmp_path, look):
    at = look(ready(tmp_path), "Organisations")
    assert "There are no organisations yet." in said(at)
    named(at, "text_input", ".code").set_value("VRN")
    named(at, "text_input", ".name.en").set_value("Varna")
    for name, value in (("type", "municipality"), ("seat", "BG331"), ("role", "partner")):
        named(at, "selectbox", f".{name}").set_value(value)
    press(at, "organisation.save")
    found = open_installation(Settings.from_environment(environment(tmp_path)), who=OPERATOR)
    assert [one.code for one in all_organisations(found)] == ["VRN"]


def test_the_page_speaks_bulgarian(opened, look):
    at = look(opened, language="bg")
    assert "Администриране" in said(at)
    assert part_of(at).options == ["Хора", "Организации", "Кой какво отчита"]
    for part in part_of(at).options:
        part_of(at).set_value(part).run()
        labels = {one.label for kind in ("text_input", "selectbox", "button") for one in getattr(at, kind)}
        assert not [label for label in labels - {"English"} if re.fullmatch(r"[A-Za-z -]+", label)]
