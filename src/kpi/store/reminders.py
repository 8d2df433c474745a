"""Reminders: begun before they are sent, noted when they were.

Between the two a program can be killed, and then nobody knows whether the letter went. Such a one is tried again, but
only so many times in all: nothing is lost, and nothing is repeated without end.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kpi.quarter import Quarter
from kpi.store import tables


@dataclass(frozen=True, slots=True)
class Key:
    """Of what somebody is reminded; `revision` is 0 where it is about a day."""

    person_id: int
    organisation: str
    quarter: Quarter
    stage: str
    revision: int


@dataclass(frozen=True, slots=True)
class Begun:
    """How often a reminder was begun, when last, and when it went out."""

    tries: int
    begun_at: datetime
    sent_at: datetime | None


def find(session: Session, *, key: Key) -> Begun | None:
    """Give what is known of a reminder."""
    row = _row(session, key)
    return None if row is None else Begun(row.tries, row.begun_at, row.sent_at)


def begin(session: Session, *, key: Key, at: datetime) -> None:
    """Note that a reminder is about to be sent; a `KeyError` where there is no such organisation."""
    row = _row(session, key)
    if row is None:
        wanted = select(tables.Organisation.id).where(col(tables.Organisation.code) == key.organisation)
        organisation_id = session.exec(wanted).first()
        if organisation_id is None:
            raise KeyError(key.organisation)
        row = tables.Reminder(
            person_id=key.person_id,
            organisation_id=organisation_id,
            quarter=key.quarter.ordinal,
            stage=key.stage,
            revision=key.revision,
            tries=0,
            begun_at=at,
        )
    row.tries, row.begun_at = row.tries + 1, at
    session.add(row)
    session.flush()


def take_back(session: Session, *, key: Key) -> None:
    """Note that a reminder that was begun did not go, and through no fault of its own: it is no try."""
    row = _row(session, key)
    if row is None:
        raise KeyError(key)
    if row.tries > 1:
        row.tries -= 1
        session.add(row)
    else:
        session.delete(row)
    session.flush()


def end(session: Session, *, key: Key, at: datetime) -> None:
    """Note that a reminder was sent."""
    row = _row(session, key)
    if row is None:
        raise KeyError(key)
    row.sent_at = at
    session.add(row)
    session.flush()


def _row(session: Session, key: Key) -> tables.Reminder | None:
    reminder, organisation = tables.Reminder, tables.Organisation
    return session.exec(
        select(reminder)
        .join(organisation, col(organisation.id) == col(reminder.organisation_id))
        .where(
            col(reminder.person_id) == key.person_id,
            col(organisation.code) == key.organisation,
            col(reminder.quarter) == key.quarter.ordinal,
            col(reminder.stage) == key.stage,
            col(reminder.revision) == key.revision,
        )
    ).first()
