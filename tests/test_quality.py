"""What is odd in the returns that stand, who may see and answer it, and what becomes of the answers."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from kpi import quality
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.adoption import adopt
from kpi.installation import open_installation
from kpi.language import message
from kpi.locks import ReasonMissingError
from kpi.measure.facts import facts_of
from kpi.measure.oddities import history_needed
from kpi.organisations import list_organisations
from kpi.quality import OddityGoneError, Outcome
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.settings import Settings
from kpi.store import events, facts, frameworks, returns
from kpi.store.engine import reading, writing
from kpi.store.model import Channel, ReturnState
from kpi.store.tables import Evidence
from showing import RSE, SDA, environment

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
LAST = Quarter(2025, 4)
ONLY_LAST = Window.quarter(LAST)
MANAGER = Person("Mara", Role.MANAGER, "m@example.org")
VIEWER = Person("Vera", Role.VIEWER, "v@example.org")
OF_SDA = Person("Sava", Role.REPORTER, "s@example.org", organisations=frozenset({"SDA"}))


@pytest.fixture
def opened(store, store_url, tmp_path):
    """An installation on each database in turn, with two organisations and no returns."""
    settings = Settings.from_environment({**environment(tmp_path), "KPI_DATABASE_URL": store_url})
    adopt(open_installation(settings, who=OPERATOR, changed=True), by="one", at=NOW)
    found = open_installation(settings, who=MANAGER)
    list_organisations(found.asked_by(OPERATOR), [SDA, RSE], by="one", at=NOW)
    yield found
    found.engine.dispose()


def spread(women, silent=0):
    return {"women": women, "men": 0, "non_binary": 0, "not_stated": silent}


def course(women, name="First aid", on="2025-02-01"):
    return {
        "course": name,
        "ended_on": on,
        "course_kind": "online",
        "theme": "poverty",
        "district": "BG411",
        "programme": "easi",
        "enrolled": spread(women),
        "successful": spread(women),
    }


def act(link=None):
    said = {
        "act": "Decision 12",
        "date": "2025-10-03",
        "act_kind": "statement",
        "level": "local",
        "evidence": "Minutes",
    }
    return said if link is None else {**said, "link": link}


def add(opened, who, quarter, *, state=ReturnState.APPROVED, attached=(), **forms):
    content = ReturnContent(
        {
            key: ReportedForm(FormState.REPORTED, tuple(Record(at, None, row) for at, row in enumerate(rows, 1)))
            for key, rows in forms.items()
        }
    )
    with writing(opened.engine) as session:
        head = returns.add_revision(
            session,
            organisation=who.code,
            quarter=quarter,
            state=ReturnState.SUBMITTED,
            channel=Channel.IMPORT,
            language="en",
            framework_id=frameworks.remember(session, yaml=opened.yaml),
            file_id=None,
            attributes=who.attributes,
            content=content,
            by="one",
            at=NOW,
        )
        facts.replace(session, return_id=head.id, quarter=quarter, facts=facts_of(opened.framework, quarter, content))
        for one in attached:
            session.add(
                Evidence(return_id=head.id, form=one[0], position=one[1], number=1, name="a", link="https://a.b")
            )
        if state is ReturnState.APPROVED:
            returns.approve(session, return_id=head.id, by="another", at=NOW)
        events.append(session, at=NOW, actor="one", action="return.submitted", subject=f"{who.code}/{quarter}")
    return head.id


def jumped(opened, last=90):
    """Three ordinary quarters of SDA and one that is not."""
    for back, women in ((3, 20), (2, 22), (1, 24)):
        add(opened, SDA, LAST + -back, training=[course(women, f"Course {back}", f"2025-0{back}-01")])
    return add(opened, SDA, LAST, training=[course(last, "Course 0", "2025-11-01")])


def found(opened, who=MANAGER, window=ONLY_LAST, **more):
    return quality.quality(opened.asked_by(who), window, **more)


def names(several):
    return sorted(one.oddity.name.rpartition("/")[0] for one in several)


def answer(opened, one, outcome=Outcome.EXPLAINED, text="A new team", who=MANAGER):
    quality.resolve(
        opened.asked_by(who),
        organisation=one.head.organisation,
        quarter=one.head.quarter,
        oddity=one.oddity.name,
        outcome=outcome,
        text=text,
        at=NOW,
    )


def test_a_jump_is_found_counted_and_leads_to_its_return(opened):
    last = jumped(opened)
    there = found(opened)
    assert names(there.open) == ["odd.jump/O6"]
    (one,) = there.open
    assert (one.head.id, one.head.organisation, one.head.quarter) == (last, "SDA", LAST)
    assert "90 people, where the median of the last 3 values is 22 people" in message(one.oddity.problem, "en")
    assert there.by_organisation() == {"SDA": 1}
    assert there.by_indicator() == {"O6": 1}
    assert there.returns == 1
    assert names(quality.of_return(opened, last)) == ["odd.jump/O6"]


def test_what_waits_for_approval_is_looked_at_instead_of_what_it_replaces(opened):
    jumped(opened)
    waiting = add(opened, SDA, LAST, state=ReturnState.SUBMITTED, training=[course(25, "Course 0", "2025-11-01")])
    assert found(opened).odd == []
    assert quality.of_return(opened, waiting) == []


def test_an_answer_closes_a_question_and_is_kept_with_its_author(opened):
    jumped(opened)
    answer(opened, found(opened).open[0])
    there = found(opened)
    assert there.open == []
    (one,) = there.answered
    assert one.outcome is Outcome.EXPLAINED
    assert [(said.text, said.by, said.at) for said in one.said] == [("A new team", "Mara <m@example.org>", NOW)]
    with reading(opened.engine) as session:
        event = events.history(session, subject=f"return/SDA/{LAST}")[-1]
    assert (event.action, event.actor) == ("oddity.resolved", "Mara <m@example.org>")
    assert event.after == {"oddity": one.oddity.name, "outcome": "explained", "text": "A new team"}


def test_the_last_word_counts_and_the_earlier_ones_stay(opened):
    jumped(opened)
    answer(opened, found(opened).open[0], Outcome.EXPLAINED, "first")
    answer(opened, found(opened).answered[0], Outcome.ACCEPTED, "second")
    (one,) = found(opened).answered
    assert one.outcome is Outcome.ACCEPTED
    assert [said.text for said in one.said] == ["first", "second"]


def test_what_is_said_to_be_fixed_stays_open_until_it_is(opened):
    jumped(opened)
    answer(opened, found(opened).open[0], Outcome.FIXED, "They send it again")
    (one,) = found(opened).open
    assert one.outcome is Outcome.FIXED
    add(opened, SDA, LAST, training=[course(25, "Course 0", "2025-11-01")])
    there = found(opened)
    assert there.odd == []
    assert [(said.outcome, said.text) for said in there.gone] == [("fixed", "They send it again")]


def test_other_values_are_asked_about_anew(opened):
    jumped(opened)
    answer(opened, found(opened).open[0])
    add(opened, SDA, LAST, training=[course(95, "Course 0", "2025-11-01")])
    there = found(opened)
    assert names(there.open) == ["odd.jump/O6"]
    assert len(there.gone) == 1


def test_an_answer_needs_words_and_something_that_is_there(opened):
    jumped(opened)
    one = found(opened).open[0]
    with pytest.raises(ReasonMissingError):
        answer(opened, one, text="  ")
    add(opened, SDA, LAST, training=[course(25, "Course 0", "2025-11-01")])
    with pytest.raises(OddityGoneError):
        answer(opened, one)


def test_evidence_may_be_a_link_or_an_attachment(opened):
    bare = add(opened, SDA, LAST, political_support=[act(), {**act(), "act": "Decision 13"}])
    (one,) = quality.of_return(opened, bare)
    assert one.oddity.code == "odd.evidence"
    assert one.oddity.problem.values["rows"] == [1, 2]
    add(
        opened, SDA, LAST, political_support=[act("https://example.org/12"), act()], attached=[("political_support", 2)]
    )
    assert found(opened).odd == []


def twice(opened):
    add(opened, RSE, LAST + -1, training=[course(5, "Welding", "2025-09-30")])
    return add(opened, SDA, LAST, training=[course(5, "  welding.", "2025-09-30")])


def test_a_row_that_another_organisation_reported_is_asked_about_once_in_the_later_return(opened):
    twice(opened)
    there = found(opened, window=Window.range(LAST + -1, LAST))
    (one,) = there.open
    assert (one.oddity.code, one.head.organisation) == ("odd.duplicate", "SDA")
    assert "in the return of RSE" in message(one.oddity.problem, "en")


def test_who_else_reported_it_is_not_told_to_whoever_may_not_see_it(opened):
    last = twice(opened)
    (one,) = quality.of_return(opened.asked_by(OF_SDA), last)
    assert "RSE" not in repr(one.oddity.problem)
    assert "another organisation's return" in message(one.oddity.problem, "en")
    assert one.oddity.name == quality.of_return(opened, last)[0].oddity.name


def test_reporters_see_their_own_and_answer_nothing(opened):
    last = jumped(opened)
    other = add(opened, RSE, LAST, political_support=[act()])
    assert names(found(opened).open) == ["odd.evidence/political_support", "odd.jump/O6"]
    assert names(found(opened, OF_SDA).open) == ["odd.jump/O6"]
    assert names(quality.of_return(opened.asked_by(OF_SDA), last)) == ["odd.jump/O6"]
    with pytest.raises(NotPermittedError):
        quality.of_return(opened.asked_by(OF_SDA), other)
    with pytest.raises(NotPermittedError):
        found(opened, OF_SDA, organisation="RSE")
    with pytest.raises(NotPermittedError):
        answer(opened, found(opened, OF_SDA).open[0], who=OF_SDA)


@pytest.mark.parametrize("who", [VIEWER, Person("A", Role.ADMINISTRATOR), Person("N", Role.REPORTER)])
def test_others_see_nothing_of_it(opened, who):
    last = jumped(opened)
    with pytest.raises(NotPermittedError):
        found(opened, who)
    with pytest.raises(NotPermittedError):
        quality.of_return(opened.asked_by(who), last)


def test_what_touches_an_indicator(opened):
    jumped(opened)
    add(opened, RSE, LAST, political_support=[act()])
    there = found(opened)
    assert names(there.of_indicator("O6").open) == ["odd.jump/O6"]
    assert names(there.of_indicator("O3").open) == ["odd.evidence/political_support"]
    assert there.of_indicator("R5").odd == []


def test_a_window_without_returns_is_no_trouble(opened):
    there = found(opened, window=Window.year(2030))
    assert (there.odd, there.gone, there.returns) == ([], [], 0)


def test_what_was_read_once_is_not_read_again(opened, monkeypatch):
    jumped(opened)
    before = found(opened)
    asked = []
    monkeypatch.setattr(returns, "contents", lambda _, return_ids: asked.append(return_ids) or {})
    assert found(opened) == before
    assert asked == []


@contextlib.contextmanager
def read(opened):
    """Keep what the store is asked, with the values asked for, and how many steps SQLite takes to find it."""
    asked, steps = [], []

    def keep(connection, cursor, statement, values, *rest):
        asked.append((statement, values))

    def step():
        steps.append(1)

    def watch(connection, *rest):
        if opened.engine.dialect.name == "sqlite":
            connection.set_progress_handler(step, 10)

    event.listen(opened.engine, "before_cursor_execute", keep)
    event.listen(opened.engine, "checkout", watch)
    try:
        yield asked, steps
    finally:
        event.remove(opened.engine, "before_cursor_execute", keep)
        event.remove(opened.engine, "checkout", watch)


def test_a_quarters_questions_need_no_more_of_the_store_after_ten_years(opened):
    def added(*quarters_before):
        for back in quarters_before:
            for who in (SDA, RSE):
                add(opened, who, LAST + -back, training=[course(20 + back, f"Course {who.code} {back}")])

    def asked(turn):
        fresh = replace(opened, yaml=f"{opened.yaml}\n# {turn}\n")  # of which nothing is in memory
        with read(fresh) as (statements, steps):
            assert quality.quality(fresh, ONLY_LAST).returns == 2
        return statements, len(steps)

    added(*range(history_needed(opened.framework) + 1))
    statements, steps = asked("young")
    added(*range(history_needed(opened.framework) + 1, 40))
    statements_later, steps_later = asked("old")
    assert statements_later == statements
    assert steps_later <= steps * 1.1
