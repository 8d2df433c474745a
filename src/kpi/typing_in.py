"""What is typed into a draft, cell by cell: each is kept at once, valid or not.

Whoever types says what they saw there: where somebody else was faster, they are told, and nothing is overwritten.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow
from kpi.draft import Draft, not_changed, open_draft, read_draft, typed_last
from kpi.framework.model import Form, FormTime, Framework
from kpi.installation import Installation
from kpi.intake import typed as typing
from kpi.intake.raw import Scalar
from kpi.intake.typed import Attached, TypedForm, TypedRow
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.records import ReturnContent
from kpi.store import drafts as kept
from kpi.store import returns as stored
from kpi.store.engine import reading, writing
from kpi.store.model import Channel, StoredReturn

_LONGEST_CELL, _LONGEST_NOTE, _MOST_ROWS, _MOST_EVIDENCE = 5_000, 4_000, 20_000, 20


class TypedMeanwhileError(SaidError):
    """Somebody else changed the same cell."""

    text = N_("{person} changed this meanwhile; what you typed was not saved over it. It now says: “{found}”.")

    def __init__(self, person: object, found: object) -> None:
        self.found = found
        super().__init__(person=person, found=found)


class RowGoneError(SaidError):
    """The row was taken out meanwhile: what is done to it would bring a piece of it back."""

    text = N_(
        "This row was taken out of the return meanwhile; what was typed into it since is not saved. "
        "If it is still needed, add it as a new row."
    )


class TooMuchError(SaidError):
    """More was typed than is kept."""

    text = N_("This is too long: at most {most} are kept.")

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


def type_cell(  # noqa: PLR0913 (where, what, and what was there)
    installation: Installation,
    *,
    draft_id: int,
    form: str,
    row: str,
    field_key: str,
    seen: str | None,
    text: str,
    at: datetime,
) -> Draft:
    """Keep what was typed into a cell; `seen` is what the person saw there, as `typed.shown` writes it.

    Nothing was seen of a row that is begun: it is made, where the form is a register.

    Raises `TypedMeanwhileError`, `RowGoneError`, `TooMuchError`, `DraftGoneError`.
    """
    if len(text) > _LONGEST_CELL:
        raise TooMuchError(_LONGEST_CELL)
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        of = _form(session, installation.framework, head, form)
        there = TypedRow(row) if seen is None and of.row(row) is None else _row(of, row)
        found = there.cells.get(field_key)
        if typing.shown(found, head.language) not in {seen or "", text}:
            raise TypedMeanwhileError(typed_last(session, installation, draft_id), typing.shown(found, head.language))
        cells: dict[str, Scalar] = {**there.cells, field_key: text}
        if not text:
            del cells[field_key]
        if len(of.rows) >= _MOST_ROWS and of.row(row) is None:
            raise TooMuchError(_MOST_ROWS)
        return _keep(session, installation, head, form, of.with_row(replace(there, cells=cells)), at)


def say_state(  # noqa: PLR0913 (where, what, and what was there)
    installation: Installation, *, draft_id: int, form: str, seen: str, state: str, at: datetime
) -> Draft:
    """Keep what is said of a whole form: a `FormState`'s value, or nothing."""
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        of = _form(session, installation.framework, head, form)
        if of.state not in {seen, state}:
            raise TypedMeanwhileError(typed_last(session, installation, draft_id), of.state)
        return _keep(session, installation, head, form, replace(of, state=state), at)


def remove_row(  # noqa: PLR0913 (where, what, and what was there)
    installation: Installation, *, draft_id: int, form: str, row: str, at: datetime, seen: TypedRow | None = None
) -> Draft:
    """Take a row out of a register; `seen` is the row as the person saw it, where known.

    Raises `ChangedMeanwhileError`, `DraftGoneError`.
    """
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        of = _form(session, installation.framework, head, form)
        if seen is not None and (there := of.row(row)) is not None:
            not_changed(session, installation, draft_id, now=there, seen=seen)
        return _keep(session, installation, head, form, of.without_row(row), at)


def copy_last(
    installation: Installation, *, draft_id: int, form: str, at: datetime, seen: TypedForm | None = None
) -> Draft:
    """Fill a form that is a position (a stock) with what was last approved of it; what was typed there is replaced.

    `seen` is the form as the person saw it, where known. Raises `ChangedMeanwhileError`, `DraftGoneError`.
    """
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        there = _form(session, installation.framework, head, form)
        if seen is not None:
            not_changed(session, installation, draft_id, now=there.rows, seen=seen.rows)
        before = recall.latest_forms(
            session, installation.framework, organisation=head.organisation, forms=[form], before=head.quarter
        )
        if form not in before or not may_copy(installation.framework.forms[form]):
            return read_draft(session, installation.framework, draft_id)
        content = ReturnContent({form: before[form][1]})
        taken = typing.of_records(installation.framework, head.quarter, content, head.language)[form]
        return _keep(session, installation, head, form, replace(taken, note=there.note), at)


def last_said(installation: Installation, draft: Draft) -> dict[str, Quarter]:
    """Give the quarters of what was last approved, by form, where that may be copied into a draft."""
    allow(installation.who, Deed.REPORT, organisation=draft.organisation.code)
    forms = [key for key, form in draft.forms.items() if may_copy(form)]
    with reading(installation.engine) as session:
        before = recall.latest_forms(
            session,
            installation.framework,
            organisation=draft.organisation.code,
            forms=forms,
            before=draft.quarter,
        )
    return {key: quarter for key, (quarter, said) in before.items() if said.records and key in forms}


def may_copy(form: Form) -> bool:
    """Tell whether last quarter's answers may be a beginning for this one's: a position's may, a flow's never."""
    return form.time is FormTime.STOCK


def write_note(  # noqa: PLR0913 (where, what, and what was there)
    installation: Installation, *, draft_id: int, form: str | None, note: str, at: datetime, seen: str | None = None
) -> Draft:
    """Keep a note to a form, or to the return as a whole; `seen` is the note that it takes the place of, where known.

    Raises `TypedMeanwhileError`, `TooMuchError`, `DraftGoneError`.
    """
    if len(note) > _LONGEST_NOTE:
        raise TooMuchError(_LONGEST_NOTE)
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        there = _note(session, installation.framework, head, form)
        if seen is not None and there not in {seen, note.strip()}:
            raise TypedMeanwhileError(typed_last(session, installation, draft_id), there)
        if form is not None:
            of = _form(session, installation.framework, head, form)
            return _keep(session, installation, head, form, replace(of, note=note.strip()), at)
        kept.write_note(session, return_id=draft_id, note=note.strip())
        kept.touch(session, return_id=draft_id, by=installation.who.signature, at=at)
        return read_draft(session, installation.framework, draft_id)


def attach(  # noqa: PLR0913 (where, what and when)
    installation: Installation,
    *,
    draft_id: int,
    form: str,
    row: str,
    kept_by: Callable[[Session], Attached],
    at: datetime,
) -> Draft:
    """Put evidence behind a row; what is to be kept for it is kept in the same transaction.

    Raises `RowGoneError`, `TooMuchError`, `DraftGoneError`.
    """
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        of = _form(session, installation.framework, head, form)
        there = _row(of, row)
        if len(there.evidence) >= _MOST_EVIDENCE:
            raise TooMuchError(_MOST_EVIDENCE)
        more = replace(there, evidence=(*there.evidence, kept_by(session)))
        return _keep(session, installation, head, form, of.with_row(more), at)


def detach(  # noqa: PLR0913 (where, what and when)
    installation: Installation, *, draft_id: int, form: str, row: str, attached: Attached, at: datetime
) -> Draft:
    """Take evidence away from a row."""
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        of = _form(session, installation.framework, head, form)
        there = of.row(row)
        if there is None:
            return read_draft(session, installation.framework, draft_id)
        less = replace(there, evidence=tuple(one for one in there.evidence if one != attached))
        return _keep(session, installation, head, form, of.with_row(less), at)


def _form(session: Session, framework: Framework, head: StoredReturn, form: str) -> TypedForm:
    written = stored.typed(session, return_id=head.id).get(form)
    return typing.from_json(written) if written is not None else typing.blank(framework, form, head.quarter)


def _row(form: TypedForm, row: str) -> TypedRow:
    there = form.row(row)
    if there is None:
        raise RowGoneError
    return there


def _note(session: Session, framework: Framework, head: StoredReturn, form: str | None) -> str:
    if form is not None:
        return _form(session, framework, head, form).note
    return kept.said(session, return_id=head.id).notes.get(None, "")


def _keep(  # noqa: PLR0913, PLR0917 (what is kept where)
    session: Session, installation: Installation, head: StoredReturn, form: str, typed: TypedForm, at: datetime
) -> Draft:
    kept.write_form(session, return_id=head.id, form=form, typed=typing.to_json(typed))
    kept.touch(session, return_id=head.id, by=installation.who.signature, at=at, channel=Channel.FORM)
    return read_draft(session, installation.framework, head.id)
