"""Locked quarters take nothing; reopening and extensions are decisions with reasons, and stay visible."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk import (
    ADA,
    ANN,
    BOB,
    EVE,
    MIA,
    Q1,
    Q2,
    Q3,
    TODAY,
    A,
    B,
    approved,
    at_work,
    begun,
    handed_in,
    moment,
    reported,
    settled,
    typed,
)
from filled import CENTRE, framework
from kpi import calendar, drafts, follow_up, locks, quality, remarks, returns, review
from kpi.access import NotPermittedError
from kpi.coverage import reported as reported_of
from kpi.figures import Basis, measured
from kpi.framework.model import Due, FormTime
from kpi.language import said
from kpi.measure.needs import Question
from kpi.measure.selection import rests_on
from kpi.organisations import LockedFiguresError, all_organisations, list_organisations
from kpi.proof import verify
from kpi.quarter import Quarter, Window
from kpi.store import chain, events
from kpi.store.engine import reading


@pytest.fixture
def here(store):
    return at_work(store)


def lock(here, quarter=Q1, reason="Reported to the ministry"):
    locks.lock(here.asked_by(MIA), quarter=quarter, reason=reason, at=moment())


def reopen(here, quarter=Q1, reason="An error in A's figures"):
    locks.reopen(here.asked_by(MIA), quarter=quarter, reason=reason, at=moment())


def log(here, subject):
    with reading(here.engine) as session:
        assert chain.follow(session).broken is None
        return [(one.actor, one.action, one.after) for one in events.history(session, subject=subject)]


def test_a_locked_quarter_takes_nothing_and_says_why(here):
    draft = typed(here.asked_by(ANN), begun(here.asked_by(ANN), "A", Q1), 5)
    waiting = reported(here, BOB, "B", Q1, 7)
    lock(here)
    refused = [
        lambda: begun(here.asked_by(BOB), "B", Q1),
        lambda: typed(here.asked_by(ANN), draft, 6),
        lambda: handed_in(here.asked_by(ANN), draft),
        lambda: drafts.give_up(here.asked_by(ANN), draft_id=draft.id, at=moment()),
        lambda: drafts.withdraw(here.asked_by(BOB), return_id=waiting.id, at=moment()),
        lambda: approved(here, waiting),
        lambda: returns.send_back(
            here.asked_by(MIA), return_id=waiting.id, reason="No", by_form={}, by=MIA.signature, at=moment()
        ),
        lambda: locks.extend(
            here.asked_by(MIA), organisation="A", quarter=Q1, until=TODAY, reason="Illness", at=moment()
        ),
    ]
    for act in refused:
        with pytest.raises(locks.LockedError) as refusal:
            act()
        assert said(refusal.value, "en").startswith("Q1 2026 is locked: Reported to the ministry. Ask")
    assert drafts.draft_of(here.asked_by(ANN), organisation="A", quarter=Q1).typed == draft.typed
    begun(here.asked_by(ANN), "A", Q2)  # the others are as open as before


def listed(here, *organisations):
    ada = here.asked_by(ADA)
    return list_organisations(ada, organisations, by=ADA.signature, at=moment())


def shown(here, quarter=Q1, **more):
    """Every figure of a quarter with its coverage, by kind of organisation too, and how complete the quarter is."""
    window, mine = Window.quarter(quarter), here.asked_by(MIA)
    questions = [Question(key, window, by=by) for key in here.framework.indicators for by in ((), ("type",))]
    found = measured(mine, questions, today=TODAY, **more)
    return [[(one.slice, one.state, one.value, one.coverage) for one in each] for each in found], reported_of(
        mine, quarter
    )


ENDS, ANOTHER = Quarter(2025, 4), {"type": "town"}
CHANGES = [
    [replace(B, active_until=ENDS)],  # ends before
    [replace(A, active_from=Q2)],  # begins later
    [replace(A, code="C")],  # is new, and was there all along
    [replace(B, attributes={"type": "ngo"})],  # is another, and has not reported
    [replace(A, name={"en": "Alef", "bg": "Алеф"}), replace(B, active_until=ENDS)],
]


@pytest.mark.parametrize("change", CHANGES)
def test_who_takes_part_in_a_locked_quarter_stays_as_it_is(here, change):
    settled(here, ANN, "A", Q1, 10, project="Bridge")
    lock(here)
    before, there = shown(here), all_organisations(here)
    with pytest.raises(LockedFiguresError) as refusal:
        listed(here, *change)
    assert (shown(here), all_organisations(here)) == (before, there)
    name = change[-1].name
    assert said(refusal.value, "en") == (
        f"Nothing was stored: what would change about {name['en']} bears on figures of locked quarters (Q1 2026). "
        "Ask the core team to reopen them first."
    )
    assert f"{name['bg']} се отразява на данните за заключени тримесечия (1. тримесечие 2026)" in said(
        refusal.value, "bg"
    )
    reopen(here)
    listed(here, *change)
    assert verify(here).problems == []


def test_figures_of_a_quarter_rest_on_those_in_which_positions_were_due():
    of = framework(CENTRE)
    assert {one.due for one in of.forms.values() if one.time is FormTime.STOCK} == {Due.QUARTERLY, Due.HALF_YEARLY}
    assert rests_on(of, Quarter(2026, 1)) == {Quarter(2025, 4), Quarter(2026, 1)}
    assert rests_on(of, Quarter(2026, 2)) == {Quarter(2026, 2)}
    assert rests_on(of, of.programme.starts) == {of.programme.starts}


def test_what_concerns_open_quarters_alone_is_changed(here):
    settled(here, ANN, "A", Q1, 10, project="Bridge")
    settled(here, BOB, "B", Q1, 100)
    at = moment()
    lock(here)
    before = shown(here)
    listed(here, replace(A, name={"en": "Alef", "bg": "Алеф"}, active_until=Q1, attributes=ANOTHER))
    listed(here, replace(B, active_until=Q2), replace(A, code="C", active_from=Q2))
    listed(here, replace(B, active_until=Q1), replace(A, code="C", active_from=Q3))
    assert shown(here) == before
    assert shown(here, basis=Basis(as_of=at))[0] == before[0]
    with pytest.raises(LockedFiguresError, match=r"\(2026-Q1\)"):
        listed(here, replace(A, active_until=Quarter(2025, 4)))


def test_a_lock_freezes_figures_and_not_talk(here):
    mia, ann = here.asked_by(MIA), here.asked_by(ANN)
    for number in range(4):
        approved(here, reported(here, ANN, "A", Q1 + (number - 4), 5))
    head = approved(here, reported(here, ANN, "A", Q1, 80))
    lock(here)
    question = [Question("T1", Window.quarter(Q1))]
    before = measured(mia, question, today=TODAY)
    remarks.comment(mia, return_id=head.id, text="Which hall?", form="training", position=1, at=moment())
    remarks.comment(ann, return_id=head.id, text="The old one", at=moment())
    odd = quality.quality(mia, Window.quarter(Q1)).open[0]
    what = {"organisation": "A", "quarter": Q1, "oddity": odd.oddity.name}
    quality.resolve(mia, **what, outcome=quality.Outcome.EXPLAINED, text="Two courses", at=moment())
    words = {"explanation": "Winter", "action": "More courses", "owner": "Mia"}
    follow_up.open_action(mia, indicator="T1", quarter=Q1, due=moment().date(), **words, at=moment())
    follow_up.add_note(mia, indicator="T1", day=Q1.ends, text="A new law", at=moment())
    assert [one.text for one in remarks.comments(ann, return_id=head.id)] == ["Which hall?", "The old one"]
    assert measured(mia, question, today=TODAY) == before
    assert verify(mia).problems == []


def test_a_reopened_quarter_goes_on_where_it_stopped_and_both_reasons_stay(here):
    draft = typed(here.asked_by(ANN), begun(here.asked_by(ANN), "A", Q1), 5)
    lock(here)
    reopen(here)
    waiting = handed_in(here.asked_by(ANN), draft)
    assert approved(here, waiting).current
    lock(here, reason="Final")
    first, second = locks.list_locks(here.asked_by(EVE))
    assert (first.reason, first.reopened_reason, first.reopened_by) == (
        "Reported to the ministry",
        "An error in A's figures",
        MIA.signature,
    )
    assert (second.reason, second.reopened_at) == ("Final", None)
    assert log(here, "quarter/2026-Q1") == [
        (MIA.signature, "quarter.locked", {"reason": "Reported to the ministry"}),
        (MIA.signature, "quarter.reopened", {"reason": "An error in A's figures"}),
        (MIA.signature, "quarter.locked", {"reason": "Final"}),
    ]


def test_locking_and_reopening_need_a_reason_and_a_state_to_change(here):
    with pytest.raises(locks.ReasonMissingError):
        lock(here, reason=" \n ")
    with pytest.raises(locks.NotLockedError):
        reopen(here)
    lock(here)
    with pytest.raises(locks.AlreadyLockedError):
        lock(here)
    with pytest.raises(locks.ReasonMissingError):
        reopen(here, reason="")
    assert len(locks.list_locks(here)) == 1


@pytest.mark.parametrize("who", [ANN, EVE])
def test_only_the_core_team_settles_quarters(here, who):
    theirs = here.asked_by(who)
    with pytest.raises(NotPermittedError):
        locks.lock(theirs, quarter=Q1, reason="Mine", at=moment())
    lock(here)
    with pytest.raises(NotPermittedError):
        locks.reopen(theirs, quarter=Q1, reason="Mine", at=moment())
    with pytest.raises(NotPermittedError):
        locks.extend(theirs, organisation="A", quarter=Q2, until=TODAY, reason="Mine", at=moment())
    with pytest.raises(NotPermittedError):
        locks.extensions(theirs)


def test_an_extension_makes_nobody_late_until_its_own_day(here):
    due = Q2.due(here.framework.rules.due_days)
    later = due + timedelta(days=10)
    mine = here.asked_by(MIA)
    locks.extend(mine, organisation="A", quarter=Q2, until=later, reason="Flood", at=moment())

    def late(code, day):
        asked = next(one for one in calendar.asked_of(mine, organisation=code, today=day) if one.quarter == Q2)
        square = review.board(mine, last=Q2, count=1, today=day).squares[code][Q2]
        assert (square.is_late, square.due, square.is_extended) == (asked.is_late, asked.due, asked.is_extended)
        return asked.is_late

    assert [late("A", day) for day in (due, due + timedelta(days=1), later, later + timedelta(days=1))] == [
        False,
        False,
        False,
        True,
    ]
    assert [late("B", day) for day in (due, due + timedelta(days=1))] == [False, True]
    assert log(here, "return/A/2026-Q2") == [
        (MIA.signature, "return.extended", {"until": later.isoformat(), "reason": "Flood"})
    ]


def test_an_extension_is_a_later_day_and_the_last_one_counts(here):
    due, mine = Q3.due(here.framework.rules.due_days), here.asked_by(MIA)
    for until in (due, due - timedelta(days=3)):
        with pytest.raises(locks.NotLaterError) as refusal:
            locks.extend(mine, organisation="A", quarter=Q3, until=until, reason="Flood", at=moment())
        assert "has to be a later day" in said(refusal.value, "en")
    for days in (9, 4):
        until = due + timedelta(days=days)
        locks.extend(mine, organisation="A", quarter=Q3, until=until, reason="Flood", at=moment())
    assert [(one.organisation, one.quarter, one.until) for one in locks.extensions(mine)] == [
        (A.code, Q3, due + timedelta(days=4))
    ]
