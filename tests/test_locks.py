"""Locked quarters take nothing; reopening and extensions are decisions with reasons, and stay visible."""

from datetime import timedelta

import pytest

from desk import ANN, BOB, EVE, MIA, Q1, Q2, Q3, TODAY, A, approved, at_work, begun, handed_in, moment, reported, typed
from kpi import calendar, drafts, follow_up, locks, quality, remarks, returns, review
from kpi.access import NotPermittedError
from kpi.figures import measured
from kpi.language import said
from kpi.measure.needs import Question
from kpi.proof import verify
from kpi.quarter import Window
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
