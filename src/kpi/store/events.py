"""The log of what was done: append-only, each link sealed with the one before.

A link's hash is the SHA-256 of its fields, as JSON in one way only, together with the previous link's hash.
Whoever changes, removes or slips in a link breaks the chain there; whoever cuts off its end no longer has the head that
earlier reports print.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from kpi.store import tables
from kpi.store.model import StoredEvent

#: What the first link is chained to.
BEGINNING = "0" * 64


def append(  # noqa: PLR0913 (an event is just these fields)
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    before: object = None,
    after: object = None,
) -> StoredEvent:
    """Write a link at the chain's end; `session` must be a writing one, which is alone.

    `actor` did `action` (``return.approved``) to `subject` (``return/12``); `before` and `after` are JSON
    values of what changed. `at` must know its zone.
    """
    before, after = _as_json(before), _as_json(after)
    previous = head(session)
    sealed = seal(at=at, actor=actor, action=action, subject=subject, before=before, after=after, previous=previous)
    row = tables.Event(
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        before=before,
        after=after,
        previous_hash=previous,
        hash=sealed,
    )
    session.add(row)
    session.flush()
    return _event(row)


def head(session: Session, *, without: Collection[str] = ()) -> str:
    """Give the hash of the last link, `without` those of some actions; `BEGINNING` where there is none."""
    query = select(tables.Event.hash).order_by(col(tables.Event.id).desc()).limit(1)
    if without:
        query = query.where(col(tables.Event.action).not_in(without))
    last = session.exec(query).first()
    return BEGINNING if last is None else last


def history(session: Session, *, subject: str | None = None) -> list[StoredEvent]:
    """Give the links in their order, those about one subject or all."""
    query = select(tables.Event).order_by(col(tables.Event.id))
    if subject is not None:
        query = query.where(col(tables.Event.subject) == subject)
    return [_event(row) for row in session.exec(query)]


def _as_json(value: object) -> object:
    """Give a value as it will come back: tuples as lists, keys as texts."""
    return json.loads(json.dumps(value, allow_nan=False))


def seal(  # noqa: PLR0913 (an event is just these fields)
    *, at: datetime, actor: str, action: str, subject: str, before: object, after: object, previous: str
) -> str:
    """Give the hash of a link that says this, after the one whose hash is `previous`."""
    if at.utcoffset() is None:
        raise ValueError(f"{at} does not know its time zone")
    fields = {
        "action": action,
        "actor": actor,
        "after": after,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "before": before,
        "previous_hash": previous,
        "subject": subject,
    }
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _event(row: tables.Event) -> StoredEvent:
    return StoredEvent(
        id=tables.id_of(row),
        at=row.at.astimezone(UTC),
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        before=row.before,
        after=row.after,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
