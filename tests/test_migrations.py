import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kpi.store.engine import (
    StoreMissingError,
    StoreNewerError,
    StoreOutdatedError,
    StoreUnavailableError,
    connect,
    reading,
    writing,
)
from kpi.store.migrations import migrate, require_current
from kpi.store.tables import Base

REVISION = sa.text("UPDATE alembic_version SET version_num = :name")


def schema(engine):
    """Write down all that a database says of its tables, indexes and rules."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(
                "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE type IN ('table', 'index') "
                "AND name NOT LIKE 'sqlite_autoindex%' AND tbl_name <> 'alembic_version'"
            ).all()
            return {(kind, table, name, clauses(sql)) for kind, table, name, sql in rows}
        columns = connection.exec_driver_sql(
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
        ).all()
        rules = connection.exec_driver_sql(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'"
        ).all()
        indexes = connection.exec_driver_sql(
            "SELECT tablename, indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).all()
        return {tuple(row) for rows in (columns, rules, indexes) for row in rows}


def clauses(sql):
    """Take a CREATE apart, since the order in which rules are written says nothing."""
    body = re.sub(r"\s+", " ", sql).replace('"', "")
    return frozenset(part.strip(" ()") for part in re.split(r",(?![^(]*\))", body.partition("(")[2])) | {
        "WITHOUT ROWID" in body
    }


def test_the_migrations_make_exactly_the_tables_of_the_program(empty_url, backend, request, tmp_path, opened):
    migrated = opened(empty_url, create=True)
    assert migrate(migrated)
    if backend == "sqlite":
        declared = opened(f"sqlite:///{tmp_path / 'declared.sqlite3'}", create=True)
    else:
        cluster = request.getfixturevalue("cluster")
        declared = opened(cluster.url(cluster.create()))
    with writing(declared) as session:
        Base.metadata.create_all(session.connection())
    assert schema(migrated) == schema(declared)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_does_nothing_the_second_time(empty_url, opened):
    engine = opened(empty_url, create=True)
    with pytest.raises(StoreMissingError):
        require_current(engine)
    assert migrate(engine)
    require_current(engine)
    assert not migrate(engine)


def test_an_empty_database_is_no_store(empty_url, opened):
    engine = opened(empty_url, create=True)
    with pytest.raises(StoreMissingError, match="kpi init"):
        require_current(engine)


def test_a_store_of_a_newer_program_is_refused(store):
    with writing(store) as session:
        session.execute(REVISION, {"name": "9999"})
    with pytest.raises(StoreNewerError, match="newer version"):
        require_current(store)
    with pytest.raises(StoreNewerError):
        migrate(store)


def test_an_older_store_is_asked_to_be_migrated(store, monkeypatch):
    monkeypatch.setattr("kpi.store.migrations._head", lambda: "9999")
    with pytest.raises(StoreOutdatedError, match="kpi migrate"):
        require_current(store)


def test_a_migration_that_fails_leaves_nothing_behind(empty_url, opened, monkeypatch):
    engine = opened(empty_url, create=True)
    with writing(engine) as session:
        session.execute(sa.text("CREATE TABLE event (surprise INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        migrate(engine)
    assert sa.inspect(engine).get_table_names() == ["event"]


def test_reading_tables_that_are_not_there_says_so(empty_url, opened):
    engine = opened(empty_url, create=True)
    with pytest.raises(StoreMissingError), reading(engine) as session:
        session.execute(sa.text("SELECT * FROM returns"))


@pytest.mark.parametrize("table", ["event", "record"])
def test_the_log_and_the_records_refuse_change_in_the_database_itself(store, table, a_record):
    rows = Base.metadata.tables[table]
    for statement in (rows.update().values(id=rows.c.id + 1000), rows.delete()):
        with pytest.raises(sa.exc.DBAPIError, match="never changed or removed"), writing(store) as session:
            session.execute(statement)


@pytest.fixture
def a_record(store):
    """One row in each table that is kept as written, put there by hand."""
    rows = """
        INSERT INTO organisation (code, name, attributes, active_from) VALUES ('A', '{}', '{}', 8100);
        INSERT INTO framework (sha256, yaml) VALUES ('x', 'y');
        INSERT INTO returns (organisation_id, quarter, revision, state, current, channel, language, framework_id,
            attributes, content_sha256, version) VALUES (1, 8100, 1, 'draft', FALSE, 'form', 'en', 1, '{}', 'z', 1);
        INSERT INTO record (return_id, form, position, cells) VALUES (1, 'f', 1, '{}');
        INSERT INTO event (at, actor, action, subject, previous_hash, hash)
            VALUES ('2026-01-01 00:00:00+00', 'a', 'b', 'c', 'd', 'e')
    """
    with writing(store) as session:
        for row in rows.split(";"):
            session.execute(sa.text(row))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not written as a database URL"),
        ("mysql://somebody:secret@host/kpi", "“mysql” is not supported"),
        ("sqlite://", "name a file"),
        ("postgresql://somebody:secret@127.0.0.1:1/kpi", "does not answer"),
    ],
)
def test_a_url_that_leads_nowhere_is_said_plainly_and_without_its_password(url, says, opened):
    with pytest.raises(StoreUnavailableError, match=says) as caught:
        require_current(opened(url))
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path):
    file = tmp_path / "none.sqlite3"
    with pytest.raises(StoreMissingError, match="kpi init"):
        connect(f"sqlite:///{file}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path, opened):
    file = tmp_path / "letter.sqlite3"
    file.write_text("Dear colleagues, " * 100)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        require_current(opened(f"sqlite:///{file}"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    Path(tmp_path / "taken").write_text("a file, no folder")
    with pytest.raises(StoreUnavailableError, match="folder cannot be made"):
        connect(f"sqlite:///{tmp_path / 'taken' / 'store.sqlite3'}", create=True)


def test_reading_cannot_write(store):
    with pytest.raises(StoreUnavailableError, match="may not be written"), reading(store) as session:
        session.execute(sa.text("INSERT INTO part (key) VALUES ('x')"))
