"""Stories: without consent nobody but the core team reads them, and a filter leaves out what does not tell."""

import pytest

from kpi.access import NOBODY, NotPermittedError, Person, Role
from kpi.figures import returns_in
from kpi.organisations import list_organisations
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.stories import stories
from showing import NOW, RSE, SDA, _store, ready

VIEWER = Person("Eve", Role.VIEWER)
MANAGER = Person("Mia", Role.MANAGER)


def told(*rows):
    cells = [
        {"title": title, "summary": text, "theme": theme, "consent": consent} for title, text, theme, consent in rows
    ]
    records = tuple(Record(number, None, each) for number, each in enumerate(cells, 1))
    return ReturnContent({"stories": ReportedForm(FormState.REPORTED, records)})


@pytest.fixture
def here(tmp_path):
    opened = ready(tmp_path)
    list_organisations(opened, [SDA, RSE], by="one", at=NOW)
    _store(opened, SDA, Quarter(2025, 1), told(("Old", "Long ago", "poverty", True)))
    _store(
        opened,
        SDA,
        Quarter(2025, 2),
        told(("Open", "A <b>garden</b>", "poverty", True), ("Quiet", "A name", "culture", False)),
    )
    _store(opened, RSE, Quarter(2025, 3), told(("Waiting", "Not yet", "poverty", True)), approved=False)
    yield opened
    opened.engine.dispose()


def titles(found):
    return [one.title for one in found]


def test_only_those_with_consent_are_told_to_a_viewer(here):
    year = Window.year(2025)
    assert titles(stories(here.asked_by(VIEWER), year)) == ["Open", "Old"]
    found = stories(here.asked_by(MANAGER), year)
    assert [(one.title, one.consent) for one in found] == [("Open", True), ("Quiet", False), ("Old", True)]
    with pytest.raises(NotPermittedError):
        stories(here.asked_by(NOBODY), year)


def test_a_window_and_a_filter_narrow_them(here):
    asks = here.asked_by(MANAGER)
    assert titles(stories(asks, Window.quarter(Quarter(2025, 2)))) == ["Open", "Quiet"]
    assert titles(stories(asks, Window.year(2025), where={"theme": "culture"})) == ["Quiet"]
    assert titles(stories(asks, Window.year(2025), where={"organisation_type": "ngo"})) == ["Open", "Quiet", "Old"]
    assert titles(stories(asks, Window.year(2025), where={"programme": "easi"})) == []


def test_the_returns_of_a_window_are_counted_once_approved(here):
    assert returns_in(here.asked_by(VIEWER), Window.year(2025)) == 2
    assert returns_in(here.asked_by(VIEWER), Window.quarter(Quarter(2025, 3))) == 0
