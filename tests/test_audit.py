"""Whoever goes round the program and changes the log, a record, a fact or a file is found; on both databases."""
# ruff: noqa: S608 (the statements are the tests' own)

import csv
import gc
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from filling import SECOND, Kpi
from kpi import locks
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.audit import Sought, history_of, read_log, subjects
from kpi.framework.load import load_file
from kpi.harmless import harmless
from kpi.installation import Installation
from kpi.language import message
from kpi.proof import compare_facts, verify
from kpi.quarter import Quarter
from kpi.store.engine import connect, writing
from kpi.store.events import BEGINNING

ORGANISATIONS = "code,name,nature\nC1,Club un,club\nS1,École,school\n"


def operations(*adults):
    rows = [
        {
            "title": f"Opération {number}",
            "day": "12.04.2025",
            "river": "suze",
            "volunteers.under16": 3,
            "volunteers.adult": count,
            "volunteers.unknown": 0,
        }
        for number, count in enumerate(adults)
    ]
    return {"operations": rows}


@pytest.fixture(scope="module")
def prepared():
    """Stores made once for each database, to be copied."""
    return {}


@pytest.fixture
def store_url(backend, prepared, request, tmp_path, tmp_path_factory):
    """A copy of a store with two approved returns and one that waits."""
    cluster = request.getfixturevalue("cluster") if backend == "postgresql" else None
    if backend not in prepared:
        folder = tmp_path_factory.mktemp(backend)
        prepared[backend] = cluster.create() if cluster else folder / "store.sqlite3"
        url = cluster.url(prepared[backend]) if cluster else f"sqlite:///{prepared[backend]}"
        home = Kpi(folder, environment={"KPI_DATABASE_URL": url})
        home.begin(ORGANISATIONS)
        home.approve(home.filled("C1", "2025-Q2", operations(5, 7)), home.filled("S1", "2025-Q2", operations(10)))
        home.ok("import", home.filled("C1", "2025-Q3", {}))
        gc.collect()  # nobody may be connected to a database that is copied
    if cluster is None:
        file = tmp_path / "store.sqlite3"
        with closing(sqlite3.connect(prepared[backend])) as old, closing(sqlite3.connect(file)) as new:
            old.backup(new)
        yield f"sqlite:///{file}"
        return
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{prepared[backend]}'")
    name = cluster.create(prepared[backend])
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def kpi(store_url, tmp_path):
    return Kpi(tmp_path, environment={"KPI_DATABASE_URL": store_url})


@pytest.fixture
def installation(kpi, store_url, opened):
    framework = load_file(SECOND).framework
    assert framework is not None
    return Installation(framework, SECOND.read_text(encoding="utf-8"), opened(store_url), OPERATOR)


@pytest.fixture
def tamper(store_url, opened, backend):
    """Change the database behind the program's back, its triggers taken away first."""
    engine = opened(store_url)

    def change(*statements):
        with writing(engine) as session:
            for table in ("event", "record", "evidence"):
                if backend == "postgresql":
                    session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_kept ON {table}"))
                    continue
                for deed in ("update", "delete"):
                    session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{deed}"))
            for statement in statements:
                assert session.execute(sa.text(statement)).rowcount, statement

    return change


def found(installation, **asked):
    return [problem.code for problem in verify(installation, **asked).problems]


def event(installation, action, which=0):
    page = read_log(installation, sought=Sought(action=action))
    return sorted(page.events, key=lambda one: one.id)[which]


def test_an_honest_store_is_proved_and_its_head_printed(kpi, installation):
    done = kpi.ok("audit", "verify")
    head = done.out.strip()
    assert len(head) == 64
    assert "All is as it was sealed" in done.err
    kpi.ok("import", kpi.filled("S1", "2025-Q3", {}))
    later = kpi.ok("audit", "verify", "--head", head.upper())
    assert "1 links were added since" in later.err
    assert later.out.strip() != head
    assert verify(installation, head=BEGINNING).after == verify(installation).links
    assert kpi.ok("rebuild", "--check").out == "All stored figures are what the records give.\n"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "'Somebody else'"),
        ("action", "'return.looked_at'"),
        ("subject", "'return/S1/2025-Q2/9'"),
        ("at", "'2024-01-01 00:00:00'"),
        ("after", """'{"state":"approved"}'"""),
        ("before", "NULL"),
    ],
)
def test_a_changed_link_is_named(kpi, installation, tamper, column, value):
    link = event(installation, "return.approved")
    tamper(f"UPDATE event SET {column} = {value} WHERE id = {link.id}")
    said = kpi.refused(1, "audit", "verify")
    assert f"broken at link {link.id} " in said
    assert "does not say what was sealed" in said


def test_a_link_that_can_no_longer_be_read_is_named_too(installation, tamper, backend):
    link = event(installation, "return.approved")
    if backend == "postgresql":  # which takes nothing else into such a column
        tamper(f"UPDATE event SET after = '[]' WHERE id = {link.id}")
    else:
        tamper(f"UPDATE event SET after = '{{broken', at = 'never' WHERE id = {link.id}")
    first = next(iter(verify(installation).problems))
    assert (first.code, first.values["number"]) == ("audit.link_changed", str(link.id))
    assert link.id in [one.id for one in read_log(installation, sought=Sought(action="return.approved")).events]


def test_a_link_taken_out_or_sealed_anew_shows_at_the_next(installation, tamper):
    link = event(installation, "return.submitted")
    tamper(f"UPDATE event SET hash = '{'0' * 63}1' WHERE id = {link.id}")
    assert "audit.link_changed" in found(installation)
    tamper(f"DELETE FROM event WHERE id = {link.id}")
    first = next(iter(verify(installation).problems))
    assert (first.code, first.values["number"]) == ("audit.link_moved", str(link.id + 1))


def test_a_cut_end_shows_against_a_printed_head(kpi, installation, tamper):
    printed = verify(installation).head
    last = max(read_log(installation, sought=Sought()).events, key=lambda one: one.id)
    assert last.action == "return.submitted"
    tamper(f"DELETE FROM event WHERE id = {last.id}")
    assert "audit.head_missing" in found(installation, head=printed)
    assert "audit.head_missing" not in found(installation, head=last.previous_hash)
    assert f"The hash {printed} is not in the log" in kpi.refused(1, "audit", "verify", "--head", printed)


def test_what_is_no_hash_is_refused(kpi):
    assert "“abc” is no hash" in kpi.refused(2, "audit", "verify", "--head", "abc")


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE record SET cells = \'{"title": "x"}\' WHERE id = 1',
        "DELETE FROM record WHERE id = 1",
        "UPDATE record SET position = 7 WHERE id = 1",
        "UPDATE return_form SET state = 'not_applicable' WHERE return_id = 1 AND form = 'gifts'",
    ],
)
def test_one_changed_record_is_found(kpi, installation, tamper, statement):
    tamper(statement)
    assert found(installation) == ["audit.records_changed"]
    assert [one.code for one in compare_facts(installation)] == ["audit.records_changed"]
    assert "C1 2025-Q2, revision 1: its records are not what was handed in" in kpi.refused(1, "audit", "verify")


def test_a_record_that_can_no_longer_be_read_is_found(installation, tamper, backend):
    tamper("UPDATE record SET cells = '" + ("[1]" if backend == "postgresql" else "{broken") + "' WHERE id = 1")
    assert found(installation) == ["audit.records_changed"]
    assert [one.code for one in compare_facts(installation)] == ["audit.records_changed"]


def test_a_record_changed_together_with_its_hash_is_found_by_the_log(installation, tamper):
    tamper(f"UPDATE returns SET content_sha256 = '{'a' * 64}' WHERE id = 1")
    assert set(found(installation)) == {"audit.records_changed", "audit.content_hash"}


APPROVED_BY_NOBODY = (
    "UPDATE returns SET state = 'approved', current = TRUE, approved_by = 'B', approved_at = submitted_at WHERE id = 3"
)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE returns SET approved_by = 'Somebody else' WHERE id = 1", "audit.person_changed"),
        ("UPDATE returns SET submitted_at = '2024-01-01 00:00:00' WHERE id = 3", "audit.person_changed"),
        (
            APPROVED_BY_NOBODY,
            "audit.state_changed",
        ),
        ("UPDATE returns SET current = FALSE, superseded_at = approved_at WHERE id = 1", "audit.counting_changed"),
        ("UPDATE returns SET file_id = (SELECT max(id) FROM file) WHERE id = 1", "audit.file_exchanged"),
        ("UPDATE framework SET yaml = yaml || '#'", "audit.framework_changed"),
    ],
)
def test_what_stands_beside_the_records_is_held_against_the_log(installation, tamper, statement, code):
    tamper(statement)
    assert found(installation) == [code]


def test_a_changed_file_is_found(installation, tamper, backend):
    changed = "decode('00', 'hex')" if backend == "postgresql" else "x'00'"
    tamper(f"UPDATE file SET content = {changed}, size = 1 WHERE id = 2")
    assert found(installation) == ["audit.file_changed"]


def test_a_file_taken_away_as_if_it_had_been_too_old_is_found(installation, tamper, backend):
    nothing = "''" if backend == "postgresql" else "x''"
    tamper(f"UPDATE file SET content = {nothing}, size = 0, removed_at = '2026-01-01 00:00:00' WHERE id = 2")
    assert found(installation) == ["audit.file_gone"]


def test_a_return_that_vanished_is_found(installation, tamper):
    tamper(
        "DELETE FROM fact WHERE return_id = 1",
        "DELETE FROM record WHERE return_id = 1",
        "DELETE FROM return_form WHERE return_id = 1",
        "DELETE FROM returns WHERE id = 1",
    )
    assert found(installation) == ["audit.return_gone"]


def test_a_return_that_nobody_handed_in_is_found(installation, tamper):
    tamper("UPDATE returns SET revision = 5 WHERE id = 1")
    assert set(found(installation)) == {"audit.return_not_logged", "audit.return_gone"}


FOREIGN_FACT = "INSERT INTO fact SELECT part_id, quarter, 1, slice_id, 1, 1, 0 FROM fact WHERE return_id = 2 LIMIT 1"
ONE_FACT = (
    "part_id = (SELECT min(part_id) FROM fact WHERE return_id = 1) AND return_id = 1 AND slice_id = "
    "(SELECT min(slice_id) FROM fact WHERE return_id = 1 "
    "AND part_id = (SELECT min(part_id) FROM fact WHERE return_id = 1))"
)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE fact SET total = total + 1 WHERE {ONE_FACT}",
        f"DELETE FROM fact WHERE {ONE_FACT}",
        f"UPDATE fact SET quarter = quarter + 4 WHERE {ONE_FACT}",
        FOREIGN_FACT,
    ],
)
def test_one_changed_fact_is_found_and_nothing_is_written(kpi, installation, tamper, statement):
    if statement.startswith("INSERT"):
        tamper("DELETE FROM fact WHERE return_id = 1")
    tamper(statement)
    before = verify(installation).head
    assert "C1 2025-Q2, revision 1:" in kpi.refused(1, "rebuild", "--check")
    assert verify(installation).head == before
    kpi.ok("rebuild")
    assert compare_facts(installation) == []


def test_every_problem_has_words_in_each_language(installation, tamper):
    tamper("UPDATE returns SET approved_by = 'X', content_sha256 = 'y' WHERE id = 1", "UPDATE fact SET total = 1")
    problems = [*verify(installation).problems, *compare_facts(installation)]
    said = [message(problem, language) for problem in problems for language in ("en", "bg")]
    assert len(said) >= 6
    assert not [text for text in said if "{" in text.replace('{"', "").replace("{}", "")]


def test_a_store_is_looked_through_a_few_returns_at_a_time(installation, monkeypatch):
    monkeypatch.setattr("kpi.proof._MOST_RECORDS", 1)
    assert verify(installation).problems == []
    assert compare_facts(installation) == []
    monkeypatch.setattr("kpi.proof._MOST_RETURNS", 1)
    assert verify(installation).returns == 3


def test_the_log_is_filtered_and_written_for_other_programs(kpi):
    links = kpi.ok("audit", "log", "--format", "json").json
    assert [one["id"] for one in links] == sorted(one["id"] for one in links)
    of_c1 = kpi.ok("audit", "log", "--format", "json", "--org", "C1", "--quarter", "2025-Q2").json
    assert [one["action"] for one in of_c1] == ["organisation.added", "return.submitted", "return.approved"]
    assert [one["subject"] for one in of_c1] == ["organisation/C1", *["return/C1/2025-Q2/1"] * 2]
    by = kpi.ok("audit", "log", "--format", "json", "--actor", "Approver", "--action", "return.approved").json
    assert {one["actor"] for one in by} == {"Approver"}
    assert len(by) == 2
    day = by[0]["at"][:10]
    assert kpi.ok("audit", "log", "--format", "json", "--until", "2020-01-01").json == []
    assert len(kpi.ok("audit", "log", "--format", "json", "--since", "2020-01-01").json) == len(links)
    rows = list(csv.DictReader(io.StringIO(kpi.ok("audit", "log", "--format", "csv").out)))
    assert [json.loads(row["after"] or "null") for row in rows] == [one["after"] for one in links]
    table = kpi.ok("audit", "log", "--org", "S1").out
    assert "return/S1/2025-Q2/1" in table
    assert "C1" not in table
    assert day
    # A percent sign or an underscore in a filter is itself and nothing more.
    assert kpi.ok("audit", "log", "--format", "json", "--org", "%").json == []
    assert kpi.ok("audit", "log", "--format", "json", "--org", "_1").json == []


def test_from_a_return_one_comes_to_all_that_was_done_to_it(installation):
    told = history_of(installation, return_id=1)
    assert [(one.action, one.subject) for one in told] == [
        ("return.submitted", "return/C1/2025-Q2/1"),
        ("return.approved", "return/C1/2025-Q2/1"),
    ]
    with pytest.raises(KeyError):
        history_of(installation, return_id=999)


def test_what_was_decided_about_its_quarter_belongs_to_a_return(installation, kpi):
    at, q2 = datetime(2026, 1, 7, tzinfo=UTC), Quarter(2025, 2)
    locks.extend(installation, organisation="C1", quarter=q2, until=date(2026, 2, 1), reason="Flood", at=at)
    locks.extend(installation, organisation="S1", quarter=q2, until=date(2026, 2, 1), reason="Fire", at=at)
    locks.lock(installation, quarter=q2, reason="Reported", at=at)
    locks.reopen(installation, quarter=q2, reason="An error", at=at)
    last = history_of(installation, return_id=1)[-3:]
    assert [(one.action, one.after["reason"]) for one in last] == [
        ("return.extended", "Flood"),
        ("quarter.locked", "Reported"),
        ("quarter.reopened", "An error"),
    ]
    told = kpi.ok("audit", "log", "--format", "json", "--org", "C1", "--quarter", "2025-Q2").json
    assert [one["id"] for one in told[-3:]] == [one.id for one in last]


def test_the_list_of_organisations_belongs_to_what_lies_behind_a_figure(installation, kpi):
    """Also those that say nothing of it: who was expected to is what its coverage rests on."""
    q2 = Quarter(2025, 2)
    assert "organisation/C1" in subjects(installation, returns=[("C1", q2)])
    assert "organisation/S1" not in subjects(installation, returns=[("C1", q2)])
    behind = subjects(installation, returns=[("C1", q2)], indicator=next(iter(installation.framework.indicators)))
    assert {"organisation/C1", "organisation/S1"} <= behind
    told = kpi.ok("audit", "log", "--format", "json", "--org", "C1", "--quarter", "2025-Q2").json
    assert ("organisation.added", "organisation/C1") in {(one["action"], one["subject"]) for one in told}


def test_who_may_read_the_log(installation):
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        seen = installation.asked_by(Person("A", role, "a@example.org", 1))
        assert verify(seen).problems == []
        assert read_log(seen, sought=Sought()).events
    reporter = Person("R", Role.REPORTER, "r@example.org", 2, frozenset({"C1"}))
    for who in (Person("V", Role.VIEWER), reporter, replace(reporter, organisations=frozenset({"S1"}))):
        seen = installation.asked_by(who)
        for ask in (lambda: verify(seen), lambda: compare_facts(seen), lambda: read_log(seen, sought=Sought())):  # noqa: B023
            with pytest.raises(NotPermittedError):
                ask()
    assert len(history_of(installation.asked_by(reporter), return_id=1)) == 2
    with pytest.raises(NotPermittedError):
        history_of(installation.asked_by(reporter), return_id=2)


def test_reporters_read_names_and_no_addresses_in_the_history_of_their_return(installation, tamper, store_url):
    from kpi.store import events  # noqa: PLC0415 (used here only)

    with writing(connect(store_url)) as session:
        at = event(installation, "return.submitted").at
        events.append(
            session, at=at, actor="Bo Petrova <bo@example.org>", action="return.seen", subject="return/C1/2025-Q2/1"
        )
    reporter = Person("R", Role.REPORTER, "r@example.org", 2, frozenset({"C1"}))
    assert history_of(installation.asked_by(reporter), return_id=1)[-1].actor == "Bo Petrova"
    assert history_of(installation, return_id=1)[-1].actor == "Bo Petrova <bo@example.org>"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+7 cmd", "'+7 cmd"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t'=1"),
        ("well;=1+41;x", "well;'=1+41;x"),
        ('a;"=1+1"', 'a;"\'=1+1"'),
        ("one\n-2+3", "one\n'-2+3"),
        ("a; -b – c;d", "a; -b – c;d"),
        ("-12.50", "-12.50"),
        ("+3", "+3"),
        ("Club = un", "Club = un"),
        (-5, -5),
        (None, None),
    ],
)
def test_what_a_spreadsheet_would_run_is_made_harmless(text, written):
    assert harmless(text) == written
