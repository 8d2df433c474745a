"""Rows that count: those of the very returns that the indicators are made of, and for everybody their own only."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from kpi import figures
from kpi.access import NotPermittedError, Person, Role
from kpi.influence import acts
from kpi.learning import learned
from kpi.measure.needs import Question
from kpi.organisations import list_organisations
from kpi.portfolio import thing
from kpi.quarter import Quarter, Window
from kpi.records import text_key
from kpi.registers import entries, histories
from kpi.stories import stories
from practising import GARDEN, OVEN, WELL, content, innovation, practising
from showing import NOW, SDA, _store, ready, work_of

TODAY = date(2026, 3, 1)
MANAGER = Person("Mia", Role.MANAGER)
OF_SDA = Person("Ann", Role.REPORTER, organisations=frozenset({"SDA"}))
VIEWER = Person("Eve", Role.VIEWER)
Q1, Q2, Q3, Q4 = (Quarter(2025, number) for number in (1, 2, 3, 4))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = practising(tmp_path_factory.mktemp("practice"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def here(store):
    return store.asked_by(MANAGER)


def names(listed, column="name"):
    return [one.cells[column] for one in listed.entries]


def figure(here, indicator, window, **where):
    return figures.one(here, Question(indicator, window, where=where), today=TODAY)[0].value


def test_a_position_is_the_last_approved_one_and_says_when_it_is_carried(here):
    first = entries(here, "innovations", Window.quarter(Q1))
    assert [(one.cells["name"], one.carried) for one in first.entries] == [(GARDEN, False), (OVEN, False)]
    third = entries(here, "innovations", Window.quarter(Q3))
    assert names(third) == [WELL, GARDEN, OVEN]
    assert {one.carried for one in third.entries} == {True}


def test_what_waits_is_listed_only_where_it_counts(here):
    waits = entries(here, "innovations", Window.quarter(Q3), basis=figures.PROVISIONAL)
    assert "Waiting" in names(waits)
    assert "Waiting" not in names(entries(here, "innovations", Window.quarter(Q3)))


@pytest.mark.parametrize("window", [Window.quarter(Q1), Window.quarter(Q2), Window.year(2025), Window.since(Q1, Q2)])
@pytest.mark.parametrize("where", [{}, {"region": "BG41"}, {"theme": "culture"}, {"organisation_type": "ngo"}])
def test_the_rows_are_those_that_the_indicators_count(here, window, where):
    rows = entries(here, "innovations", window, where=where).entries
    paid = sum(one.cells["operating"] and one.cells["budget_funding"] in {"local", "national", "both"} for one in rows)
    assert figure(here, "R5a", window, **where) == paid
    points = [int(step) for one in rows if one.cells["operating"] for step in one.cells["features"].values()]
    assert figure(here, "P1", window, **where) == (Fraction(sum(points), len(points)) if points else None)


def test_a_filter_that_the_rows_do_not_tell_leaves_none_and_says_which(here):
    found = entries(here, "innovations", Window.quarter(Q2), where={"programme": "easi"})
    assert (found.entries, found.lacks) == ((), "programme")


def test_a_position_costs_the_same_however_long_the_history_is(tmp_path):
    opened = ready(tmp_path)
    early = replace(SDA, active_from=Quarter(2023, 1))
    list_organisations(opened, [early], by="one", at=NOW)
    spent = []
    for quarter in Window.range(early.active_from, Q4):
        many = [innovation(f"{number}", "2") for number in range(200)]
        _store(opened, early, quarter, content(innovations=many))
        if quarter.number == 4:
            with work_of(opened) as steps:
                assert len(entries(opened, "innovations", Window.quarter(quarter)).entries) == 200
            spent.append(len(steps))
    assert spent[-1] < spent[0] * 1.5, spent


def test_whoever_reports_sees_their_own_rows_and_a_funder_none(store):
    own = store.asked_by(OF_SDA)
    assert names(entries(own, "innovations", Window.quarter(Q2))) == [GARDEN, OVEN]
    assert {code for code, _ in histories(own, "innovations")} == {"SDA"}
    assert [one.entry.organisation for one in learned(own, Window.quarter(Q2)).findings] == ["SDA", "SDA"]
    for ask in (
        lambda: entries(store.asked_by(VIEWER), "innovations", Window.quarter(Q2)),
        lambda: learned(store.asked_by(VIEWER), Window.quarter(Q2)),
        lambda: acts(store.asked_by(VIEWER), Q2),
        lambda: histories(own, "innovations", organisation="RSE"),
    ):
        with pytest.raises(NotPermittedError):
            ask()


def test_a_thing_knows_what_refers_to_it_and_how_it_was_rated_before(here):
    garden = next(
        one for one in entries(here, "innovations", Window.quarter(Q2)).entries if one.cells["name"] == GARDEN
    )
    found = thing(here, garden, Window.quarter(Q2))
    assert [(one.quarter, one.cells["features"]["needs"]) for one in found.history] == [(Q1, "1"), (Q2, "3")]
    assert list(found.referring) == ["constraints", "funding"]
    assert [one.cells["contract"] for one in found.referring["funding"]] == ["C1"]
    before = thing(here, garden, Window.quarter(Q1))
    assert [one.quarter for one in before.history] == [Q1]
    assert "constraints" not in before.referring


def test_findings_say_when_they_were_recorded_and_acted_upon_open_ones_first(here):
    found = learned(here, Window.quarter(Q4)).findings
    told = [(one.entry.organisation, one.entry.key, one.done, one.since, one.acted) for one in found]
    assert told == [("SDA", "2", False, Q2, None), ("RSE", "1", True, Q2, Q2), ("SDA", "1", True, Q2, Q4)]
    assert figure(here, "P5", Window.quarter(Q4)) == Fraction(2, 3)
    assert found[-1].entry.key == text_key("1")


def test_acts_stand_by_their_day_and_tell_how_far_they_have_come(here):
    found = acts(here, Q4).acts
    assert [(one.entry.form, one.when.isoformat()) for one in found] == [
        ("incorporations", "2025-06-30"),
        ("policy", "2025-02-03"),
    ]
    assert [(one.quarter, one.cells["stage"]) for one in found[0].course] == [(Q2, "proposed"), (Q4, "adopted")]
    assert acts(here, Q4, where={"theme": "poverty"}).lacks == {"incorporations": "theme", "political_support": "theme"}
    since = Window.since(Q1, Q4)
    assert figure(here, "R4", since) == sum(one.entry.form == "policy" for one in found)


def test_stories_without_consent_are_their_organisations_own(store):
    year = Window.year(2025)
    assert [one.title for one in stories(store.asked_by(VIEWER), year)] == ["Open garden"]
    assert [one.title for one in stories(store.asked_by(OF_SDA), year)] == ["Open garden", "Quiet oven"]
    assert len(stories(store.asked_by(MANAGER), year)) == 3
