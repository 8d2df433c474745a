"""The reviewer's desk: what waits, how far everybody is, a return beside what was said before; two persons decide."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk import (
    ANN,
    BOB,
    EVE,
    MAX,
    MIA,
    Q1,
    Q2,
    Q3,
    TODAY,
    approved,
    at_work,
    begun,
    handed_in,
    moment,
    renamed,
    reported,
    settled,
    typed,
)
from kpi import drafts, locks, receipts, remarks, review
from kpi.access import NotPermittedError
from kpi.audit import history_of
from kpi.calendar import Standing
from kpi.differences import Kind
from kpi.returns import ReturnChangedError, ReturnState, SamePersonError, approve, is_same_person, send_back
from kpi.store import events
from kpi.store.engine import reading


@pytest.fixture
def here(store):
    return at_work(store)


def back(here, waiting, reason="Look again", by=MIA, **by_form):
    theirs = here.asked_by(by)
    return send_back(theirs, return_id=waiting.id, reason=reason, by_form=by_form, by=by.signature, at=moment())


def log(here, subject):
    with reading(here.engine) as session:
        return {one.action: one for one in events.history(session, subject=subject)}


def test_the_queue_gives_what_waits_the_longest_first(here):
    settled(here, ANN, "A", Q1, 5)
    second = reported(here, BOB, "B", Q2, 7)
    correction = reported(here, ANN, "A", Q1, 6)
    reported(here, MIA, "A", Q3, 6)
    begun(here.asked_by(BOB), "B", Q3)
    day = correction.submitted_at.date() + timedelta(days=4)
    waiting = review.queue(here.asked_by(replace(MIA, organisations=frozenset({"B"}))), today=day)
    assert [
        (one.head.organisation, one.head.quarter, one.days, one.is_correction, one.own, one.by_oneself)
        for one in waiting
    ] == [
        ("A", Q1, 4, True, False, False),
        ("A", Q3, 4, False, False, True),
        ("B", Q2, 4, False, True, False),
    ]
    assert not any(one.was_sent_back for one in waiting)
    approved(here, second)
    assert len(review.queue(here.asked_by(MAX), today=day)) == 2


def test_how_long_something_waits_is_counted_in_days_of_the_place(here, place):
    place("UTC+12")  # where it is the evening before
    sent = reported(here, ANN, "A", Q1, 5).submitted_at
    (waiting,) = review.queue(here.asked_by(MIA), today=sent.astimezone().date())
    assert waiting.days == 0


def test_the_board_says_how_far_everybody_is(here):
    settled(here, ANN, "A", Q1, 5)
    reported(here, ANN, "A", Q2, 5)
    begun(here.asked_by(ANN), "A", Q3)
    back(here, reported(here, BOB, "B", Q1, 7))
    locks.lock(here.asked_by(MIA), quarter=Q1, reason="Reported", at=moment())
    found = review.board(here.asked_by(MIA), last=Q3, count=3, today=Q3.due(here.framework.rules.due_days))
    assert list(found.quarters) == [Q1, Q2, Q3]
    assert [one.code for one in found.organisations] == ["A", "B"]
    assert [found.squares["A"][quarter].standing for quarter in (Q1, Q2, Q3)] == [
        Standing.APPROVED,
        Standing.SUBMITTED,
        Standing.DRAFT,
    ]
    assert [found.squares["B"][quarter].standing for quarter in (Q1, Q2, Q3)] == [
        Standing.RETURNED,
        Standing.NOT_BEGUN,
        Standing.NOT_BEGUN,
    ]
    late = {(code, quarter) for code, row in found.squares.items() for quarter, square in row.items() if square.is_late}
    assert late == {("B", Q1), ("B", Q2)}  # the third quarter is due on that very day
    assert set(found.locked) == {Q1}


def test_a_correction_stands_beside_what_was_approved_and_beside_what_was_sent_back(here):
    first = settled(here, ANN, "A", Q1, 12)
    settled(here, ANN, "A", Q2, 20, project="Bridge")
    wrong = back(here, reported(here, ANN, "A", Q2, 2_000, project="Bridge"))
    again = reported(here, ANN, "A", Q2, 21, project="Ferry")
    mine = here.asked_by(MIA)

    found = review.reviewed(mine, return_id=again.id)
    assert (found.against.revision, [one.revision for one in found.earlier]) == (1, [1, 2])
    women = {one.indicator: one for one in found.figures.totals}["T1"]
    assert (women.now.value, women.revised.value, women.before.value, women.before_in) == (21, 20, 12, Q1)
    assert {key: [row.kind for row in change.rows] for key, change in found.changes.items()} == {
        "training": [Kind.ADDED, Kind.REMOVED],
        "projects": [Kind.ADDED, Kind.REMOVED],
    }
    beside = review.reviewed(mine, return_id=again.id, against=2)
    women = {one.indicator: one for one in beside.figures.totals}["T1"]
    assert (beside.against.id, women.now.value, women.revised.value) == (wrong.id, 21, 2_000)

    of_wrong = review.reviewed(mine, return_id=wrong.id)
    women = {one.indicator: one for one in of_wrong.figures.totals}["T1"]
    assert (women.now.value, of_wrong.waits) == (2_000, False)
    assert set(of_wrong.changes) == {"training"}
    alone = review.reviewed(mine, return_id=first.id, against=7)
    assert (alone.against, alone.changes, alone.figures.revision) == (None, {}, None)


def test_whoever_submitted_does_not_approve_and_looks_see_who_did(here):
    waiting = reported(here, MIA, "A", Q1, 5)
    for who in (MIA, renamed(MIA, "MIA"), renamed(MIA, "Mia Ivanova"), replace(MIA, email="MIA@core.example")):
        assert [one.by_oneself for one in review.queue(here.asked_by(who), today=TODAY)] == [True]
        assert review.reviewed(here.asked_by(who), return_id=waiting.id).by_oneself
        with pytest.raises(SamePersonError):
            approved(here, waiting, by=who)
    assert not review.reviewed(here.asked_by(MAX), return_id=waiting.id).by_oneself
    done = approved(here, waiting, by=MAX)
    assert (done.submitted_by, done.approved_by) == (MIA.signature, MAX.signature)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mia <mia@core.example>", "Mia Ivanova <MIA@core.example>", True),
        ("Mia <mia@core.example>", "mia@core.example", True),
        ("Mia <mia@core.example>", "Mia <mia@fund.example>", False),
        ("Mia  Ivanova", "mia ivanova", True),
        ("Mia", "Mia <mia@core.example>", False),
        ("", "Mia", False),
    ],
)
def test_people_are_told_apart_by_their_addresses_where_they_have_one(one, other, same):
    assert is_same_person(one, other) is same
    assert is_same_person(other, one) is same


def test_what_is_handed_in_for_others_is_recorded_as_such(here):
    for_them, theirs = reported(here, MIA, "A", Q1, 5), reported(here, BOB, "B", Q1, 5)
    mine = here.asked_by(MAX)
    assert review.reviewed(mine, return_id=for_them.id).on_behalf
    assert not review.reviewed(mine, return_id=theirs.id).on_behalf
    assert receipts.receipt(here.asked_by(ANN), return_id=for_them.id).on_behalf
    assert not receipts.receipt(here.asked_by(BOB), return_id=theirs.id).on_behalf
    assert log(here, "return/A/2026-Q1/1")["return.submitted"].after["on_behalf"] is True


def test_an_approval_in_ones_own_organisation_is_flagged_in_the_log(here):
    near = replace(MIA, organisations=frozenset({"A"}))
    waiting = reported(here, ANN, "A", Q1, 5)
    assert review.reviewed(here.asked_by(near), return_id=waiting.id).own
    approved(here, waiting, by=near)
    approved(here, reported(here, BOB, "B", Q1, 5), by=near)
    assert log(here, "return/A/2026-Q1/1")["return.approved"].after["own_organisation"] is True
    assert log(here, "return/B/2026-Q1/1")["return.approved"].after["own_organisation"] is False


def test_a_return_comes_back_with_reasons_and_is_corrected_and_approved(here):
    waiting = reported(here, ANN, "A", Q1, 50)
    back(here, waiting, "Please look at the numbers", training="Fifty of whom?")
    draft = begun(here.asked_by(ANN), "A", Q1)
    assert draft.reasons == {None: "Please look at the numbers", "training": "Fifty of whom?"}
    assert draft.typed["training"].rows[0].cells["enrolled.women"] == "50"
    again = handed_in(here.asked_by(ANN), typed(here.asked_by(ANN), draft, 15))
    (waits,) = review.queue(here.asked_by(MIA), today=moment().date())
    assert waits.was_sent_back
    found = review.reviewed(here.asked_by(MIA), return_id=again.id)
    assert found.asked_for == {None: "Please look at the numbers", "training": "Fifty of whom?"}
    assert found.said.reasons == {}
    assert (again.revision, approved(here, again).current) == (2, True)
    found = review.reviewed(here.asked_by(MIA), return_id=waiting.id)
    assert (found.head.state, found.said.reasons) == (
        ReturnState.RETURNED,
        {None: "Please look at the numbers", "training": "Fifty of whom?"},
    )
    assert [event.action for event in history_of(here.asked_by(MIA), return_id=again.id)] == [
        "return.draft_begun",
        "return.submitted",
        "return.returned",
        "return.draft_begun",
        "return.submitted",
        "return.approved",
    ]


def test_a_return_is_decided_once(here):
    waiting = reported(here, ANN, "A", Q1, 5)
    with pytest.raises(KeyError):
        back(here, waiting, nowhere="No such form")
    with pytest.raises(locks.ReasonMissingError):
        back(here, waiting, reason="  ")
    approved(here, waiting)
    for decide in (lambda: approved(here, waiting, by=MAX), lambda: back(here, waiting)):
        with pytest.raises(ReturnChangedError):
            decide()
    taken_back = reported(here, ANN, "A", Q1, 6)
    drafts.withdraw(here.asked_by(ANN), return_id=taken_back.id, at=moment())
    with pytest.raises(ReturnChangedError):
        approved(here, taken_back)


def test_remarks_stand_on_the_return_its_forms_and_its_rows(here):
    waiting, mine, theirs = reported(here, ANN, "A", Q1, 5), here.asked_by(MIA), here.asked_by(ANN)
    remarks.comment(mine, return_id=waiting.id, text=" Well done ", at=moment())
    remarks.comment(mine, return_id=waiting.id, form="training", text="Which hall?", at=moment())
    remarks.comment(theirs, return_id=waiting.id, form="training", position=1, text="The old one", at=moment())
    found = [(one.by, one.form, one.position, one.text) for one in remarks.comments(theirs, return_id=waiting.id)]
    assert found == [
        (MIA.signature, None, None, "Well done"),
        (MIA.signature, "training", None, "Which hall?"),
        (ANN.signature, "training", 1, "The old one"),
    ]
    assert [one.text for one in review.reviewed(mine, return_id=waiting.id).comments] == [one[3] for one in found]
    with pytest.raises(locks.ReasonMissingError):
        remarks.comment(mine, return_id=waiting.id, text="\n", at=moment())
    for form, position in (("nowhere", None), ("training", 9), (None, 1)):
        with pytest.raises(remarks.NoSuchPlaceError):
            remarks.comment(mine, return_id=waiting.id, form=form, position=position, text="Where?", at=moment())
    assert len(remarks.comments(mine, return_id=waiting.id)) == 3


@pytest.mark.parametrize("who", [BOB, EVE])
def test_others_see_nothing_of_a_return(here, who):
    waiting, theirs = reported(here, ANN, "A", Q1, 5), here.asked_by(who)
    for act in (
        lambda: review.queue(theirs, today=date(2026, 10, 2)),
        lambda: review.board(theirs, last=Q3, count=4, today=date(2026, 10, 2)),
        lambda: review.reviewed(theirs, return_id=waiting.id),
        lambda: remarks.comments(theirs, return_id=waiting.id),
        lambda: remarks.comment(theirs, return_id=waiting.id, text="Hello", at=moment()),
        lambda: approve(theirs, return_id=waiting.id, by=who.signature, at=moment()),
        lambda: back(here, waiting, by=who),
    ):
        with pytest.raises(NotPermittedError):
            act()


def test_nobody_decides_in_anothers_name(here):
    waiting = reported(here, ANN, "A", Q1, 5)
    with pytest.raises(NotPermittedError):
        approve(here.asked_by(MIA), return_id=waiting.id, by=MAX.signature, at=moment())


def test_a_draft_is_no_return_yet(here):
    draft = begun(here.asked_by(ANN), "A", Q1)
    for number in (draft.id, 9_999):
        with pytest.raises(remarks.NoSuchReturnError):
            review.reviewed(here.asked_by(MIA), return_id=number)
        with pytest.raises(remarks.NoSuchReturnError):
            remarks.comment(here.asked_by(MIA), return_id=number, text="Hello", at=moment())
