"""What was locked and is different now is marked, with what it was when its quarter was first locked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk import ANN, BOB, EVE, MIA, Q1, Q2, Q3, SMALL, TODAY, approved, at_work, moment, reported, settled
from kpi import figures, locks
from kpi.access import PUBLIC, NotPermittedError, Person, Role
from kpi.figures import Basis
from kpi.framework.load import load_text
from kpi.measure.model import State
from kpi.measure.needs import Question
from kpi.quarter import Window
from kpi.restated import restated

YTD1, YTD2, YTD3 = (Window.year_to_date(quarter) for quarter in (Q1, Q2, Q3))


@pytest.fixture
def here(store):
    return at_work(store).asked_by(MIA)


def lock(here, quarter, reason="Reported"):
    locks.lock(here, quarter=quarter, reason=reason, at=moment())


def corrected(here, who, code, quarter, women, **more):
    """Reopen a quarter, correct a return in it, lock it again."""
    locks.reopen(here, quarter=quarter, reason="An error", at=moment())
    settled(here, who, code, quarter, women, **more)
    lock(here, quarter, "Corrected")


def changes(here, *windows, indicator="T1", **question):
    """The former and the present total of each window that was restated."""
    asked = [Question(indicator, window, **question) for window in windows]
    found = {}
    for window, those in zip(windows, restated(here, asked, today=TODAY), strict=True):
        for one in those:
            if not one.now.slice:
                found[str(window)] = (one.former.value, one.now.value, one.until)
    return found


def test_nothing_is_restated_before_a_quarter_is_locked_nor_by_locking_it(here):
    settled(here, ANN, "A", Q1, 10)
    settled(here, ANN, "A", Q1, 12)
    assert changes(here, YTD1) == {}
    lock(here, Q1)
    settled(here, BOB, "B", Q2, 30)
    assert changes(here, YTD1, YTD2, Window.quarter(Q2)) == {}


def test_a_figure_that_changed_after_its_lock_has_its_former_value(here):
    settled(here, ANN, "A", Q1, 10)
    settled(here, BOB, "B", Q1, 100)
    lock(here, Q1)
    corrected(here, ANN, "A", Q1, 15)
    assert changes(here, YTD1, YTD2) == {str(YTD1): (110, 115, Q1), str(YTD2): (110, 115, Q1)}
    corrected(here, BOB, "B", Q1, 105)  # what it was at the first lock stays what it was
    assert changes(here, YTD1) == {str(YTD1): (110, 120, Q1)}
    corrected(here, BOB, "B", Q1, 95)
    assert changes(here, YTD1) == {}  # 15 + 95: back to what was reported
    assert changes(here, YTD1, organisation="B") == {str(YTD1): (100, 95, Q1)}


def test_reopening_alone_restates_nothing_and_waiting_returns_do_not_count(here):
    settled(here, ANN, "A", Q1, 10)
    lock(here, Q1)
    locks.reopen(here, quarter=Q1, reason="An error", at=moment())
    waiting = reported(here, ANN, "A", Q1, 15)
    assert changes(here, YTD1) == {}
    approved(here, waiting)
    assert changes(here, YTD1) == {str(YTD1): (10, 15, Q1)}  # also while it is open


def test_a_late_return_restates_and_later_quarters_count_as_they_are_now(here):
    settled(here, ANN, "A", Q1, 10)
    lock(here, Q1)
    settled(here, ANN, "A", Q2, 20)
    locks.reopen(here, quarter=Q1, reason="B was late", at=moment())
    settled(here, BOB, "B", Q1, 7)
    windows = (Window.quarter(Q1), YTD2, Window.quarter(Q2))
    assert changes(here, *windows) == {str(windows[0]): (10, 17, Q1), str(YTD2): (30, 37, Q1)}
    lock(here, Q2)  # now the half-year is reported as it stands: 37
    assert changes(here, *windows) == {str(windows[0]): (10, 17, Q1)}
    settled(here, BOB, "B", Q1, 8)
    assert changes(here, *windows) == {str(windows[0]): (10, 18, Q1), str(YTD2): (37, 38, Q2)}


def test_the_former_value_is_what_was_measured_on_that_day(here):
    settled(here, ANN, "A", Q1, 10)
    lock(here, Q1)
    at = locks.list_locks(here)[0].locked_at
    corrected(here, ANN, "A", Q1, 15)
    then = figures.measured(here, [Question("T1", YTD1, by=("gender",))], today=TODAY, basis=Basis(as_of=at))[0]
    before = figures.measured(here, [Question("T1", YTD1)], today=TODAY, basis=Basis(as_of=at - timedelta(minutes=1)))[
        0
    ]
    (found,) = restated(here, [Question("T1", YTD1, by=("gender",))], today=TODAY)
    assert before[0].value == 10
    assert {str(one.former.slice): one.former.value for one in found} == {
        str(one.slice): one.value for one in then if one.slice in ({}, {"gender": "women"})
    }


def test_what_was_carried_from_a_restated_quarter_is_restated_too(here):
    settled(here, ANN, "A", Q1, 10, project="Bridge")
    lock(here, Q1)
    lock(here, Q2)
    corrected(here, ANN, "A", Q1, 10)  # the project was none
    found = changes(here, Window.quarter(Q1), Window.quarter(Q2), Window.quarter(Q3), indicator="Q2")
    assert found == {
        str(Window.quarter(Q1)): (1, 0, Q1),
        str(Window.quarter(Q2)): (1, 0, Q2),
    }


def test_what_was_not_reported_at_all_was_missing(here):
    lock(here, Q1)
    locks.reopen(here, quarter=Q1, reason="Late", at=moment())
    settled(here, ANN, "A", Q1, 10)
    ((found,),) = restated(here, [Question("T1", YTD1)], today=TODAY)
    assert (found.former.state, found.former.value, found.now.value) == (State.MISSING, None, 10)


def test_who_may_not_see_everything_learns_that_but_not_from_what(here):
    settled(here, ANN, "A", Q1, 10)
    lock(here, Q1)
    corrected(here, ANN, "A", Q1, 15)
    for who in (EVE, ANN):
        ((found,),) = restated(here.asked_by(who), [Question("T1", YTD2)], today=TODAY)
        assert (found.former, found.until, found.now.value, found.now.organisation) == (None, Q1, 15, None)
    with pytest.raises(NotPermittedError):
        restated(here.asked_by(Person("Nobody", Role.NOBODY)), [Question("T1", YTD2)], today=TODAY)


def test_of_what_is_not_open_it_is_not_told_that_it_was_changed(here):
    settled(here, ANN, "A", Q1, 10, project="Bridge")
    lock(here, Q1)
    corrected(here, ANN, "A", Q1, 3)
    of_people = load_text(
        SMALL.read_text(encoding="utf-8").replace("people: {kind: count,", "people: {kind: count, people: true,")
    )
    here = replace(here, framework=of_people.framework, yaml=of_people.yaml)
    asked = [
        Question("T1", Window.quarter(Q1)),  # funders see no quarters
        Question("T1", YTD2, organisation="A"),
        Question("T1", YTD2, by=("gender",)),  # three people
    ]
    assert all(restated(here, asked, today=TODAY))
    for who in (PUBLIC, EVE, ANN):
        theirs = here.asked_by(who)
        assert restated(theirs, asked, today=TODAY) == [[], [], []]
        assert {answer[0].value for answer in figures.measured(theirs, asked, today=TODAY)} == {None}
