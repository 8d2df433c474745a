"""Locked quarters take nothing until they are reopened; extensions let one organisation hand in later.

Nothing of a locked quarter's returns changes: no draft, no return, no decision on one; nor does who takes part in it
(`kpi.organisations`). What is said of them does:
remarks, answers to what is odd, actions and notes change no figure. A quarter is locked when its figures have been
reported onwards. What changes after that is a restatement, and is marked as one (`kpi.restated`).
"""

from datetime import date, datetime

from sqlmodel import Session

from kpi.access import Deed, allow
from kpi.installation import Installation
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.store import desk, events
from kpi.store.desk import StoredExtension, StoredLock
from kpi.store.engine import reading, writing

__all__ = [
    "AlreadyLockedError",
    "LockedError",
    "NotLaterError",
    "NotLockedError",
    "ReasonMissingError",
    "StoredExtension",
    "StoredLock",
    "extend",
    "extensions",
    "list_locks",
    "lock",
    "locked_quarters",
    "not_locked",
    "reason_of",
    "reopen",
]

_LONGEST = 2_000


class LockedError(SaidError):
    """A quarter takes nothing."""

    text = N_("{quarter} is locked: {reason} Ask the core team to reopen it if something has to be corrected.")

    def __init__(self, found: StoredLock) -> None:
        super().__init__(quarter=found.quarter, reason=_sentence(found.reason))


class AlreadyLockedError(SaidError):
    """A quarter is locked already."""

    text = N_("{quarter} is locked already.")


class NotLockedError(SaidError):
    """A quarter is not locked."""

    text = N_("{quarter} is not locked.")


class NotLaterError(SaidError):
    """An extension would be none."""

    text = N_("{quarter} is due on {due}; an extension has to be a later day.")


class ReasonMissingError(SaidError):
    """A decision has no reason."""

    text = N_("Give a reason: others have to understand it later.")


def list_locks(installation: Installation) -> list[StoredLock]:
    """Give every lock there was, by quarter and time: whoever sees figures may see when they were settled."""
    allow(installation.who, Deed.SEE_FIGURES)
    with reading(installation.engine) as session:
        return desk.locks(session)


def lock(installation: Installation, *, quarter: Quarter, reason: str, at: datetime) -> None:
    """Let a quarter take no more returns and approvals. Raises `AlreadyLockedError`, `ReasonMissingError`."""
    allow(installation.who, Deed.SETTLE)
    why = reason_of(reason)
    with writing(installation.engine) as session:
        if _standing(session, quarter):
            raise AlreadyLockedError(quarter=quarter)
        desk.lock(session, quarter=quarter, by=installation.who.signature, reason=why, at=at)
        _tell(session, installation, "quarter.locked", f"quarter/{quarter}", {"reason": why}, at)


def reopen(installation: Installation, *, quarter: Quarter, reason: str, at: datetime) -> None:
    """Let a locked quarter take returns again. Raises `NotLockedError`, `ReasonMissingError`."""
    allow(installation.who, Deed.SETTLE)
    why = reason_of(reason)
    with writing(installation.engine) as session:
        if not _standing(session, quarter):
            raise NotLockedError(quarter=quarter)
        desk.reopen(session, quarter=quarter, by=installation.who.signature, reason=why, at=at)
        _tell(session, installation, "quarter.reopened", f"quarter/{quarter}", {"reason": why}, at)


def extensions(installation: Installation) -> list[StoredExtension]:
    """Give every extension granted."""
    allow(installation.who, Deed.REVIEW)
    with reading(installation.engine) as session:
        return desk.extensions(session)


def extend(  # noqa: PLR0913 (for whom, until when, why)
    installation: Installation, *, organisation: str, quarter: Quarter, until: date, reason: str, at: datetime
) -> None:
    """Let an organisation hand in a quarter's return by a later day than everybody's.

    Raises `ReasonMissingError`, `NotLaterError`, `LockedError`; a `KeyError` where there is no such organisation.
    """
    allow(installation.who, Deed.SETTLE)
    why, due = reason_of(reason), quarter.due(installation.framework.rules.due_days)
    if until <= due:
        raise NotLaterError(quarter=quarter, due=due)
    with writing(installation.engine) as session:
        not_locked(session, quarter)
        desk.extend(
            session,
            organisation=organisation,
            quarter=quarter,
            until=until,
            reason=why,
            by=installation.who.signature,
            at=at,
        )
        after = {"until": until.isoformat(), "reason": why}
        _tell(session, installation, "return.extended", f"return/{organisation}/{quarter}", after, at)


def locked_quarters(session: Session) -> list[Quarter]:
    """Give the quarters that take nothing, in their order."""
    return [one.quarter for one in desk.locks(session) if one.reopened_at is None]


def not_locked(session: Session, quarter: Quarter) -> None:
    """Refuse with `LockedError` to change anything in a locked quarter; part of the caller's transaction."""
    found = _standing(session, quarter)
    if found is not None:
        raise LockedError(found)


def reason_of(text: str) -> str:
    """Give a reason as it is kept; raise `ReasonMissingError` where it says nothing."""
    kept = text.strip()[:_LONGEST]
    if not kept:
        raise ReasonMissingError
    return kept


def _standing(session: Session, quarter: Quarter) -> StoredLock | None:
    return next((one for one in desk.locks(session, quarter=quarter) if one.reopened_at is None), None)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _tell(  # noqa: PLR0913, PLR0917 (an event says these)
    session: Session, installation: Installation, action: str, subject: str, after: object, at: datetime
) -> None:
    events.append(session, at=at, actor=installation.who.signature, action=action, subject=subject, after=after)
