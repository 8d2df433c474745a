"""The list of reporting organisations, as of now."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kpi.measure.model import Organisation
from kpi.quarter import Quarter
from kpi.store import tables


@dataclass(frozen=True, slots=True)
class Upserted:
    """What a list changed: the codes that are new, and those of which something is different."""

    added: tuple[str, ...]
    changed: tuple[str, ...]


def upsert(session: Session, *, organisations: Iterable[Organisation]) -> Upserted:
    """Add organisations that are new and change those that are known; what the list lacks stays.

    Returns already stored keep the attributes that the organisation had then.
    """
    known = {row.code: row for row in session.exec(select(tables.Organisation))}
    added, changed = [], []
    for organisation in organisations:
        row, new = known.get(organisation.code), _row(organisation)
        if row is None:
            known[organisation.code] = new
            session.add(new)
            added.append(organisation.code)
        elif _organisation(row) != organisation:
            row.sqlmodel_update(new.model_dump(exclude={"id"}))
            session.add(row)
            changed.append(organisation.code)
    session.flush()
    return Upserted(tuple(added), tuple(changed))


def all(session: Session) -> list[Organisation]:  # noqa: A001 (called as organisations.all, it reads as what it is)
    """Give every organisation, by code."""
    rows = session.exec(select(tables.Organisation)).all()
    return sorted((_organisation(row) for row in rows), key=lambda organisation: organisation.code)


def find(session: Session, *, code: str) -> Organisation | None:
    """Give the organisation with a code."""
    row = session.exec(select(tables.Organisation).where(col(tables.Organisation.code) == code)).first()
    return None if row is None else _organisation(row)


def _row(organisation: Organisation) -> tables.Organisation:
    until = organisation.active_until
    return tables.Organisation(
        code=organisation.code,
        name=dict(organisation.name),
        attributes=dict(organisation.attributes),
        active_from=organisation.active_from.ordinal,
        active_until=None if until is None else until.ordinal,
    )


def _organisation(row: tables.Organisation) -> Organisation:
    return Organisation(
        code=row.code,
        name=row.name,
        attributes=row.attributes,
        active_from=Quarter.from_ordinal(row.active_from),
        active_until=None if row.active_until is None else Quarter.from_ordinal(row.active_until),
    )
