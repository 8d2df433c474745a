"""The log as it lies in the database: proved link by link, and looked through.

Whoever tampers may leave behind what is no date or no JSON at all. So the columns are read as texts and understood
here; what cannot be understood is a broken link, or is shown as it is.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Row, Text, cast, literal
from sqlmodel import Session, col, select

from kpi.store import tables
from kpi.store.events import BEGINNING, seal
from kpi.store.ids import among_texts
from kpi.store.model import StoredEvent
from kpi.store.rows import as_far_as_possible, moment_of, value_of

_AT_ONCE = 1000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ESCAPE = "\\"


class Break(StrEnum):
    """How a link is broken."""

    SEAL = "seal"
    """It does not say what was sealed."""
    ORDER = "order"
    """It is not chained to the link that stands before it."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What the log proves to be: its links and last hash, the first broken link and how.

    `after` counts the links after the one whose hash was asked for; none where there is no such link.
    """

    links: int
    head: str
    broken: StoredEvent | None
    how: Break | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Sought:
    """What links are looked for; what is none does not matter.

    `parts` are pieces of the subject between slashes, an organisation's code or a quarter; all must be there.
    `subjects` are whole ones, of which it has to be one. `before` is the number of the link before which to look.
    `since` is included, `until` is not.
    """

    actor: str | None = None
    action: str | None = None
    parts: tuple[str, ...] = ()
    subjects: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def follow(session: Session, *, head: str | None = None) -> Chain:
    """Walk along the whole chain; `head` is a hash that was printed once."""
    previous, links, passed = BEGINNING, 0, (0 if head == BEGINNING else None)
    broken: StoredEvent | None = None
    how: Break | None = None
    for row in session.execute(_columns().order_by(col(tables.Event.id)).execution_options(yield_per=_AT_ONCE)):
        links += 1
        if broken is None:
            how = _how_broken(row, previous)
            broken = _event(row) if how else None
        previous = row.hash
        if head is not None and row.hash == head:
            passed = links
    return Chain(links, previous, broken, how, None if passed is None else links - passed)


def find(session: Session, *, sought: Sought, most: int) -> list[StoredEvent]:
    """Give the newest links that are looked for, the newest first."""
    query = _columns().where(*_conditions(session, sought)).order_by(col(tables.Event.id).desc()).limit(most)
    return [_event(row) for row in session.execute(query)]


def every(session: Session, *, sought: Sought) -> Iterator[StoredEvent]:
    """Give all links that are looked for, in their order, a few at a time."""
    query = _columns().where(*_conditions(session, sought)).order_by(col(tables.Event.id))
    return (_event(row) for row in session.execute(query.execution_options(yield_per=_AT_ONCE)))


def about(session: Session, *, subjects: Collection[str]) -> dict[str, list[StoredEvent]]:
    """Give the links about each subject, in their order."""
    found: dict[str, list[StoredEvent]] = {subject: [] for subject in subjects}
    chosen = col(tables.Event.subject).in_(among_texts(session, subjects))
    for row in session.execute(_columns().where(chosen).order_by(col(tables.Event.id))):
        found[row.subject].append(_event(row))
    return found


def of(session: Session, *, actions: Collection[str]) -> Iterator[StoredEvent]:
    """Give the links that tell of one of these actions, in their order, a few at a time."""
    query = _columns().where(col(tables.Event.action).in_(actions)).order_by(col(tables.Event.id))
    return (_event(row) for row in session.execute(query.execution_options(yield_per=_AT_ONCE)))


def actors(session: Session) -> list[str]:
    """Name everybody who did anything."""
    return sorted(session.exec(select(tables.Event.actor).distinct()))


def actions(session: Session) -> list[str]:
    """Name everything that was ever done."""
    return sorted(session.exec(select(tables.Event.action).distinct()))


def _columns() -> sa.Select[Any]:
    event = tables.table(tables.Event)
    texts = ("at", "actor", "action", "subject", "before", "after", "previous_hash", "hash")
    chosen: sa.Select[Any] = sa.select(event.c.id, *(cast(event.c[name], Text).label(name) for name in texts))
    return chosen


def _conditions(session: Session, sought: Sought) -> Iterator[ColumnElement[bool]]:
    event = tables.Event
    if sought.actor is not None:
        yield col(event.actor) == sought.actor
    if sought.action is not None:
        yield col(event.action) == sought.action
    for part in sought.parts:
        yield (literal("/") + col(event.subject) + "/").like(f"%/{_escaped(part)}/%", escape=_ESCAPE)
    if sought.subjects is not None:
        yield col(event.subject).in_(among_texts(session, sought.subjects))
    if sought.since is not None:
        yield col(event.at) >= sought.since
    if sought.until is not None:
        yield col(event.at) < sought.until
    if sought.before is not None:
        yield col(event.id) < sought.before


def _escaped(text: str) -> str:
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return text


def _how_broken(row: Row[Any], previous: str) -> Break | None:
    try:
        sealed = seal(
            at=moment_of(row.at),
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            before=value_of(row.before),
            after=value_of(row.after),
            previous=row.previous_hash,
        )
    except (TypeError, ValueError):
        return Break.SEAL
    if row.previous_hash != previous:
        return Break.ORDER
    return None if row.hash == sealed else Break.SEAL


def _event(row: Row[Any]) -> StoredEvent:
    at = _moment(row.at)
    return StoredEvent(
        id=row.id,
        at=at if isinstance(at, datetime) else _LONG_AGO,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        before=_value(row.before),
        after=_value(row.after),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


_moment, _value = as_far_as_possible(moment_of), as_far_as_possible(value_of)
