"""Drafts: what is typed into a return before it is handed in, and what is said beside it.

A draft is a revision in the state *draft*, without records; what was typed lies in ``return_form.typed``. `hand_in`
writes the records of what was understood, once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from kpi.records import ReturnContent
from kpi.store import returns as stored
from kpi.store import tables
from kpi.store.ids import among
from kpi.store.model import Channel, ReturnState, StoredReturn


@dataclass(frozen=True, slots=True)
class Said:
    """What is said beside a revision: when and by whom it was last typed into, notes, and why it was sent back.

    `notes` and `reasons` are by form; those of the return as a whole stand under none.
    """

    drafted_at: datetime | None
    drafted_by: str | None
    notes: Mapping[str | None, str]
    reasons: Mapping[str | None, str]
    explanations: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """A file or a link behind a record."""

    return_id: int
    form: str
    position: int
    name: str
    file_id: int | None
    link: str | None


def write_form(session: Session, *, return_id: int, form: str, typed: Mapping[str, Any]) -> None:
    """Keep what is typed into one form by now."""
    row = session.get(tables.ReturnForm, (return_id, form))
    if row is None:
        row = tables.ReturnForm(return_id=return_id, form=form, state="missing")
    row.typed = dict(typed)
    session.add(row)
    session.flush()


def retype(session: Session, *, return_id: int, typed: Mapping[str, Any]) -> None:
    """Keep what is typed into a draft under other keys of its forms, in the place of those there were."""
    rows = tables.table(tables.ReturnForm)
    session.execute(delete(rows).where(rows.c.return_id == return_id))
    for form, said in typed.items():
        write_form(session, return_id=return_id, form=form, typed=said)


def touch(session: Session, *, return_id: int, by: str, at: datetime, channel: Channel | None = None) -> None:
    """Note who typed last, and how what is there came in."""
    row = _row(session, return_id)
    row.drafted_by, row.drafted_at = by, at
    if channel is not None:
        row.channel = channel.value
    session.add(row)
    session.flush()


def came_with(session: Session, *, return_id: int, file_id: int, language: str) -> None:
    """Note the file that a draft was read from, and its language."""
    row = _row(session, return_id)
    row.file_id, row.language = file_id, language
    session.add(row)
    session.flush()


def write_note(session: Session, *, return_id: int, note: str) -> None:
    """Keep the note to the return as a whole."""
    row = _row(session, return_id)
    row.note = note or None
    session.add(row)
    session.flush()


def write_explanations(session: Session, *, return_id: int, explanations: Sequence[Mapping[str, Any]]) -> None:
    """Keep the words of explanation given so far."""
    row = _row(session, return_id)
    row.explanations = [dict(one) for one in explanations] or None
    session.add(row)
    session.flush()


def give_up(session: Session, *, return_id: int, at: datetime) -> None:
    """Let a draft stand no more."""
    row = _row(session, return_id)
    row.superseded_at, row.version = at, row.version + 1
    session.add(row)
    session.flush()


def hand_in(  # noqa: PLR0913 (what is handed in, by whom, how)
    session: Session,
    *,
    return_id: int,
    content: ReturnContent,
    notes: Mapping[str, str],
    evidence: Sequence[StoredEvidence],
    explanations: Sequence[Mapping[str, Any]],
    framework_id: int,
    attributes: Mapping[str, str],
    by: str,
    at: datetime,
) -> StoredReturn:
    """Write what was understood of a draft as its records, and hand it in.

    Raises `kpi.store.model.ReturnChangedError` where it is no open draft any more.
    """
    for key, form in content.forms.items():
        row = session.get(tables.ReturnForm, (return_id, key)) or tables.ReturnForm(
            return_id=return_id, form=key, state=""
        )
        row.state, row.note = form.state.value, notes.get(key) or None
        session.add(row)
    head = _row(session, return_id)
    head.content_sha256, head.framework_id, head.attributes = content.sha256, framework_id, dict(attributes)
    head.explanations = [dict(one) for one in explanations] or None
    session.add(head)
    session.flush()
    records = [
        {"return_id": return_id, "form": key, "position": one.position, "key": one.key, "cells": dict(one.cells)}
        for key, form in content.forms.items()
        for one in form.records
    ]
    if records:
        session.execute(insert(tables.table(tables.Record)), records)
    numbers: dict[tuple[str, int], int] = {}
    for one in evidence:
        number = numbers[one.form, one.position] = numbers.get((one.form, one.position), 0) + 1
        session.add(
            tables.Evidence(
                return_id=return_id,
                form=one.form,
                position=one.position,
                number=number,
                name=one.name,
                file_id=one.file_id,
                link=one.link,
            )
        )
    return stored.submit(session, return_id=return_id, by=by, at=at)


def explain_return(session: Session, *, return_id: int, reason: str | None, by_form: Mapping[str, str]) -> None:
    """Keep why a return was sent back, as a whole and form by form."""
    head = _row(session, return_id)
    head.reason = reason
    session.add(head)
    for form, why in by_form.items():
        session.execute(
            update(tables.ReturnForm)
            .where(col(tables.ReturnForm.return_id) == return_id, col(tables.ReturnForm.form) == form)
            .values(reason=why)
        )
    session.flush()


def said(session: Session, *, return_id: int) -> Said:
    """Give what is said beside a revision."""
    head = _row(session, return_id)
    rows = session.exec(select(tables.ReturnForm).where(col(tables.ReturnForm.return_id) == return_id)).all()
    notes: dict[str | None, str] = {row.form: row.note for row in rows if row.note}
    reasons: dict[str | None, str] = {row.form: row.reason for row in rows if row.reason}
    if head.note:
        notes[None] = head.note
    if head.reason:
        reasons[None] = head.reason
    return Said(head.drafted_at, head.drafted_by, notes, reasons, head.explanations or ())


def explanations(session: Session, *, return_ids: Collection[int]) -> dict[int, int]:
    """Count the words of explanation that were given with returns, by their ids."""
    head = tables.Returns
    rows = session.exec(select(head.id, head.explanations).where(col(head.id).in_(among(session, return_ids))))
    return {number: len(given or ()) for number, given in rows if number is not None}


def evidence(session: Session, *, return_ids: Collection[int]) -> list[StoredEvidence]:
    """Give the evidence behind the records of returns, in their order."""
    one = tables.Evidence
    rows = session.exec(
        select(one)
        .where(col(one.return_id).in_(among(session, return_ids)))
        .order_by(col(one.return_id), col(one.form), col(one.position), col(one.number))
    )
    return [StoredEvidence(row.return_id, row.form, row.position, row.name, row.file_id, row.link) for row in rows]


def open_of(session: Session, *, organisation: str, quarter: int) -> int | None:
    """Give the open draft of an organisation's quarter (an ordinal)."""
    wanted = (
        select(tables.Returns.id)
        .join(tables.Organisation, col(tables.Organisation.id) == col(tables.Returns.organisation_id))
        .where(
            col(tables.Organisation.code) == organisation,
            col(tables.Returns.quarter) == quarter,
            col(tables.Returns.state) == ReturnState.DRAFT.value,
            col(tables.Returns.superseded_at).is_(None),
        )
    )
    return session.exec(wanted).first()


def _row(session: Session, return_id: int) -> tables.Returns:
    row = session.get(tables.Returns, return_id)
    if row is None:
        raise KeyError(return_id)
    return row
