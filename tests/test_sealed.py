"""Every column of every table: a change behind the program's back is found, or docs/security.md says that it is not."""
# ruff: noqa: S608 (the statements are the tests' own)

import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime

import psycopg
import pytest
import sqlalchemy as sa

from desk import ANN, BOB, MIA, Q1, Q2, SMALL, TODAY, A, approved, at_work, begun, handed_in, moment, typed
from kpi import evidence, follow_up, locks, offline, people, quality, remarks, retention, sessions, typing_in
from kpi.access import OPERATOR, Role
from kpi.draft import Draft
from kpi.figures import rows_behind
from kpi.framework.load import load_file
from kpi.incoming import Incoming
from kpi.installation import Installation
from kpi.intake import typed as typing
from kpi.intake.check import check
from kpi.language import message
from kpi.problems import Problem
from kpi.proof import compare_facts, verify
from kpi.quality import Outcome
from kpi.quarter import Quarter, Window
from kpi.returns import send_back, submit
from kpi.store import editions, events, frameworks, returns, tables
from kpi.store.engine import connect, reading, writing
from kpi.store.model import Channel
from papers import PNG
from typed import type_row

#: What may be changed unseen, each with the reason; docs/security.md says the same.
UNSEEN = {
    "numbers that only tell rows apart": {
        "comment.id",
        "evidence.id",
        "quarter_lock.id",
        "record.id",
        "resolution.id",
    },
    "who is signed in, or may choose a password: kept for hours, nothing rests on it": {
        *("session.token_sha256", "session.person_id", "session.begun_at", "session.seen_at"),
        *("link.token_sha256", "link.person_id", "link.until", "link.used_at"),
        *("attempt.id", "attempt.address_sha256", "attempt.email_sha256", "attempt.at"),
    },
    "letters that were sent": {
        f"reminder.{name}"
        for name in tables.table(tables.Reminder).columns.keys()  # noqa: SIM118 (columns are no dict)
    },
}
#: What the database itself lets nobody change by itself.
HELD = {"file.size"}
COLUMNS = [
    f"{table.name}.{column.name}"
    for table in tables.Base.metadata.sorted_tables
    for column in table.columns
    if f"{table.name}.{column.name}" not in HELD.union(*UNSEEN.values())
]
#: Which row to change where not just any will do, and what to write where not just anything is another value.
WHERE = {
    "event": "id = (SELECT min(id) + 5 FROM event)",
    "file": "id = (SELECT min(file_id) FROM evidence)",
    "returns": "current",
    "return_form": "return_id IN (SELECT id FROM returns WHERE current) AND form = 'training'",
    "return_form.reason": "reason IS NOT NULL",
    "returns.reason": "reason IS NOT NULL",
    "returns.superseded_at": "state = 'returned'",
    "evidence.file_id": "file_id IS NOT NULL",
    "evidence.link": "link IS NOT NULL",
    "file.removed_at": "removed_at IS NOT NULL",
    "person.anonymised_at": "anonymised_at IS NOT NULL",
    "person": "anonymised_at IS NULL",
    "indicator_note.removed_at": "removed_at IS NULL",
    "part": "id = (SELECT min(part_id) FROM fact)",
    "slice": "id = (SELECT min(slice_id) FROM fact)",
}
TO = {
    "returns.state": "'submitted'",
    "returns.channel": "CASE channel WHEN 'form' THEN 'import' ELSE 'form' END",
    "return_form.state": "'not_applicable'",
    "person.role": "CASE role WHEN 'viewer' THEN 'manager' ELSE 'administrator' END",
    "resolution.outcome": "CASE outcome WHEN 'accepted' THEN 'explained' ELSE 'accepted' END",
    "slice.coordinates": """'{"gender":"changed"}'""",
}


def workbook(here: Installation, quarter: Quarter) -> Incoming:
    """A workbook as it was read: five women took part in a course."""
    forms = ("funding", "projects", "opinion")
    said = {key: typing.TypedForm("nothing", typing.blank(here.framework, key, quarter).rows) for key in forms}
    counts = {f"{one}.{who}": "0" for one in ("enrolled", "successful") for who in ("men", "unknown")}
    counts |= {"enrolled.women": "5", "successful.women": "5"}
    row = typing.TypedRow("r1", {"course": "First aid", "district": "Vidin", **counts})
    raw = typing.raw("A", quarter, "en", {**said, "training": typing.TypedForm("reported", (row,))})
    found = check(here.framework, raw, attributes=A.attributes)
    return Incoming("return.xlsx", b"bytes of the workbook", A, raw, found.content, None, found.problems)


def proved(here: Installation, draft: Draft) -> Draft:
    """A course and a contract signed too early, with a file and a link behind the course, and notes."""
    draft = typed(here, draft, 7)
    row = draft.typed["training"].rows[0].id
    where = {"draft_id": draft.id, "form": "training", "row": row}
    evidence.keep(here, **where, name="list.png", content=PNG, at=moment())
    evidence.link(here, **where, address="https://example.org/list", at=moment())
    cells = {"signed": "01.02.2020", "amount": "100", "amount.currency": "EUR", "source": "State"}
    type_row(here, draft, "funding", "f1", cells, at=moment())
    typing_in.say_state(here, draft_id=draft.id, form="funding", seen="nothing", state="reported", at=moment())
    typing_in.write_note(here, draft_id=draft.id, form=None, note="Of the whole", at=moment())
    return typing_in.write_note(here, draft_id=draft.id, form="training", note="Of the courses", at=moment())


def story(engine: sa.Engine) -> None:
    """Let a little of everything happen that the log tells of."""
    here = at_work(engine)
    ann, bob, mia = (here.asked_by(one) for one in (ANN, BOB, MIA))
    submit(here, workbook(here, Q1), by="First", at=moment(), approver="Second", channel=Channel.IMPORT)
    waiting = handed_in(ann, proved(ann, begun(ann, "A", Q2)))
    by_form = {"training": "Whom?"}
    send_back(mia, return_id=waiting.id, reason="Look again", by_form=by_form, by=MIA.signature, at=moment())
    offline.take_workbook(ann, workbook(here, Q2), today=TODAY, at=moment())
    again = handed_in(ann, proved(ann, begun(ann, "A", Q2)))
    approved(here, again)
    remarks.comment(mia, return_id=again.id, text="Well done", form="training", position=1, at=moment())
    remarks.comment(ann, return_id=again.id, text="Thank you", at=moment())
    approved(here, handed_in(bob, typed(bob, begun(bob, "B", Q2), 7)))
    begun(bob, "B", Q1)
    odd = quality.quality(mia, Window.quarter(Q2)).odd[0]
    what = {"organisation": odd.head.organisation, "quarter": odd.head.quarter, "oddity": odd.oddity.name}
    quality.resolve(mia, **what, outcome=Outcome.EXPLAINED, text="Two courses", at=moment())
    until = date(2026, 12, 1)
    locks.extend(mia, organisation="B", quarter=Q1, until=until, reason="Flood", at=moment())
    locks.lock(mia, quarter=Q1, reason="Reported", at=moment())
    locks.reopen(mia, quarter=Q1, reason="An error", at=moment())
    words = {"explanation": "Winter", "action": "More courses", "owner": "Mia"}
    action = follow_up.open_action(mia, indicator="T1", quarter=Q2, due=until, **words, at=moment())
    follow_up.close_action(mia, action_id=action, outcome="Done", at=moment())
    follow_up.add_note(mia, indicator="T1", day=until, text="A new law", at=moment())
    gone = follow_up.add_note(mia, indicator="T1", day=until, text="An error", at=moment())
    follow_up.remove_note(mia, note_id=gone, at=moment())
    accounts(here)
    published(engine)
    removed(here)


def published(engine: sa.Engine) -> None:
    """Publish a report of one figure; the story does not wait for its files to be typeset."""
    at = moment()
    with writing(engine) as session:
        edition = editions.add(
            session,
            series="2026-Q2",
            window=Window.quarter(Q2),
            audience="everybody",
            limits={"region": "north"},
            framework_id=frameworks.get(session, framework_id=1).id,
            framework_version="1",
            returns=2,
            log_head=events.head(session),
            figures=[{"indicator": "T1", "value": "12"}],
            written=[editions.NewFile("en", "pdf", "report.pdf", "application/pdf", b"%PDF-1.7 a report")],
            at=at,
            by=MIA.signature,
        )
        after = {"sha256": edition.sha256}
        what = {"action": editions.PUBLISHED, "subject": edition.subject}
        events.append(session, at=at, actor=edition.published_by, **what, after=after)


def accounts(here: Installation) -> None:
    """Invite three people: one chooses a password, one comes by another service, one leaves and is forgotten."""
    of_a = {"role": Role.REPORTER, "organisations": {"A"}}
    _, token = people.invite(here, email="ann@a.example", name="Ann", language="en", **of_a, at=moment())
    sessions.enter_by_link(here, token=token, password="a good long password", at=moment())  # noqa: S106 (a test's)
    max_, _ = people.invite(here, email="max@core.example", name="Max", role=Role.MANAGER, at=moment())
    sessions.known_elsewhere(here, issuer="https://id.example", subject="max", email=max_.email, at=moment())
    gone, _ = people.invite(here, email="gone@a.example", name="Gone", **of_a, at=moment())
    stays = {"name": "Gone", **of_a, "language": None}
    people.change(here, person_id=gone.id, **stays, enabled=False, at=moment())
    people.invite(here, email="eve@fund.example", name="Eve", role=Role.VIEWER, at=moment())


def removed(here: Installation) -> None:
    """Tidy up much later: the first workbook goes, and the name of whoever left."""
    retention.tidy(here, retention.Rules(1, 1), at=moment().replace(year=2028))


class Store:
    """A store in which a little of everything happened, and the way round the program."""

    def __init__(self, url: str) -> None:
        self.url = url
        loaded = load_file(SMALL)
        self.here = Installation(loaded.framework, loaded.yaml, connect(url), OPERATOR)

    def found(self) -> list[Problem]:
        return [*verify(self.here).problems, *compare_facts(self.here)]

    def run(self, *statements: str) -> int:
        """Run statements where neither triggers nor keys hold them up; give how many rows the last changed."""
        changed = 0
        with self.alone() as connection:
            for statement in statements:
                changed = connection.execute(statement).rowcount
            connection.commit()
        return changed

    def alone(self):
        if self.url.startswith("postgresql"):
            connection = psycopg.connect(self.url)
            connection.execute("SET session_replication_role = replica")
            return closing(connection)
        connection = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        connection.executescript("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        return closing(connection)

    def ask(self, statement: str) -> tuple[object, ...] | None:
        with self.alone() as connection:
            return connection.execute(statement).fetchone()


@pytest.fixture(scope="module")
def lived(migrated_file, tmp_path_factory):
    """The file of a store in which a little of everything happened."""
    file = tmp_path_factory.mktemp("sealed") / "store.sqlite3"
    shutil.copyfile(migrated_file, file)
    engine = connect(f"sqlite:///{file}")
    story(engine)
    engine.dispose()
    return file


@pytest.fixture
def store(lived, tmp_path):
    shutil.copyfile(lived, tmp_path / "store.sqlite3")
    found = Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    yield found
    found.here.engine.dispose()


def another(column: sa.Column, name: str) -> str:
    """Give, as SQL, a value that a column does not hold."""
    if name in TO:
        return TO[name]
    if column.name == "quarter" or column.name.startswith("active_"):
        return f"coalesce({column.name}, 8100) - 8"
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    if isinstance(kind, sa.JSON):
        return """'{"changed":"x"}'"""
    by_kind = {
        datetime: "'2001-01-01 00:00:00.000000'",
        date: "'2001-01-01'",
        bool: f"NOT {column.name}",
        bytes: "x'00'",
        str: f"coalesce({column.name}, '') || 'x'",
        int: f"coalesce({column.name}, 0) + 777",
    }
    return by_kind[kind.python_type]


def of_one_row(name: str) -> tuple[sa.Column, str]:
    """Give a column by its whole name, and the condition that means one row of its table."""
    table = tables.Base.metadata.tables[name.partition(".")[0]]
    keys = ", ".join(table.primary_key.columns.keys())
    condition = WHERE.get(name, WHERE.get(table.name, "1 = 1"))
    one = f"({keys}) = (SELECT {keys} FROM {table.name} WHERE {condition} ORDER BY {keys} LIMIT 1)"
    return table.columns[name.partition(".")[2]], one


def test_an_honest_store_is_proved(store):
    assert store.found() == []
    for table in tables.Base.metadata.sorted_tables:
        if table.name not in {"session", "link", "attempt", "reminder"}:
            assert store.ask(f"SELECT 1 FROM {table.name}"), f"nothing to change in {table.name}"


@pytest.mark.parametrize("name", COLUMNS)
def test_whatever_is_changed_behind_the_programs_back_is_found(store, name):
    column, one_row = of_one_row(name)
    assert store.run(f"UPDATE {column.table.name} SET {column.name} = {another(column, name)} WHERE {one_row}") == 1
    found = store.found()
    assert found
    said = [message(problem, language).replace("{}", "") for problem in found for language in ("en", "bg")]
    assert not [one for one in said if "{" in one.replace('{"', "")]


@pytest.mark.parametrize(
    ("name", "rubbish"),
    [
        ("event.actor", "x'ff00'"),
        ("organisation.code", "x'ff00'"),
        ("returns.state", "'?'"),
        ("returns.quarter", "-5"),
        ("returns.file_id", "'?'"),
        ("returns.channel", "x'ff00'"),
        ("evidence.position", "'?'"),
        ("record.key", "x'ff00'"),
        ("part.key", "x'ff00'"),
        ("quarter_lock.quarter", "'?'"),
        ("person.password", "x'ff00'"),
        ("action.opened_at", "x'ff00'"),
        ("file.content", "'?'"),
        ("framework.yaml", "x'ff00'"),
        ("edition.figures", "x'ff00'"),
    ],
)
def test_what_can_be_no_value_of_its_column_is_found_and_stops_nothing(store, name, rubbish):
    column, one_row = of_one_row(name)
    assert store.run(f"UPDATE {column.table.name} SET {column.name} = {rubbish} WHERE {one_row}") == 1
    assert store.found()


@pytest.mark.parametrize("name", sorted({one.partition(".")[0] for one in COLUMNS}))
def test_a_row_that_is_taken_away_is_found(store, name):
    keys = ", ".join(tables.Base.metadata.tables[name].primary_key.columns.keys())
    one = f"SELECT {keys} FROM {name} WHERE {WHERE.get(name, '1 = 1')} ORDER BY {keys} LIMIT 1"
    assert store.run(f"DELETE FROM {name} WHERE ({keys}) = ({one})") == 1
    assert store.found()


@pytest.mark.parametrize(
    "name",
    ["action", "comment", "evidence", "fact", "indicator_note", "person", "quarter_lock", "record", "resolution"],
)
def test_a_row_that_is_slipped_in_is_found(store, name):
    """One like another of its table, under a number, address or place of its own."""
    table = tables.Base.metadata.tables[name]
    own = {"id": "99", "number": "9", "position": "9", "email": "'x@x.example'", "issuer": "NULL", "subject": "NULL"}
    own |= {"reopened_at": "'2026-11-11 00:00:00.000000'", "slice_id": "99"}
    columns = table.columns.keys()
    values = ", ".join(own.get(column, column) for column in columns)
    like = f"SELECT {values} FROM {name} WHERE {WHERE.get(name, '1 = 1')} LIMIT 1"
    assert store.run(f"INSERT INTO {name} ({', '.join(columns)}) {like}") == 1
    assert store.found()


def test_records_slipped_into_a_form_that_a_return_does_not_have_are_found_and_read_by_nobody(store):
    rows = [row for row in rows_behind(store.here) if row.form == "training"]
    like = f"return_id, 'sites', position, key, cells FROM record WHERE return_id = {rows[0].return_id} LIMIT 1"
    assert store.run(f"INSERT INTO record (return_id, form, position, key, cells) SELECT {like}") == 1
    told = "A 2026-Q1, revision 1: there are records of the form “sites”, of which it says nothing; somebody slipped"
    for found in (verify(store.here).problems, compare_facts(store.here)):
        (problem,) = found
        assert message(problem, "en") == f"{told} them in."
    assert "sites" not in {row.form for row in rows_behind(store.here)}
    assert list(rows_behind(store.here, form="sites")) == []
    with reading(store.here.engine) as session:
        assert "sites" not in returns.content(session, return_id=rows[0].return_id).forms


def test_what_was_logged_before_there_were_seals_is_proved_as_far_as_it_goes(store):
    """The same log, but for what later versions write into it."""
    with reading(store.here.engine) as session:
        links = events.history(session)
    store.run("DELETE FROM event")
    with writing(store.here.engine) as session:
        for link in links:
            said = (_as_it_was(link.before), _as_it_was(link.after))
            what = {"actor": link.actor, "action": link.action, "subject": link.subject}
            events.append(session, at=link.at, **what, before=said[0], after=said[1])
    assert store.found() == []
    store.run("UPDATE returns SET explanations = '[]', note = 'x' WHERE current")
    assert store.found() == []
    store.run("UPDATE comment SET text = 'x' WHERE id = 1", "UPDATE person SET role = 'administrator' WHERE id = 4")
    assert [one.code for one in store.found()] == ["audit.kept_changed", "audit.kept_changed"]


def _as_it_was(said: object) -> object:
    later = {"seals", "sign_in_sha256"}
    return {key: value for key, value in said.items() if key not in later} if isinstance(said, dict) else said


def test_the_proof_says_what_does_not_fit(store):
    store.run(
        "UPDATE evidence SET link = 'https://example.org/other' WHERE link IS NOT NULL",
        "UPDATE action SET owner = 'Max', due = '2027-01-01'",
        "UPDATE person SET role = 'administrator' WHERE email = 'eve@fund.example'",
    )
    said = sorted(message(problem, "en") for problem in store.found())
    assert said == [
        "A 2026-Q2, revision 1: its evidence is not what the log says.",
        "A 2026-Q2, revision 2: its evidence is not what the log says.",
        "Account 4: role is not what the log says.",
        "Action 1: owner, due is not what the log says.",
    ]


@pytest.mark.parametrize("name", sorted(set().union(*UNSEEN.values()) - {"attempt.id"}))
def test_what_is_said_to_be_unseen_is_a_column_that_is_there(name):
    table, _, column = name.partition(".")
    assert column in tables.Base.metadata.tables[table].columns


@pytest.mark.parametrize("name", sorted(HELD))
def test_what_the_database_holds_is_refused(store, name):
    column, one_row = of_one_row(name)
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection:
        change = f"UPDATE {column.table.name} SET {column.name} = {another(column, name)} WHERE {one_row}"
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute(change)


@pytest.mark.postgresql
def test_it_is_found_on_postgresql_too(cluster, migrated_database):
    """Everything but the keys is changed there in turn, and put back."""
    name = cluster.create(migrated_database)
    store = Store(cluster.url(name))
    try:
        story(store.here.engine)
        assert store.found() == []
        changed = 0
        for name_of in COLUMNS:
            column, one_row = of_one_row(name_of)
            table, keys = column.table, column.table.primary_key.columns.keys()
            if column.primary_key:
                continue
            value = "'x'::bytea" if name_of == "file.content" else another(column, name_of)
            store.run(f"CREATE TABLE kept AS SELECT * FROM {table.name}")
            try:
                store.run(f"UPDATE {table.name} SET {column.name} = {value} WHERE {one_row}")
            except psycopg.errors.CheckViolation:
                store.run("DROP TABLE kept")
                continue
            assert store.found(), name_of
            same = " AND ".join(f"{table.name}.{key} = kept.{key}" for key in keys)
            store.run(
                f"UPDATE {table.name} SET {column.name} = kept.{column.name} FROM kept WHERE {same}", "DROP TABLE kept"
            )
            changed += 1
        assert changed > 80
        assert store.found() == []
    finally:
        store.here.engine.dispose()
        cluster.drop(name)
