"""Returns: their revisions, what they say, and which of them count.

A revision's content never changes. Its state does, by `submit`, `approve` and `send_back`; each takes the time as an
argument, and raises `ReturnChangedError` where somebody was faster. Whether a person may do it, and
whether the content is without errors, is asked before, in `kpi.returns`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, insert
from sqlmodel import Session, col, select

from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.store import tables
from kpi.store.ids import among
from kpi.store.model import Channel, ReturnChangedError, ReturnState, SamePersonError, StoredReturn

_OPEN = (ReturnState.DRAFT, ReturnState.SUBMITTED)


def add_revision(  # noqa: PLR0913 (a revision is just these fields)
    session: Session,
    *,
    organisation: str,
    quarter: Quarter,
    state: ReturnState,
    channel: Channel,
    language: str,
    framework_id: int,
    file_id: int | None,
    attributes: Mapping[str, str],
    content: ReturnContent,
    by: str,
    at: datetime,
    typed: Mapping[str, Any] | None = None,
) -> StoredReturn:
    """Store a new revision, a draft or a submitted one, of an organisation's quarter.

    It takes the place of a draft or submitted revision that is still open; an approved one goes on
    counting until `approve`. `attributes` are the organisation's as of now; `typed` gives, by form, what a
    person typed into a draft so far (JSON). A `KeyError` where there is no such organisation.
    """
    if state not in _OPEN:
        raise ValueError(f"a revision begins as a draft or submitted, not as {state}")
    wanted = select(tables.Organisation.id).where(col(tables.Organisation.code) == organisation)
    organisation_id = session.exec(wanted).first()
    if organisation_id is None:
        raise KeyError(organisation)
    earlier = session.exec(
        select(tables.Returns).where(
            col(tables.Returns.organisation_id) == organisation_id, col(tables.Returns.quarter) == quarter.ordinal
        )
    ).all()
    for row in earlier:
        if row.state in _OPEN and row.superseded_at is None:
            row.superseded_at = at
            row.version += 1
    session.flush()
    submitted = state is ReturnState.SUBMITTED
    row = tables.Returns(
        organisation_id=organisation_id,
        quarter=quarter.ordinal,
        revision=max((row.revision for row in earlier), default=0) + 1,
        state=state.value,
        channel=channel.value,
        language=language,
        framework_id=framework_id,
        file_id=file_id,
        attributes=dict(attributes),
        content_sha256=content.sha256,
        submitted_at=at if submitted else None,
        submitted_by=by if submitted else None,
    )
    session.add(row)
    session.flush()
    _write(session, tables.id_of(row), content, typed or {})
    return _stored(row, organisation)


def submit(session: Session, *, return_id: int, by: str, at: datetime) -> StoredReturn:
    """Hand in a draft."""
    row, code = _row(session, return_id)
    _expect(row, code, ReturnState.DRAFT, ReturnState.SUBMITTED)
    row.state, row.submitted_at, row.submitted_by = ReturnState.SUBMITTED.value, at, by
    return _changed(session, row, code)


def approve(session: Session, *, return_id: int, by: str, at: datetime) -> StoredReturn:
    """Let a submitted return count; from now on it stands in for the approved one before it.

    Raises:
        SamePersonError: `by` submitted it.
        ReturnChangedError: it is not an open, submitted return.
    """
    row, code = _row(session, return_id)
    _expect(row, code, ReturnState.SUBMITTED, ReturnState.APPROVED)
    if row.submitted_by == by:
        raise SamePersonError(by)
    before = session.exec(
        select(tables.Returns).where(
            col(tables.Returns.organisation_id) == row.organisation_id,
            col(tables.Returns.quarter) == row.quarter,
            col(tables.Returns.current),
        )
    ).first()
    if before is not None:
        before.current, before.superseded_at, before.version = False, at, before.version + 1
        session.add(before)
        session.flush()  # there is never more than one current revision, not even within the transaction
    row.state, row.current, row.approved_at, row.approved_by = ReturnState.APPROVED.value, True, at, by
    return _changed(session, row, code)


def send_back(session: Session, *, return_id: int, at: datetime) -> StoredReturn:
    """Return a submitted return for correction; the reason belongs in the event.

    Raises:
        ReturnChangedError: it is not an open, submitted return.
    """
    row, code = _row(session, return_id)
    _expect(row, code, ReturnState.SUBMITTED, ReturnState.RETURNED)
    row.state, row.superseded_at = ReturnState.RETURNED.value, at
    return _changed(session, row, code)


def get(session: Session, *, return_id: int) -> StoredReturn:
    """Give the return with an id; a `KeyError` where there is none."""
    return _stored(*_row(session, return_id))


def find(  # noqa: PLR0913 (each narrows the list)
    session: Session,
    *,
    organisation: str | None = None,
    quarter: Quarter | None = None,
    states: Collection[ReturnState] | None = None,
    file_sha256: str | None = None,
    standing: bool = False,
    return_ids: Collection[int] | None = None,
) -> list[StoredReturn]:
    """Give the returns that fit all that is asked, by organisation, quarter and revision.

    `file_sha256` finds the same file again; `standing` leaves out what was superseded or returned.
    """
    conditions: list[ColumnElement[bool]] = []
    if organisation is not None:
        conditions.append(col(tables.Organisation.code) == organisation)
    if quarter is not None:
        conditions.append(col(tables.Returns.quarter) == quarter.ordinal)
    if states is not None:
        conditions.append(col(tables.Returns.state).in_([state.value for state in states]))
    if file_sha256 is not None:
        file = select(tables.File.id).where(col(tables.File.sha256) == file_sha256)
        conditions.append(col(tables.Returns.file_id).in_(file))
    if standing:
        conditions.append(col(tables.Returns.superseded_at).is_(None))
    if return_ids is not None:
        conditions.append(col(tables.Returns.id).in_(among(session, return_ids)))
    rows = session.exec(
        select(tables.Returns, tables.Organisation.code)
        .join(tables.Organisation, col(tables.Organisation.id) == col(tables.Returns.organisation_id))
        .where(*conditions)
    )
    stored = [_stored(row, code) for row, code in rows]
    return sorted(stored, key=lambda one: (one.organisation, one.quarter, one.revision))


def count_current(session: Session, *, window: Window) -> int:
    """Count the returns that count for the quarters of a window."""
    quarter = col(tables.Returns.quarter)
    within = quarter.between(window.first.ordinal, window.last.ordinal)
    return session.exec(select(sa.func.count()).where(col(tables.Returns.current), within)).one()


def content(session: Session, *, return_id: int) -> ReturnContent:
    """Give all that a return says, as it was stored; a `KeyError` where there is no such return."""
    found = contents(session, return_ids=(return_id,))
    if return_id not in found:
        raise KeyError(return_id)
    return found[return_id]


def contents(session: Session, *, return_ids: Collection[int]) -> dict[int, ReturnContent]:
    """Give what several returns say, by id; ids that do not exist are left out."""
    chosen = among(session, return_ids)
    found: dict[int, dict[str, ReportedForm]] = {
        return_id: {}
        for return_id in session.exec(select(tables.Returns.id).where(col(tables.Returns.id).in_(chosen)))
        if return_id is not None
    }
    records: dict[tuple[int, str], list[Record]] = {}
    record = tables.Record
    for return_id, form, position, key, cells in session.execute(
        sa.select(col(record.return_id), col(record.form), col(record.position), col(record.key), col(record.cells))
        .where(col(record.return_id).in_(chosen))
        .order_by(col(record.return_id), col(record.form), col(record.position))
    ):
        records.setdefault((return_id, form), []).append(Record(position, key, cells))
    of = tables.ReturnForm
    for return_id, form, state in session.execute(
        sa.select(col(of.return_id), col(of.form), col(of.state)).where(col(of.return_id).in_(chosen))
    ):
        found[return_id][form] = ReportedForm(FormState(state), tuple(records.get((return_id, form), ())))
    return {return_id: ReturnContent(forms) for return_id, forms in found.items()}


def typed(session: Session, *, return_id: int) -> dict[str, Any]:
    """Give, by form, what a person typed into a draft so far."""
    rows = session.exec(select(tables.ReturnForm).where(col(tables.ReturnForm.return_id) == return_id))
    return {row.form: row.typed for row in rows if row.typed is not None}


def _write(session: Session, return_id: int, content: ReturnContent, typed: Mapping[str, Any]) -> None:
    forms = [
        {
            "return_id": return_id,
            "form": key,
            "state": content.forms[key].state.value if key in content.forms else FormState.MISSING.value,
            "typed": typed.get(key),
        }
        for key in dict.fromkeys([*content.forms, *typed])
    ]
    records = [
        {
            "return_id": return_id,
            "form": key,
            "position": record.position,
            "key": record.key,
            "cells": dict(record.cells),
        }
        for key, form in content.forms.items()
        for record in form.records
    ]
    for name, rows in ((tables.ReturnForm, forms), (tables.Record, records)):
        if rows:
            session.execute(insert(tables.table(name)), rows)


def _row(session: Session, return_id: int) -> tuple[tables.Returns, str]:
    found = session.exec(
        select(tables.Returns, tables.Organisation.code)
        .join(tables.Organisation, col(tables.Organisation.id) == col(tables.Returns.organisation_id))
        .where(col(tables.Returns.id) == return_id)
    ).first()
    if found is None:
        raise KeyError(return_id)
    return found


def _expect(row: tables.Returns, code: str, state: ReturnState, wanted: ReturnState) -> None:
    if row.state != state or row.superseded_at is not None:
        raise ReturnChangedError(_stored(row, code), wanted)


def _changed(session: Session, row: tables.Returns, code: str) -> StoredReturn:
    row.version += 1
    session.add(row)
    session.flush()
    return _stored(row, code)


def _stored(row: tables.Returns, code: str) -> StoredReturn:
    return StoredReturn(
        id=tables.id_of(row),
        organisation=code,
        quarter=Quarter.from_ordinal(row.quarter),
        revision=row.revision,
        state=ReturnState(row.state),
        current=row.current,
        channel=Channel(row.channel),
        language=row.language,
        framework_id=row.framework_id,
        file_id=row.file_id,
        attributes=row.attributes,
        content_sha256=row.content_sha256,
        version=row.version,
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        superseded_at=row.superseded_at,
    )
