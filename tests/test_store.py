import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.measure.model import Cell, Fact, Organisation
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, FormState, Record, ReportedForm, ReturnContent
from kpi.store import events, facts, files, frameworks, organisations, reports, returns
from kpi.store.chain import follow
from kpi.store.engine import StoreUnavailableError, connect, reading, writing
from kpi.store.model import Basis, Channel, ReturnState

Q1, Q2, Q3 = Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3)
NOON = datetime(2025, 7, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def an_organisation(code, **changes):
    given = {"name": {"en": code, "bg": "Орг"}, "attributes": {"type": "ngo"}, "active_from": Quarter(2024, 1)}
    return Organisation(code, **{**given, **changes})


def reported(*rows, key=None):
    return ReportedForm(FormState.REPORTED, tuple(Record(i, key, cells) for i, cells in enumerate(rows, 1)))


CONTENT = ReturnContent(
    {
        "training": reported(
            {"course": "Курс „Основи“", "ended": "2025-02-28", "successful": {"women": 10, "men": 0}},
            {
                "course": "=SUM(A1)",
                "successful": {"women": NOT_APPLICABLE},
                "paid": {"amount": "1000.00", "currency": "BGN"},
            },
        ),
        "access": reported({"people": 3}, key="BG41"),
        "stories": ReportedForm(FormState.NOTHING),
        "sites": ReportedForm(FormState.MISSING),
    }
)


@pytest.fixture
def filled(store):
    """A store that knows two organisations and a framework."""
    with writing(store) as session:
        organisations.upsert(session, organisations=[an_organisation("A"), an_organisation("B")])
        frameworks.remember(session, yaml="programme: {}\n")
    return store


def add(session, code="A", quarter=Q1, **changes):
    given = {
        "content": CONTENT,
        "at": NOON,
        "by": "reporter",
        "state": ReturnState.SUBMITTED,
        "channel": Channel.WORKBOOK,
        "language": "bg",
        "framework_id": 1,
        "file_id": None,
        "attributes": {"type": "ngo"},
    }
    return returns.add_revision(session, organisation=code, quarter=quarter, **{**given, **changes})


def add_approved(session, code="A", quarter=Q1, at=NOON, **changes):
    stored = add(session, code, quarter, at=at, **changes)
    return returns.approve(session, return_id=stored.id, by="approver", at=at)


def counting(session, basis=reports.APPROVED):
    return {(one.organisation, one.quarter, one.return_id) for one in reports.form_reports(session, basis=basis)}


def test_a_list_of_organisations_adds_and_changes_and_takes_nothing_away(store):
    first = an_organisation("A")
    with writing(store) as session:
        assert organisations.upsert(session, organisations=[first, an_organisation("B")]).added == ("A", "B")
    moved = an_organisation("B", attributes={"type": "municipality"}, active_until=Quarter(2025, 4))
    with writing(store) as session:
        done = organisations.upsert(session, organisations=[moved, an_organisation("Ц"), first])
    assert (done.added, done.changed) == (("Ц",), ("B",))
    with reading(store) as session:
        assert organisations.all(session) == [first, moved, an_organisation("Ц")]
        assert organisations.find(session, code="B") == moved
        assert organisations.find(session, code="X") is None


def test_a_framework_is_kept_once_and_for_ever(store):
    with writing(store) as session:
        first = frameworks.remember(session, yaml="a: б\n")
        second = frameworks.remember(session, yaml="a: в\n")
        assert frameworks.remember(session, yaml="a: б\n") == first
    with reading(store) as session:
        assert [one.yaml for one in frameworks.all(session)] == ["a: б\n", "a: в\n"]
        assert [one.id for one in frameworks.all(session)] == [first, second]
        assert frameworks.get(session, framework_id=first).yaml == "a: б\n"
        with pytest.raises(KeyError):
            frameworks.get(session, framework_id=99)


def test_a_file_comes_back_byte_for_byte_and_is_kept_once(store):
    content = bytes(range(256)) * 100
    with writing(store) as session:
        first = files.keep(session, name="отчет.xlsx", content=content)
        assert files.keep(session, name="copy.xlsx", content=content) == first
        assert files.keep(session, name="отчет.xlsx", content=content + b"!") != first
    with reading(store) as session:
        kept = files.get(session, file_id=first)
    assert (kept.name, kept.content) == ("отчет.xlsx", content)
    # sha256sum of the 25,600 bytes
    assert kept.sha256 == "22c27b021752596140145a93194d9cdf33b0b1b454f50fd1b430491eb3eb3cb9"


def test_what_a_return_says_comes_back_as_it_was(filled):
    with writing(filled) as session:
        stored = add(session)
    with reading(filled) as session:
        back = returns.content(session, return_id=stored.id)
        assert returns.get(session, return_id=stored.id) == stored
    assert back == CONTENT
    assert back.sha256 == stored.content_sha256 == CONTENT.sha256
    assert (stored.revision, stored.state, stored.current, stored.version) == (1, ReturnState.SUBMITTED, False, 1)
    assert (stored.submitted_at, stored.submitted_by, stored.language) == (NOON, "reporter", "bg")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
values = st.one_of(
    texts,
    st.integers(0, 10**12),
    st.booleans(),
    st.just(dict(NOT_APPLICABLE)),
    st.dictionaries(texts, st.integers(0, 10**9), max_size=3),
)
some_records = st.lists(st.tuples(st.none() | texts, st.dictionaries(texts, values, max_size=4)), max_size=4).map(
    lambda rows: tuple(Record(i, key, cells) for i, (key, cells) in enumerate(rows, 1))
)
contents = st.dictionaries(
    st.sampled_from(["training", "sites", "innovations", "x-1"]),
    st.builds(ReportedForm, st.sampled_from(FormState), some_records),
).map(ReturnContent)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=contents)
def test_any_content_comes_back_with_the_same_hash(filled, content):
    with writing(filled) as session:
        stored = add(session, content=content)
    with reading(filled) as session:
        back = returns.content(session, return_id=stored.id)
    assert back == content
    assert back.sha256 == stored.content_sha256


def test_approving_a_later_revision_replaces_the_earlier_one(filled):
    with writing(filled) as session:
        first = add_approved(session, at=NOON)
        second = add(session, at=NOON + DAY)
    with reading(filled) as session:
        assert counting(session) == {("A", Q1, first.id)}
        assert counting(session, Basis(provisional=True)) == {("A", Q1, second.id)}
    with writing(filled) as session:
        approved = returns.approve(session, return_id=second.id, by="approver", at=NOON + 2 * DAY)
        assert (approved.current, approved.revision, approved.approved_by) == (True, 2, "approver")
    with reading(filled) as session:
        history = returns.find(session, organisation="A", quarter=Q1)
        assert [(one.revision, one.state, one.current, one.superseded_at) for one in history] == [
            (1, ReturnState.APPROVED, False, NOON + 2 * DAY),
            (2, ReturnState.APPROVED, True, None),
        ]
        assert counting(session) == counting(session, Basis(provisional=True)) == {("A", Q1, second.id)}


def test_figures_as_of_a_day_rest_on_the_returns_that_counted_then(filled):
    with writing(filled) as session:
        first = add(session, at=NOON)
    with writing(filled) as session:
        returns.approve(session, return_id=first.id, by="approver", at=NOON + 2 * DAY)
        second = add(session, at=NOON + 4 * DAY)
        returns.approve(session, return_id=second.id, by="approver", at=NOON + 6 * DAY)
    with reading(filled) as session:
        seen = {
            days: tuple(
                next((one[2] for one in counting(session, Basis(provisional, NOON + days * DAY))), None)
                for provisional in (False, True)
            )
            for days in (-1, 0, 1, 2, 3, 4, 5, 6, 7)
        }
    assert seen == {
        -1: (None, None),
        0: (None, first.id),
        1: (None, first.id),
        2: (first.id, first.id),
        3: (first.id, first.id),
        4: (first.id, second.id),
        5: (first.id, second.id),
        6: (second.id, second.id),
        7: (second.id, second.id),
    }


def test_a_returned_revision_counts_no_more_and_the_next_one_takes_its_place(filled):
    with writing(filled) as session:
        first = add(session, at=NOON)
        back = returns.send_back(session, return_id=first.id, at=NOON + DAY)
        assert (back.state, back.superseded_at) == (ReturnState.RETURNED, NOON + DAY)
        assert counting(session, Basis(provisional=True)) == set()
        assert counting(session, Basis(provisional=True, as_of=NOON)) == {("A", Q1, first.id)}
        second = add(session, state=ReturnState.DRAFT, typed={"training": [["1O"]]}, content=ReturnContent())
        assert (second.revision, second.submitted_at) == (2, None)
        assert returns.typed(session, return_id=second.id) == {"training": [["1O"]]}
        assert counting(session, Basis(provisional=True)) == set()
        handed_in = returns.submit(session, return_id=second.id, by="reporter", at=NOON + 2 * DAY)
        assert (handed_in.state, handed_in.submitted_at) == (ReturnState.SUBMITTED, NOON + 2 * DAY)


def test_a_revision_handed_in_again_takes_the_place_of_the_open_one(filled):
    with writing(filled) as session:
        first, second = add(session, at=NOON), add(session, at=NOON + DAY)
        assert [one.id for one in returns.find(session, standing=True)] == [second.id]
        with pytest.raises(returns.ReturnChangedError, match="revision 1, cannot be approved"):
            returns.approve(session, return_id=first.id, by="approver", at=NOON + DAY)


def test_whoever_submitted_cannot_approve(filled):
    with writing(filled) as session:
        stored = add(session, by="Ana")
        with pytest.raises(returns.SamePersonError, match="Ana"):
            returns.approve(session, return_id=stored.id, by="Ana", at=NOON)


def test_an_approval_of_what_has_changed_meanwhile_is_refused(filled):
    with writing(filled) as session:
        stored = add(session)
        returns.approve(session, return_id=stored.id, by="first", at=NOON)
        with pytest.raises(returns.ReturnChangedError, match="Look at it again"):
            returns.approve(session, return_id=stored.id, by="second", at=NOON)
        later = add(session)
        returns.send_back(session, return_id=later.id, at=NOON)
        with pytest.raises(returns.ReturnChangedError):
            returns.send_back(session, return_id=later.id, at=NOON)


def test_a_return_of_nobody_is_refused(filled):
    with writing(filled) as session, pytest.raises(KeyError):
        add(session, code="nobody")
    with pytest.raises(KeyError), reading(filled) as session:
        returns.content(session, return_id=1)


@pytest.mark.parametrize(
    "change",
    [
        "revision = 1",  # two first revisions
        "current = TRUE, state = 'approved', approved_at = submitted_at, approved_by = 'x', superseded_at = NULL",
        "superseded_at = NULL",  # two open ones
        "state = 'lost'",
        "channel = 'fax'",
        "quarter = 2025",
        "state = 'approved', approved_by = NULL, approved_at = submitted_at",
        "state = 'approved', approved_by = submitted_by, approved_at = submitted_at",
        "submitted_by = NULL",
        "current = TRUE",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(filled, change):
    with writing(filled) as session:
        add_approved(session)
        wrong = add(session)
        add(session, at=NOON + DAY)
    with pytest.raises(sa.exc.IntegrityError), writing(filled) as session:
        session.execute(sa.text(f"UPDATE returns SET {change} WHERE id = :id"), {"id": wrong.id})  # noqa: S608 (ours)


def test_the_same_file_is_found_again(filled):
    with writing(filled) as session:
        file_id = files.keep(session, name="a.xlsx", content=b"bytes")
        sha256 = files.get(session, file_id=file_id).sha256
        first = add(session, file_id=file_id)
        other = add(session, "B", content=ReturnContent())
    with reading(filled) as session:
        assert returns.find(session, file_sha256=sha256) == [first]
        assert returns.find(session, file_sha256="0" * 64) == []
        assert returns.find(session, states=[ReturnState.SUBMITTED]) == [first, other]
        assert returns.find(session, organisation="B", states=[ReturnState.DRAFT]) == []


def test_form_reports_say_who_when_and_in_which_state(filled):
    with writing(filled) as session:
        stored = add_approved(session, attributes={"type": "then"})
        add_approved(session, "B", Q2)
        add(session, "B", Q3)
        seen = reports.form_reports(session, since=Q1, until=Q1)
        assert {one.form: one.state for one in seen} == {
            "training": FormState.REPORTED,
            "access": FormState.REPORTED,
            "stories": FormState.NOTHING,
            "sites": FormState.MISSING,
        }
        assert {(one.organisation, one.quarter, one.return_id) for one in seen} == {("A", Q1, stored.id)}
        assert seen[0].attributes == {"type": "then"}
        assert {one.organisation for one in reports.form_reports(session, since=Q2)} == {"B"}
        assert reports.form_reports(session, since=Q3) == []


def test_the_rows_behind_come_in_order_with_their_return(filled):
    with writing(filled) as session:
        add_approved(session, "B")
        first = add_approved(session)
        open_one = add(session, content=ReturnContent({"training": reported({"course": "new"})}))
        rows = reports.records(session, forms=["training"])
        assert [(row.organisation, row.position) for row in rows] == [("A", 1), ("A", 2), ("B", 1), ("B", 2)]
        assert (rows[0].return_id, rows[0].revision, rows[0].cells) == (
            first.id,
            1,
            CONTENT.forms["training"].records[0].cells,
        )
        provisional = reports.records(session, basis=Basis(provisional=True), forms=["training"], organisation="A")
        assert [(row.return_id, row.cells) for row in provisional] == [(open_one.id, {"course": "new"})]
        assert [row.form for row in reports.records(session, returns=[first.id], quarter=Q1)] == [
            "access",
            "training",
            "training",
        ]
        assert reports.records(session, quarter=Q2) == []


def test_the_last_approved_rows_of_a_form_are_found(filled):
    sites = ReturnContent({"sites": reported({"site": "old"})})
    newer = ReturnContent({"sites": reported({"site": "new"}, {"site": "newer"}), "x": ReportedForm(FormState.NOTHING)})
    with writing(filled) as session:
        add_approved(session, quarter=Quarter(2024, 3), content=sites)
        add_approved(session, quarter=Quarter(2024, 4), content=newer)
        add_approved(session, quarter=Q1)  # says that sites are missing
        add(session, quarter=Q2, content=sites)  # not approved
        found = reports.latest_forms(session, organisation="A", forms=["sites", "x", "stories", "never"], before=Q3)
        assert found == {
            "sites": (Quarter(2024, 4), newer.forms["sites"]),
            "x": (Quarter(2024, 4), newer.forms["x"]),
            "stories": (Q1, CONTENT.forms["stories"]),
        }
        earlier = reports.latest_forms(session, organisation="A", forms=["sites"], before=Quarter(2024, 4))
        assert earlier["sites"] == (Quarter(2024, 3), sites.forms["sites"])


WOMEN, MEN = {"gender": "women", "course_kind": "online"}, {"gender": "men"}


def test_facts_are_summed_by_what_is_asked(filled):
    with writing(filled) as session:
        ids = [add(session, code, quarter).id for code in "AB" for quarter in (Q1, Q2)]
        for number, (return_id, quarter) in enumerate(zip(ids, (Q1, Q2, Q1, Q2), strict=True), 1):
            facts.replace(
                session,
                return_id=return_id,
                quarter=quarter,
                facts=[
                    Fact("X.numerator", WOMEN, 10 * number, number),
                    Fact("X.numerator", MEN, 1, 1, not_applicable=number - 1),
                    Fact("Y.numerator", {}, 7, 1),
                ],
            )
    with reading(filled) as session:
        assert facts.cells(session, parts=["X.numerator"], returns=ids) == [
            Cell("X.numerator", WOMEN, 100, 10),
            Cell("X.numerator", MEN, 4, 4, 6),
        ]
        by_organisation = facts.cells(session, parts=["X.numerator"], returns=ids, by_organisation=True)
        assert [(one.organisation, one.total) for one in by_organisation if one.coordinates == WOMEN] == [
            ("A", 30),
            ("B", 70),
        ]
        assert {one.quarter for one in by_organisation} == {None}
        both = facts.cells(
            session, parts=["X.numerator", "Y.numerator"], returns=ids[:2], by_organisation=True, by_quarter=True
        )
        assert [(one.part, one.organisation, one.quarter, one.total) for one in both] == [
            ("X.numerator", "A", Q1, 10),
            ("X.numerator", "A", Q2, 20),
            ("X.numerator", "A", Q1, 1),
            ("X.numerator", "A", Q2, 1),
            ("Y.numerator", "A", Q1, 7),
            ("Y.numerator", "A", Q2, 7),
        ]
        assert facts.cells(session, parts=["Y.numerator"], returns=ids[3:], by_quarter=True) == [
            Cell("Y.numerator", {}, 7, 1, 0, None, Q2)
        ]
        assert facts.cells(session, parts=["Z.numerator"], returns=ids) == []
        assert facts.cells(session, parts=["X.numerator"], returns=[]) == []
        assert facts.reporting(session, parts=["X.numerator", "Z.numerator"], returns=ids[1:]) == {
            "X.numerator": frozenset(ids[1:]),
            "Z.numerator": frozenset(),
        }


def test_replacing_facts_leaves_nothing_of_the_old_ones(filled):
    with writing(filled) as session:
        return_id = add(session).id
        facts.replace(session, return_id=return_id, quarter=Q1, facts=[Fact("X.numerator", WOMEN, 5, 1)])
        once = facts.digest(session)
        facts.replace(session, return_id=return_id, quarter=Q1, facts=[Fact("X.numerator", MEN, 6, 1)])
        assert facts.digest(session) != once
        assert [(one.part, one.coordinates, one.total) for one in facts.all(session)] == [
            ("X.numerator", '{"gender":"men"}', 6)
        ]
        facts.replace(session, return_id=return_id, quarter=Q1, facts=[Fact("X.numerator", WOMEN, 5, 1)])
        assert facts.digest(session) == once
        facts.replace(session, return_id=return_id, quarter=Q1, facts=[])
        assert list(facts.all(session)) == []


amounts = st.lists(st.integers(-(10**17), 10**17) | st.integers(2**53 - 2, 2**53 + 2), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(totals=amounts)
def test_sums_are_exact_beyond_what_a_float_holds(filled, totals):
    with writing(filled) as session:
        ids = []
        for number, total in enumerate(totals):
            stored = add(session, quarter=Quarter(2000, 1) + number, content=ReturnContent())
            facts.replace(session, return_id=stored.id, quarter=stored.quarter, facts=[Fact("X", {}, total, 1)])
            ids.append(stored.id)
        (cell,) = facts.cells(session, parts=["X"], returns=ids)
    assert (cell.total, type(cell.total)) == (sum(totals), int)


def test_thousands_of_returns_are_summed_in_one_go(filled):
    many = 40_000
    with writing(filled) as session:
        add(session)
        facts.replace(session, return_id=1, quarter=Q1, facts=[Fact("X", {}, 1, 1)])
        session.execute(
            sa.text(
                "WITH RECURSIVE k(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM k WHERE i < :many) "
                "INSERT INTO returns (id, organisation_id, quarter, revision, state, current, channel, language, "
                "framework_id, attributes, content_sha256, version, submitted_at, submitted_by) "
                "SELECT k.i, 2, 7600 + k.i % 1200, k.i, 'returned', FALSE, 'import', 'en', 1, '{}', 'x', 1, "
                "submitted_at, 'y' FROM k, returns WHERE returns.id = 1"
            ),
            {"many": many},
        )
        session.execute(
            sa.text(
                "INSERT INTO fact (part_id, quarter, return_id, slice_id, total, n, not_applicable) "
                "SELECT 1, quarter, id, 1, id, 1, 0 FROM returns WHERE id > 1"
            )
        )
    with reading(filled) as session:
        (cell,) = facts.cells(session, parts=["X"], returns=range(1, many + 1))
        assert (cell.total, cell.n) == (many * (many + 1) // 2, many)
        assert len(facts.reporting(session, parts=["X"], returns=range(1, many + 1))["X"]) == many


def test_the_facts_are_written_in_the_same_order_on_every_database(filled):
    with writing(filled) as session:
        organisations.upsert(
            session, organisations=[an_organisation("a"), an_organisation("Б"), an_organisation("A-1")]
        )
        for code in ("Б", "a", "B", "A-1", "A"):
            stored = add(session, code)
            facts.replace(session, return_id=stored.id, quarter=Q1, facts=[Fact("X", MEN, 1, 1), Fact("X", {}, 1, 1)])
        order = [one.organisation for one in facts.all(session)]
        assert order[::2] == order[1::2] == ["A", "A-1", "B", "a", "Б"]
        written = "".join(
            f'["{code}", "2025-Q1", "1", "X", "{place}", "1", "1", "0"]'
            for code in ("A", "A-1", "B", "a", "Б")
            for place in (r"{\"gender\":\"men\"}", "{}")
        )
        assert facts.digest(session) == hashlib.sha256(written.encode()).hexdigest()


def chain(session, count=5):
    for number in range(count):
        events.append(
            session,
            at=NOON + number * DAY,
            actor="Мария",
            action="return.approved",
            subject=f"return/{number % 2}",
            before={"state": "submitted"},
            after={"state": "approved", "revision": number, "note": None, "list": (1, "б")},
        )


def test_the_log_holds_together(store):
    with writing(store) as session:
        assert events.head(session) == events.BEGINNING
        chain(session)
    with reading(store) as session:
        links = events.history(session)
        assert follow(session).broken is None
        assert events.head(session) == links[-1].hash
        assert [one.previous_hash for one in links] == [events.BEGINNING, *(one.hash for one in links[:-1])]
        assert links[1].after == {"state": "approved", "revision": 1, "note": None, "list": [1, "б"]}
        assert links[1].at == NOON + DAY
        assert [one.id for one in events.history(session, subject="return/1")] == [links[1].id, links[3].id]


def test_the_seal_of_a_link_can_be_recomputed_by_hand(store):
    with writing(store) as session:
        event = events.append(
            session, at=NOON, actor="Мария", action="a", subject="b", before=None, after={"z": 1, "к": []}
        )
    sealed = (
        '{"action":"a","actor":"Мария","after":{"z":1,"к":[]},"at":"2025-07-01T12:00:00.000000+00:00","before":null,'
        f'"previous_hash":"{"0" * 64}","subject":"b"}}'
    )
    assert event.hash == hashlib.sha256(sealed.encode()).hexdigest()


@pytest.mark.parametrize(
    ("deed", "broken"),
    [
        ("UPDATE event SET actor = 'Nobody' WHERE id = 3", 3),
        ("UPDATE event SET at = '2025-07-03 12:00:01.000000' WHERE id = 3", 3),
        ("UPDATE event SET after = '{}' WHERE id = 5", 5),
        ("DELETE FROM event WHERE id = 2", 3),
        ("UPDATE event SET hash = 'x' WHERE id = 4", 4),
        ("DELETE FROM event WHERE id = 1", 2),
    ],
)
def test_whoever_tampers_with_the_log_is_found(store, deed, broken):
    with writing(store) as session:
        chain(session)
        drop = (
            ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete", deed]
            if store.dialect.name == "sqlite"
            else ["DROP TRIGGER event_kept ON event", deed.replace(":01.000000'", ":01+00'")]
        )
        for statement in drop:
            session.execute(sa.text(statement.replace(":01", "\\:01")))
    with reading(store) as session:
        assert follow(session).broken.id == broken


def test_an_event_needs_a_time_that_knows_its_zone(store):
    with writing(store) as session, pytest.raises(ValueError, match="time zone"):
        events.append(session, at=datetime(2025, 1, 1), actor="a", action="b", subject="c")  # noqa: DTZ001 (the fault)


def test_a_failure_keeps_nothing_of_its_transaction(filled):
    def fail_at_the_end():
        with writing(filled) as session:
            add_approved(session)
            chain(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()
    with reading(filled) as session:
        assert returns.find(session) == []
        assert events.head(session) == events.BEGINNING


def test_writers_at_the_same_time_queue(filled):
    """Forty revisions by four writers, each reading before it writes: none lost, none failed."""
    failed, start = [], threading.Barrier(4)

    def write(name):
        start.wait()
        for _ in range(10):
            try:
                with writing(filled) as session:
                    stored = add(session, by=name)
                    chain(session, 1)
                    facts.replace(session, return_id=stored.id, quarter=Q1, facts=[Fact(f"of {name}", {}, 1, 1)])
            except Exception as error:  # noqa: BLE001 (a thread's failure must reach the test)
                failed.append(error)

    threads = [threading.Thread(target=write, args=(f"writer {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reading(filled) as session:
        stored = returns.find(session)
        assert [one.revision for one in stored] == list(range(1, 41))
        assert [one.revision for one in stored if one.superseded_at is None] == [40]
        assert follow(session).broken is None
        assert len(events.history(session)) == 40
        assert len(list(facts.all(session))) == 40


def test_a_reader_sees_one_state_while_others_write(filled):
    with reading(filled) as session:
        assert counting(session) == set()
        with writing(filled) as other:
            stored = add_approved(other)
        assert counting(session) == set()
    with reading(filled) as session:
        assert counting(session) == {("A", Q1, stored.id)}


def test_a_writer_that_waits_too_long_is_told_so(filled, opened, store_url, monkeypatch):
    monkeypatch.setattr("kpi.store.engine.WAIT_SECONDS", 1)
    impatient = opened(store_url)
    with writing(filled), pytest.raises(StoreUnavailableError, match="try again in a moment"), writing(impatient):
        pass


def test_a_full_disk_is_said_and_leaves_the_store_as_it_was(sqlite_store):
    def keep_a_big_one():
        with writing(sqlite_store) as session:
            session.execute(sa.text("PRAGMA max_page_count = 1"))  # SQLite raises this to the file's present size
            files.keep(session, name="big", content=b"x" * 1_000_000)

    with pytest.raises(StoreUnavailableError, match="disk is full"):
        keep_a_big_one()
    with reading(sqlite_store) as session:
        assert session.execute(sa.text("SELECT count(*) FROM file")).scalar() == 0


WRITER = Path(__file__).parent / "store_writer.py"
ROWS = 400


def whole_or_absent(url, quarters):
    """Give the quarters that are stored, having made sure that each is stored whole."""
    engine = connect(url)
    try:
        with reading(engine) as session:
            assert follow(session).broken is None
            stored = {one.quarter: one for one in returns.find(session)}
            logged = {event.subject for event in events.history(session)}
            summed = {one.quarter: one.total for one in facts.all(session)}
            for one in stored.values():
                content = returns.content(session, return_id=one.id)
                assert content.rows == ROWS
                assert content.sha256 == one.content_sha256
                assert one.current
            assert logged == {str(quarter) for quarter in stored}
            assert summed == dict.fromkeys(stored, ROWS)
            assert session.execute(sa.text("SELECT count(*) FROM record")).scalar() == ROWS * len(stored)
            assert session.execute(sa.text("SELECT count(*) FROM file")).scalar() == len(stored)
    finally:
        engine.dispose()
    return set(stored) & set(quarters)


def test_a_kill_at_any_statement_leaves_all_or_nothing(filled, store_url):
    """The writer kills itself before its 1st, 2nd, … statement, and at last just after it has committed."""
    filled.dispose()
    said = subprocess.run(
        [sys.executable, WRITER, store_url, "each"], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()
    killed = [Quarter.parse(line) for line in said if not line.endswith("!")]
    survived = [Quarter.parse(line[:-1]) for line in said if line.endswith("!")]
    assert len(killed) >= 20
    assert whole_or_absent(store_url, killed) == set()
    assert whole_or_absent(store_url, survived) == set(survived)
    assert len(survived) == 1


def test_a_kill_at_any_moment_leaves_all_or_nothing(filled, store_url):
    filled.dispose()
    chance = random.Random(20250701)  # noqa: S311 (when to kill is no secret)
    told = set()
    for turn in range(6):
        writer = subprocess.Popen(
            [sys.executable, WRITER, store_url, str(turn * 40)], stdout=subprocess.PIPE, text=True
        )
        told.add(Quarter.parse(writer.stdout.readline()))  # one return is stored, the next is being written
        threading.Event().wait(chance.uniform(0, 0.15))
        os.kill(writer.pid, signal.SIGKILL)
        told |= {Quarter.parse(line) for line in writer.stdout if line.endswith("\n")}
        writer.wait()
        writer.stdout.close()
    # what was answered “stored” is there
    assert whole_or_absent(store_url, told) == told
