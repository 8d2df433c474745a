"""What the core team keeps beside returns: locks, extensions, comments, resolutions."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from kpi.quarter import Quarter
from kpi.store import tables


@dataclass(frozen=True, slots=True)
class StoredLock:
    """That a quarter was locked, and whether it was reopened."""

    quarter: Quarter
    locked_at: datetime
    locked_by: str
    reason: str
    reopened_at: datetime | None
    reopened_by: str | None
    reopened_reason: str | None


@dataclass(frozen=True, slots=True)
class StoredExtension:
    """A later due day of one organisation for one quarter."""

    organisation: str
    quarter: Quarter
    until: date
    reason: str
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A remark on a return, on a form of it, or on a record."""

    id: int
    return_id: int
    form: str | None
    position: int | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredResolution:
    """What was said of something odd; `oddity` names it (`kpi.quality`)."""

    organisation: str
    quarter: Quarter
    oddity: str
    outcome: str
    text: str
    by: str
    at: datetime


def locks(session: Session, *, quarter: Quarter | None = None) -> list[StoredLock]:
    """Give every lock, by quarter and time; those of one quarter or all."""
    query = select(tables.Lock).order_by(col(tables.Lock.quarter), col(tables.Lock.id))
    if quarter is not None:
        query = query.where(col(tables.Lock.quarter) == quarter.ordinal)
    return [
        StoredLock(
            Quarter.from_ordinal(row.quarter),
            row.locked_at,
            row.locked_by,
            row.reason,
            row.reopened_at,
            row.reopened_by,
            row.reopened_reason,
        )
        for row in session.exec(query)
    ]


def lock(session: Session, *, quarter: Quarter, by: str, reason: str, at: datetime) -> None:
    """Lock a quarter; the database refuses where it is locked."""
    session.add(tables.Lock(quarter=quarter.ordinal, locked_at=at, locked_by=by, reason=reason))
    session.flush()


def reopen(session: Session, *, quarter: Quarter, by: str, reason: str, at: datetime) -> None:
    """Reopen a locked quarter; a `KeyError` where it is not locked."""
    row = session.exec(
        select(tables.Lock).where(col(tables.Lock.quarter) == quarter.ordinal, col(tables.Lock.reopened_at).is_(None))
    ).first()
    if row is None:
        raise KeyError(quarter)
    row.reopened_at, row.reopened_by, row.reopened_reason = at, by, reason
    session.add(row)
    session.flush()


def extensions(session: Session, *, organisation: str | None = None) -> list[StoredExtension]:
    """Give the extensions granted, of one organisation or all."""
    query = select(tables.Extension, tables.Organisation.code).join(
        tables.Organisation, col(tables.Organisation.id) == col(tables.Extension.organisation_id)
    )
    if organisation is not None:
        query = query.where(col(tables.Organisation.code) == organisation)
    found = [
        StoredExtension(code, Quarter.from_ordinal(row.quarter), row.until, row.reason, row.granted_by, row.granted_at)
        for row, code in session.exec(query)
    ]
    return sorted(found, key=lambda one: (one.organisation, one.quarter))


def extend(  # noqa: PLR0913 (an extension is just these fields)
    session: Session, *, organisation: str, quarter: Quarter, until: date, reason: str, by: str, at: datetime
) -> None:
    """Grant an extension, in the place of one before it; a `KeyError` where there is no such organisation."""
    organisation_id = _organisation_id(session, organisation)
    row = session.get(tables.Extension, (organisation_id, quarter.ordinal))
    now = tables.Extension(
        organisation_id=organisation_id,
        quarter=quarter.ordinal,
        until=until,
        reason=reason,
        granted_by=by,
        granted_at=at,
    )
    session.add(now if row is None else row.sqlmodel_update(now))
    session.flush()


def comment(  # noqa: PLR0913 (a comment is just these fields)
    session: Session, *, return_id: int, form: str | None, position: int | None, text: str, by: str, at: datetime
) -> int:
    """Add a remark; give its id."""
    row = tables.Comment(return_id=return_id, form=form, position=position, text=text, by=by, at=at)
    session.add(row)
    session.flush()
    return tables.id_of(row)


def comments(session: Session, *, return_ids: Collection[int]) -> list[StoredComment]:
    """Give the remarks on returns, in their order."""
    rows = session.exec(
        select(tables.Comment).where(col(tables.Comment.return_id).in_(return_ids)).order_by(col(tables.Comment.id))
    )
    return [
        StoredComment(tables.id_of(row), row.return_id, row.form, row.position, row.text, row.by, row.at)
        for row in rows
    ]


def resolve(  # noqa: PLR0913 (a resolution is just these fields)
    session: Session,
    *,
    organisation: str,
    quarter: Quarter,
    oddity: str,
    outcome: str,
    text: str,
    by: str,
    at: datetime,
) -> None:
    """Keep what is said of something odd; the last word counts, the earlier ones stay."""
    session.add(
        tables.Resolution(
            organisation_id=_organisation_id(session, organisation),
            quarter=quarter.ordinal,
            oddity=oddity,
            outcome=outcome,
            text=text,
            by=by,
            at=at,
        )
    )
    session.flush()


def resolutions(session: Session, *, quarters: Iterable[Quarter]) -> list[StoredResolution]:
    """Give what was said of odd things in these quarters, in its order."""
    rows = session.exec(
        select(tables.Resolution, tables.Organisation.code)
        .join(tables.Organisation, col(tables.Organisation.id) == col(tables.Resolution.organisation_id))
        .where(col(tables.Resolution.quarter).in_([quarter.ordinal for quarter in quarters]))
        .order_by(col(tables.Resolution.id))
    )
    return [
        StoredResolution(code, Quarter.from_ordinal(row.quarter), row.oddity, row.outcome, row.text, row.by, row.at)
        for row, code in rows
    ]


def _organisation_id(session: Session, code: str) -> int:
    found = session.exec(select(tables.Organisation.id).where(col(tables.Organisation.code) == code)).first()
    if found is None:
        raise KeyError(code)
    return found
