"""What the core team keeps beside indicators: actions on those that are not on track, dated notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from kpi.quarter import Quarter
from kpi.store import tables


@dataclass(frozen=True, slots=True)
class StoredAction:
    """What is to be done about an indicator, as of a quarter."""

    id: int
    indicator: str
    quarter: Quarter
    explanation: str
    action: str
    owner: str
    due: date
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A dated note on an indicator."""

    id: int
    indicator: str
    day: date
    text: str
    by: str
    at: datetime


def open_action(  # noqa: PLR0913 (an action is just these fields)
    session: Session,
    *,
    indicator: str,
    quarter: Quarter,
    explanation: str,
    action: str,
    owner: str,
    due: date,
    by: str,
    at: datetime,
) -> int:
    """Add an action; give its id."""
    row = tables.Action(
        indicator=indicator,
        quarter=quarter.ordinal,
        explanation=explanation,
        action=action,
        owner=owner,
        due=due,
        opened_at=at,
        opened_by=by,
    )
    session.add(row)
    session.flush()
    return tables.id_of(row)


def close_action(session: Session, *, action_id: int, outcome: str, by: str, at: datetime) -> StoredAction:
    """Close an action, with what came of it; a `KeyError` where there is none, or it is closed."""
    row = session.get(tables.Action, action_id)
    if row is None or row.closed_at is not None:
        raise KeyError(action_id)
    row.closed_at, row.closed_by, row.outcome = at, by, outcome
    session.add(row)
    session.flush()
    return _action(row)


def actions(
    session: Session, *, indicators: Sequence[str] | None = None, only_open: bool = False
) -> list[StoredAction]:
    """Give the actions, on indicators of these keys or all, the earliest due first."""
    query = select(tables.Action).order_by(col(tables.Action.due), col(tables.Action.id))
    if indicators is not None:
        query = query.where(col(tables.Action.indicator).in_(indicators))
    if only_open:
        query = query.where(col(tables.Action.closed_at).is_(None))
    return [_action(row) for row in session.exec(query)]


def note(  # noqa: PLR0913 (a note is just these fields)
    session: Session, *, indicator: str, day: date, text: str, by: str, at: datetime
) -> int:
    """Add a dated note; give its id."""
    row = tables.IndicatorNote(indicator=indicator, day=day, text=text, by=by, at=at)
    session.add(row)
    session.flush()
    return tables.id_of(row)


def remove_note(session: Session, *, note_id: int, at: datetime) -> StoredNote:
    """Take a note away; a `KeyError` where there is none."""
    row = session.get(tables.IndicatorNote, note_id)
    if row is None or row.removed_at is not None:
        raise KeyError(note_id)
    row.removed_at = at
    session.add(row)
    session.flush()
    return _note(row)


def notes(session: Session, *, indicators: Sequence[str] | None = None) -> list[StoredNote]:
    """Give the notes that stand, on indicators of these keys or all, by day."""
    query = (
        select(tables.IndicatorNote)
        .where(col(tables.IndicatorNote.removed_at).is_(None))
        .order_by(col(tables.IndicatorNote.day), col(tables.IndicatorNote.id))
    )
    if indicators is not None:
        query = query.where(col(tables.IndicatorNote.indicator).in_(indicators))
    return [_note(row) for row in session.exec(query)]


def _action(row: tables.Action) -> StoredAction:
    return StoredAction(
        tables.id_of(row),
        row.indicator,
        Quarter.from_ordinal(row.quarter),
        row.explanation,
        row.action,
        row.owner,
        row.due,
        row.opened_at,
        row.opened_by,
        row.closed_at,
        row.closed_by,
        row.outcome,
    )


def _note(row: tables.IndicatorNote) -> StoredNote:
    return StoredNote(tables.id_of(row), row.indicator, row.day, row.text, row.by, row.at)
