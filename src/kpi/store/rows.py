"""Rows as they lie in the database, whatever somebody has left there.

Who goes round the program may leave behind what is no date or no JSON at all. So such columns are read as texts and
understood here; what cannot be understood stays the text that it is.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Text, cast
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from kpi.store import tables
from kpi.store.ids import among

_AT_ONCE = 1000


class UnreadableError(Exception):
    """In a row lies what is of no kind that its columns can be."""


@contextmanager
def readable() -> Iterator[None]:
    """Raise `UnreadableError` for all that comes of reading such a row; that the store cannot be reached is another."""
    try:
        yield
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableError from error
    except OperationalError as error:  # bytes that are no text; what SQLite itself refuses has a code
        if isinstance(error.orig, sqlite3.OperationalError) and not hasattr(error.orig, "sqlite_errorcode"):
            raise UnreadableError from error
        raise


def plain(
    session: Session, model: type[tables.Base], *, column: str | None = None, among_ids: Collection[int] = ()
) -> Iterator[dict[str, Any]]:
    """Give the rows of a table in the order of its key, all or those whose `column` holds one of the ids.

    JSON comes as values, moments as moments in UTC, days as texts.
    """
    table = tables.table(model)
    read = {one.name: _reader(one) for one in table.columns}
    chosen = [cast(one, Text).label(one.name) if read[one.name] else one for one in table.columns]
    query: sa.Select[Any] = sa.select(*chosen).order_by(*table.primary_key.columns)
    if column is not None:
        query = query.where(table.columns[column].in_(among(session, among_ids)))
    for row in session.execute(query.execution_options(yield_per=_AT_ONCE)).mappings():
        yield {name: value if (of := read[name]) is None else of(value) for name, value in row.items()}


def revisions(session: Session) -> Iterator[dict[str, Any]]:
    """Give the rows of all returns, with the code of their `organisation`."""
    codes = {row["id"]: row["code"] for row in plain(session, tables.Organisation)}
    return ({**row, "organisation": codes.get(row["organisation_id"], "?")} for row in plain(session, tables.Returns))


def formless(session: Session) -> list[tuple[int, str]]:
    """Give the return and the form of records that lie in a form of which their return says nothing."""
    record, said = tables.Record, tables.ReturnForm
    of_it = (col(said.return_id) == col(record.return_id)) & (col(said.form) == col(record.form))
    query = (
        sa.select(col(record.return_id), col(record.form))
        .outerjoin(tables.table(said), of_it)
        .where(col(said.form).is_(None))
        .distinct()
        .order_by(col(record.return_id), col(record.form))
    )
    return [(return_id, form) for return_id, form in session.execute(query)]


def row_counts(session: Session) -> dict[int, int]:
    """Count the records of each return that has any."""
    record = tables.Record
    query = sa.select(col(record.return_id), sa.func.count()).group_by(col(record.return_id))
    return {row[0]: row[1] for row in session.execute(query)}


def value_of(text: str | None) -> object:
    """Understand JSON; a `ValueError` where it is none."""
    return None if text is None else json.loads(text)


def moment_of(text: str) -> datetime:
    """Understand a moment as either database writes it; a `ValueError` where it is none."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.utcoffset() is None else at.astimezone(UTC)


def as_far_as_possible(of: Callable[[str], object]) -> Callable[[str | None], object]:
    """Let what cannot be understood stay as it is."""

    def read(text: str | None) -> object:
        try:
            return None if text is None else of(text)
        except ValueError:
            return text

    return read


def _reader(column: Column[Any]) -> Callable[[str | None], object] | None:
    """Give how a column is understood that is read as text; none for one that is read as it is."""
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    if isinstance(kind, sa.JSON):
        return as_far_as_possible(value_of)
    if isinstance(kind, sa.DateTime):
        return as_far_as_possible(moment_of)
    return (lambda text: text) if isinstance(kind, sa.Date) else None
