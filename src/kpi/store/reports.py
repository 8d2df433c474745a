"""Which returns count, form by form, and the rows behind them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from kpi.measure.model import FormReport
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReportedForm
from kpi.store import tables
from kpi.store.ids import among
from kpi.store.model import Basis, ReturnState, StoredRecord

APPROVED = Basis()
#: So many rows are fetched at a time.
_AT_ONCE = 5000


def form_reports(
    session: Session,
    *,
    basis: Basis = APPROVED,
    forms: Collection[str] | None = None,
    since: Quarter | None = None,
    until: Quarter | None = None,
) -> list[FormReport]:
    """Give what the returns that count say of each form, for the quarters since–until, both included.

    At most one return counts for an organisation and quarter. Ordered by quarter, organisation and form. Attributes
    that say the same are the same object: there are tens of them, and of reports tens of thousands.
    """
    form, returns, organisation = tables.table(tables.ReturnForm), tables.Returns, tables.Organisation
    conditions = [counting(basis)]
    if since is not None:
        conditions.append(col(returns.quarter) >= since.ordinal)
    if until is not None:
        conditions.append(col(returns.quarter) <= until.ordinal)
    query = (
        sa.select(col(returns.id), col(organisation.code), col(returns.quarter), col(returns.attributes))
        .join(organisation, col(organisation.id) == col(returns.organisation_id))
        .where(*conditions)
    )
    heads = sorted(session.execute(query).all(), key=lambda head: (head.quarter, head.code))
    said: dict[int, list[tuple[str, str]]] = {head.id: [] for head in heads}
    rows = sa.select(form.c.return_id, form.c.form, form.c.state).where(
        form.c.return_id.in_(among(session, said)), *([] if forms is None else [form.c.form.in_(forms)])
    )
    for return_id, key, state in session.execute(rows.execution_options(yield_per=_AT_ONCE)):
        said[return_id].append((key, state))
    states = {state.value: state for state in FormState}
    alike: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    found = []
    for head in heads:
        quarter = Quarter.from_ordinal(head.quarter)
        attributes = alike.setdefault(tuple(sorted(head.attributes.items())), head.attributes)
        found += [
            FormReport(head.code, quarter, key, states[state], head.id, attributes)
            for key, state in sorted(said[head.id])
        ]
    return found


def records(  # noqa: PLR0913 (each narrows the list)
    session: Session,
    *,
    basis: Basis = APPROVED,
    forms: Collection[str] | None = None,
    organisation: str | None = None,
    quarter: Quarter | None = None,
    returns: Collection[int] | None = None,
) -> list[StoredRecord]:
    """Give the rows as reported, by quarter, organisation, form and position.

    Those of the returns that count, or of just these `returns`; only of forms of which their return says something.
    """
    record, head, who, said = tables.Record, tables.Returns, tables.Organisation, tables.table(tables.ReturnForm)
    conditions = [counting(basis) if returns is None else col(head.id).in_(among(session, returns))]
    if forms is not None:
        conditions.append(col(record.form).in_(forms))
    if organisation is not None:
        conditions.append(col(who.code) == organisation)
    if quarter is not None:
        conditions.append(col(head.quarter) == quarter.ordinal)
    rows = session.execute(
        sa.select(
            col(record.return_id),
            col(who.code),
            col(head.quarter),
            col(head.revision),
            col(record.form),
            col(record.position),
            col(record.key),
            col(record.cells),
        )
        .join(head, col(head.id) == col(record.return_id))
        .join(who, col(who.id) == col(head.organisation_id))
        .join(said, and_(said.c.return_id == col(record.return_id), said.c.form == col(record.form)))
        .where(*conditions)
    )
    found = [
        StoredRecord(return_id, code, Quarter.from_ordinal(ordinal), *rest) for return_id, code, ordinal, *rest in rows
    ]
    return sorted(found, key=lambda row: (row.quarter, row.organisation, row.form, row.position))


def latest_forms(
    session: Session, *, organisation: str, forms: Collection[str], before: Quarter
) -> Mapping[str, tuple[Quarter, ReportedForm]]:
    """Give, for each form, the last approved quarter before this one in which it was not missing, and what it said.

    A stock register's template begins with these rows. Forms never reported are left out.
    """
    head, said, who, record = tables.Returns, tables.ReturnForm, tables.Organisation, tables.Record
    latest: dict[str, tuple[int, int, FormState]] = {}
    for return_id, quarter, form, state in session.exec(
        select(said.return_id, head.quarter, said.form, said.state)
        .join(head, col(head.id) == col(said.return_id))
        .join(who, col(who.id) == col(head.organisation_id))
        .where(
            col(head.current),
            col(who.code) == organisation,
            col(head.quarter) < before.ordinal,
            col(said.form).in_(forms),
            col(said.state) != FormState.MISSING.value,
        )
        .order_by(col(head.quarter))
    ):
        latest[form] = (return_id, quarter, FormState(state))
    found = {}
    for form, (return_id, quarter, state) in latest.items():
        rows = session.exec(
            select(record.position, record.key, record.cells)
            .where(col(record.return_id) == return_id, col(record.form) == form)
            .order_by(col(record.position))
        )
        records = tuple(Record(position, key, cells) for position, key, cells in rows)
        found[form] = (Quarter.from_ordinal(quarter), ReportedForm(state, records))
    return found


def forms_said(session: Session) -> frozenset[str]:
    """Give the forms of which any return, of any revision, says something: also that there is nothing to report."""
    said = tables.ReturnForm
    return frozenset(session.exec(select(said.form).where(col(said.state) != FormState.MISSING.value).distinct()))


def counting(basis: Basis) -> ColumnElement[bool]:
    """Give the condition on `tables.Returns` under which a return counts."""
    counts = _stood(tables.Returns, basis)
    if not basis.provisional:
        return counts
    later = aliased(tables.Returns)
    replaced = select(later.id).where(
        col(later.organisation_id) == col(tables.Returns.organisation_id),
        col(later.quarter) == col(tables.Returns.quarter),
        col(later.revision) > col(tables.Returns.revision),
        _stood(later, basis),
    )
    return and_(counts, ~replaced.exists())


def last_approved(session: Session) -> dict[Quarter, datetime]:
    """Give, for each quarter, when a return for it was last approved; also one that was replaced since."""
    head = tables.Returns
    query = (
        sa.select(col(head.quarter), sa.func.max(col(head.approved_at)))
        .where(col(head.approved_at).is_not(None))
        .group_by(col(head.quarter))
    )
    return {Quarter.from_ordinal(quarter): at for quarter, at in session.execute(query)}


def _stood(returns: type[tables.Returns], basis: Basis) -> ColumnElement[bool]:
    if basis.as_of is None or basis.as_of_until is None:
        return _stood_then(returns, basis)
    now, last = replace(basis, as_of=None, as_of_until=None), basis.as_of_until.ordinal
    return or_(
        and_(col(returns.quarter) <= last, _stood_then(returns, basis)),
        and_(col(returns.quarter) > last, _stood_then(returns, now)),
    )


def _stood_then(returns: type[tables.Returns], basis: Basis) -> ColumnElement[bool]:
    approved = col(returns.state) == ReturnState.APPROVED.value
    if basis.as_of is None:
        if not basis.provisional:
            return col(returns.current).is_(True)
        submitted = col(returns.state) == ReturnState.SUBMITTED.value
        return and_(or_(approved, submitted), col(returns.superseded_at).is_(None))
    stands = or_(col(returns.superseded_at).is_(None), col(returns.superseded_at) > basis.as_of)
    if not basis.provisional:
        return and_(col(returns.approved_at) <= basis.as_of, stands)
    return and_(col(returns.submitted_at) <= basis.as_of, stands)
