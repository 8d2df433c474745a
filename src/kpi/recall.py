"""What the store holds, under the keys that the framework in force gives it.

Everything that is asked of stored returns, rows and organisations is asked here; the store's own functions give
them as they were stored, with the keys of their time.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from kpi.framework.model import Framework
from kpi.framework.used import Amount, Used, UsedForm, used_by
from kpi.measure.model import FormReport, Organisation
from kpi.measure.rows import amounts
from kpi.quarter import Quarter
from kpi.records import Record, ReportedForm, ReturnContent
from kpi.renamed import Renamed
from kpi.store import desk
from kpi.store import drafts as kept
from kpi.store import organisations as listed
from kpi.store import reports as told
from kpi.store import returns as stored
from kpi.store.desk import StoredComment
from kpi.store.drafts import Said, StoredEvidence
from kpi.store.model import Basis, StoredRecord

APPROVED = Basis()


def organisations(session: Session, framework: Framework) -> list[Organisation]:
    """Give every organisation, by code."""
    renamed = Renamed(framework)
    return [_organisation(renamed, each) for each in listed.all(session)]


def organisation(session: Session, framework: Framework, *, code: str) -> Organisation | None:
    """Give the organisation with a code."""
    found = listed.find(session, code=code)
    return None if found is None else _organisation(Renamed(framework), found)


def _organisation(renamed: Renamed, one: Organisation) -> Organisation:
    return replace(one, attributes=renamed.attributes(one.attributes))


def reports(  # noqa: PLR0913 (each narrows the list)
    session: Session,
    framework: Framework,
    *,
    basis: Basis = APPROVED,
    form: str | None = None,
    since: Quarter | None = None,
    until: Quarter | None = None,
) -> list[FormReport]:
    """Give what the returns that count say of each form, or one, for the quarters since–until, both included."""
    renamed = Renamed(framework)
    forms = None if form is None else renamed.former_forms([form])
    found: dict[tuple[int, str], FormReport] = {}
    then: dict[int, Mapping[str, str]] = {}  # all reports of a return tell the same of its organisation
    for report in told.form_reports(session, basis=basis, forms=forms, since=since, until=until):
        if report.return_id not in then:
            now = renamed.attributes(report.attributes)
            then[report.return_id] = report.attributes if now == report.attributes else now
        key, attributes = renamed.form(report.form), then[report.return_id]
        as_it_is = key == report.form and attributes is report.attributes
        found[report.return_id, key] = report if as_it_is else replace(report, form=key, attributes=attributes)
    return list(found.values())


def rows(  # noqa: PLR0913 (each narrows the list)
    session: Session,
    framework: Framework,
    *,
    basis: Basis = APPROVED,
    form: str | None = None,
    organisation: str | None = None,
    quarter: Quarter | None = None,
    returns: Collection[int] | None = None,
) -> list[StoredRecord]:
    """Give the rows of the returns that count, or of just these, by quarter, organisation, form and position."""
    renamed = Renamed(framework)
    found = told.records(
        session,
        basis=basis,
        forms=None if form is None else renamed.former_forms([form]),
        organisation=organisation,
        quarter=quarter,
        returns=returns,
    )
    now = [_row(renamed, row) for row in found]
    return sorted(now, key=lambda row: (row.quarter, row.organisation, row.form, row.position))


def _row(renamed: Renamed, row: StoredRecord) -> StoredRecord:
    key, cells = renamed.row(row.form, row.key, row.cells)
    return replace(row, form=renamed.form(row.form), key=key, cells=cells)


def evidence(session: Session, framework: Framework, *, returns: Collection[int]) -> list[StoredEvidence]:
    """Give the evidence behind the rows of returns, in their order."""
    renamed = Renamed(framework)
    return [replace(one, form=renamed.form(one.form)) for one in kept.evidence(session, return_ids=returns)]


def said(session: Session, framework: Framework, *, return_id: int) -> Said:
    """Give what is said beside a return."""
    found, renamed = kept.said(session, return_id=return_id), Renamed(framework)
    return replace(
        found,
        notes=_by_form(renamed, found.notes),
        reasons=_by_form(renamed, found.reasons),
        explanations=[{**one, "form": renamed.form(one["form"])} for one in found.explanations],
    )


def _by_form(renamed: Renamed, texts: Mapping[str | None, str]) -> dict[str | None, str]:
    return {form if form is None else renamed.form(form): text for form, text in texts.items()}


def comments(session: Session, framework: Framework, *, returns: Collection[int]) -> list[StoredComment]:
    """Give the remarks on returns, in their order."""
    renamed = Renamed(framework)
    found = desk.comments(session, return_ids=returns)
    return [one if one.form is None else replace(one, form=renamed.form(one.form)) for one in found]


def latest_forms(
    session: Session, framework: Framework, *, organisation: str, forms: Collection[str], before: Quarter
) -> dict[str, tuple[Quarter, ReportedForm]]:
    """Give, for each form, the last approved quarter before this one in which it was not missing, and what it said.

    Forms never reported are left out.
    """
    renamed = Renamed(framework)
    found = told.latest_forms(session, organisation=organisation, forms=renamed.former_forms(forms), before=before)
    latest: dict[str, tuple[Quarter, ReportedForm]] = {}
    for form, (quarter, said) in found.items():
        now = renamed.form(form)
        if now not in latest or latest[now][0] < quarter:
            latest[now] = (quarter, renamed.reported(now, said))
    return latest


def content(session: Session, framework: Framework, *, return_id: int) -> ReturnContent:
    """Give all that a return says; a `KeyError` where there is no such return."""
    return Renamed(framework).content(stored.content(session, return_id=return_id))


def typed(session: Session, framework: Framework, *, return_id: int) -> dict[str, Any]:
    """Give, by form, what a person typed into a return."""
    return Renamed(framework).typed(stored.typed(session, return_id=return_id))


def used(session: Session, framework: Framework) -> Used:
    """Gather what of a framework occurs in the store, in returns of any revision and in the list of organisations.

    The names are as they were stored; `framework` is the one by which they are read now.
    """
    heads = {head.id: head for head in stored.find(session)}
    found = told.records(session, returns=list(heads))
    now = used_by((row.form, row.key, row.cells) for row in found)
    attributes: dict[str, set[str]] = {}
    for told_of in (*(one.attributes for one in listed.all(session)), *(head.attributes for head in heads.values())):
        for name, category in told_of.items():
            attributes.setdefault(name, set()).add(category)
    return replace(
        now,
        forms={form: now.forms.get(form, UsedForm()) for form in sorted({*now.forms, *told.forms_said(session)})},
        attributes={name: frozenset(categories) for name, categories in attributes.items()},
        amounts=frozenset(_amounts(framework, found)),
    )


def _amounts(framework: Framework, found: Collection[StoredRecord]) -> Iterator[Amount]:
    renamed = Renamed(framework)
    for row in found:
        form = renamed.form(row.form)
        if form in framework.forms:
            record = renamed.record(form, Record(row.position, row.key, row.cells))
            for currency, day in amounts(framework.forms[form], record, row.quarter):
                yield Amount(currency, day)
