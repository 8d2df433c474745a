"""What is done about indicators that are off track or at risk, and dated notes that explain their course."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from kpi.access import Deed, allow
from kpi.installation import Installation
from kpi.locks import reason_of
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.renamed import renamed
from kpi.store import events
from kpi.store import follow_up as kept
from kpi.store.engine import reading, writing
from kpi.store.follow_up import StoredAction, StoredNote

__all__ = [
    "ActionGoneError",
    "PastDueError",
    "StoredAction",
    "StoredNote",
    "actions",
    "add_note",
    "close_action",
    "notes",
    "open_action",
    "remove_note",
]


class PastDueError(SaidError):
    """An action would be late before it began."""

    text = N_("{due} has passed. An action is due today or on a later day.")


class ActionGoneError(SaidError):
    """An action or note was closed or removed meanwhile."""

    text = N_("This was closed or removed meanwhile. Load the page again.")


def actions(
    installation: Installation, *, indicator: str | None = None, only_open: bool = False
) -> Sequence[StoredAction]:
    """Give the actions on an indicator or all, the earliest due first: whoever sees the figure may see what is done."""
    allow(installation.who, Deed.SEE_FIGURES)
    names = renamed(installation.framework)
    keys = None if indicator is None else names.former_indicators(indicator)
    with reading(installation.engine) as session:
        found = kept.actions(session, indicators=keys, only_open=only_open)
    return [replace(one, indicator=names.indicator(one.indicator)) for one in found]


def open_action(  # noqa: PLR0913 (an action is just these)
    installation: Installation,
    *,
    indicator: str,
    quarter: Quarter,
    explanation: str,
    action: str,
    owner: str,
    due: date,
    at: datetime,
) -> int:
    """Say why an indicator is not on track, what is done about it, by whom and until when; give the action's id.

    Raises `kpi.locks.ReasonMissingError` where one of the texts says nothing, and `PastDueError`; a `KeyError` where
    there is no such indicator.
    """
    allow(installation.who, Deed.FOLLOW_UP)
    _known(installation, indicator)
    if due < at.astimezone().date():
        raise PastDueError(due=due)
    texts = {"explanation": reason_of(explanation), "action": reason_of(action), "owner": reason_of(owner)}
    with writing(installation.engine) as session:
        added = kept.open_action(
            session, indicator=indicator, quarter=quarter, due=due, by=installation.who.signature, at=at, **texts
        )
        _tell(
            session,
            installation,
            "action.opened",
            indicator,
            at,
            after={"id": added, "quarter": str(quarter), "due": due.isoformat(), **texts},
        )
        return added


def close_action(installation: Installation, *, action_id: int, outcome: str, at: datetime) -> None:
    """Close an action, with what came of it. Raises `ActionGoneError`, `kpi.locks.ReasonMissingError`."""
    allow(installation.who, Deed.FOLLOW_UP)
    said = reason_of(outcome)
    with writing(installation.engine) as session:
        try:
            closed = kept.close_action(session, action_id=action_id, outcome=said, by=installation.who.signature, at=at)
        except KeyError as error:
            raise ActionGoneError from error
        _tell(session, installation, "action.closed", closed.indicator, at, after={"id": action_id, "outcome": said})


def notes(installation: Installation, *, indicator: str | None = None) -> Sequence[StoredNote]:
    """Give the notes on an indicator or all, by day."""
    allow(installation.who, Deed.SEE_FIGURES)
    names = renamed(installation.framework)
    keys = None if indicator is None else names.former_indicators(indicator)
    with reading(installation.engine) as session:
        found = kept.notes(session, indicators=keys)
    return [replace(one, indicator=names.indicator(one.indicator)) for one in found]


def add_note(installation: Installation, *, indicator: str, day: date, text: str, at: datetime) -> int:
    """Add a dated note; give its id.

    Raises `kpi.locks.ReasonMissingError` where it says nothing; a `KeyError` where there is no such indicator.
    """
    allow(installation.who, Deed.FOLLOW_UP)
    _known(installation, indicator)
    said = reason_of(text)
    with writing(installation.engine) as session:
        added = kept.note(session, indicator=indicator, day=day, text=said, by=installation.who.signature, at=at)
        _tell(
            session,
            installation,
            "note.added",
            indicator,
            at,
            after={"id": added, "day": day.isoformat(), "text": said},
        )
        return added


def remove_note(installation: Installation, *, note_id: int, at: datetime) -> None:
    """Take a note away; the log keeps it. Raises `ActionGoneError`."""
    allow(installation.who, Deed.FOLLOW_UP)
    with writing(installation.engine) as session:
        try:
            removed = kept.remove_note(session, note_id=note_id, at=at)
        except KeyError as error:
            raise ActionGoneError from error
        _tell(
            session,
            installation,
            "note.removed",
            removed.indicator,
            at,
            before={"id": note_id, "day": removed.day.isoformat(), "text": removed.text},
        )


def _known(installation: Installation, indicator: str) -> None:
    if indicator not in installation.framework.indicators:
        raise KeyError(indicator)


def _tell(  # noqa: PLR0913 (an event says these)
    session: Session,
    installation: Installation,
    action: str,
    indicator: str,
    at: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    events.append(
        session,
        at=at,
        actor=installation.who.signature,
        action=action,
        subject=f"indicator/{indicator}",
        before=before,
        after=after,
    )
