"""What is old: files, accounts, sessions, links, attempts; and how it goes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, delete, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from kpi.store import tables
from kpi.store.model import ReturnState

#: The address of an account that has none any more; nobody can have one there.
_NOWHERE = "removed.invalid"


class OldFile(NamedTuple):
    """A file whose time has come."""

    id: int
    name: str
    sha256: str
    size: int


def old_files(session: Session, *, before: datetime | None) -> list[OldFile]:
    """Give the files last used before a moment, in no return that is open, and no evidence that one rests on.

    A file is used when a return that it came with, or stands behind, is typed into, handed in, approved or replaced. Of
    one that no return ever used only its place among the others is known: it is as old as those that came later.
    """
    if before is None:
        return []
    used = _last_use(session)
    kept = {*_needed(session), *_published(session)}
    old = {file_id for file_id, last in used.items() if last is not None and last < before}
    newest_old = max(old, default=0)
    file = tables.File
    rows = session.exec(
        select(file.id, file.name, file.sha256, file.size).where(col(file.removed_at).is_(None)).order_by(col(file.id))
    )
    return [
        OldFile(file_id, name, sha256, size)
        for file_id, name, sha256, size in rows
        if file_id is not None
        and file_id not in kept
        and (file_id in old or (file_id not in used and file_id < newest_old))
    ]


def remove_file(session: Session, *, file_id: int, at: datetime) -> None:
    """Let a file's bytes go; its name and its hash stay."""
    session.execute(
        update(tables.File).where(col(tables.File.id) == file_id).values(content=b"", size=0, removed_at=at)
    )


def old_accounts(session: Session, *, before: datetime | None) -> list[int]:
    """Give the accounts that were disabled before a moment and still say whose they were."""
    if before is None:
        return []
    person = tables.Person
    wanted = (
        select(person.id)
        .where(col(person.disabled_at) < before, col(person.anonymised_at).is_(None))
        .order_by(col(person.id))
    )
    return [person_id for person_id in session.exec(wanted) if person_id is not None]


def anonymise(session: Session, *, person_id: int, at: datetime) -> None:
    """Take from an account its name and address, and all that would let somebody in."""
    for model in (tables.SignedIn, tables.Link, tables.PersonOrganisation):
        rows = tables.table(model)
        session.execute(delete(rows).where(rows.c.person_id == person_id))
    session.execute(
        update(tables.Person)
        .where(col(tables.Person.id) == person_id)
        .values(**anonymous(person_id), password=None, issuer=None, subject=None, anonymised_at=at)
    )


def anonymous(person_id: int | str) -> dict[str, str | None]:
    """Give what an account says that says nothing of anybody any more."""
    return {"name": f"#{person_id}", "email": f"{person_id}@{_NOWHERE}", "role": "viewer", "language": None}


def count_sessions(session: Session, *, begun: datetime, seen: datetime) -> int:
    """Count the sessions that began, or were last used, before these moments."""
    return _count(session, tables.SignedIn, _ended(begun, seen))


def remove_sessions(session: Session, *, begun: datetime, seen: datetime) -> None:
    """Remove them."""
    session.execute(delete(tables.SignedIn).where(_ended(begun, seen)))


def count_links(session: Session, *, at: datetime) -> int:
    """Count the links that serve no more."""
    return _count(session, tables.Link, _spent(at))


def remove_links(session: Session, *, at: datetime) -> None:
    """Remove them."""
    session.execute(delete(tables.Link).where(_spent(at)))


def count_attempts(session: Session, *, before: datetime) -> int:
    """Count the failed sign-ins before a moment."""
    return _count(session, tables.Attempt, col(tables.Attempt.at) < before)


def remove_attempts(session: Session, *, before: datetime) -> None:
    """Remove them."""
    session.execute(delete(tables.Attempt).where(col(tables.Attempt.at) < before))


def _count(session: Session, model: type[tables.Base], condition: ColumnElement[bool]) -> int:
    return int(session.execute(sa.select(func.count()).select_from(tables.table(model)).where(condition)).scalar_one())


def _ended(begun: datetime, seen: datetime) -> ColumnElement[bool]:
    return (col(tables.SignedIn.begun_at) < begun) | (col(tables.SignedIn.seen_at) < seen)


def _spent(at: datetime) -> ColumnElement[bool]:
    return (col(tables.Link.until) < at) | col(tables.Link.used_at).is_not(None)


def _last_use(session: Session) -> dict[int, datetime | None]:
    """Give when each file was last used by any return; none where the return does not say."""
    head = tables.Returns
    moments = (head.drafted_at, head.submitted_at, head.approved_at, head.superseded_at)
    columns = [col(each) for each in moments]
    uploads = sa.select(col(head.file_id), *columns).where(col(head.file_id).is_not(None))
    proofs = (
        sa.select(col(tables.Evidence.file_id), *columns)
        .join(head, col(head.id) == col(tables.Evidence.return_id))
        .where(col(tables.Evidence.file_id).is_not(None))
    )
    used: dict[int, datetime | None] = {}
    for query in (uploads, proofs):
        for file_id, *when in session.execute(query):
            known = [each for each in (used.get(file_id), *when) if each is not None]
            used[file_id] = max(known, default=None)
    return used


def _needed(session: Session) -> Iterator[int]:
    """Give the files of open returns, and the evidence of those that count or that the next draft goes on from.

    That is the newest revision that was ever handed in: sent back, it waits for its correction as long as that takes.
    """
    head = tables.Returns
    is_open = col(head.superseded_at).is_(None) & col(head.state).in_(
        [ReturnState.DRAFT.value, ReturnState.SUBMITTED.value]
    )
    yield from (one for one in session.exec(select(head.file_id).where(is_open)) if one is not None)
    later = aliased(tables.Returns)
    replaced = select(later.id).where(
        col(later.organisation_id) == col(head.organisation_id),
        col(later.quarter) == col(head.quarter),
        col(later.revision) > col(head.revision),
        col(later.state) != ReturnState.DRAFT.value,
    )
    is_last = col(head.state).in_([ReturnState.SUBMITTED.value, ReturnState.RETURNED.value]) & ~replaced.exists()
    rests = is_open | col(head.current) | is_last
    evidence = select(tables.Evidence.file_id).join(head, col(head.id) == col(tables.Evidence.return_id)).where(rests)
    yield from (one for one in session.exec(evidence) if one is not None)
    typed = (
        select(tables.ReturnForm.typed)
        .join(head, col(head.id) == col(tables.ReturnForm.return_id))
        .where(rests, col(tables.ReturnForm.typed).is_not(None))
    )
    for form in session.exec(typed.execution_options(yield_per=100)):
        yield from _in_typed(form)


def _published(session: Session) -> Iterator[int]:
    """Give the files of editions: what was published stays."""
    yield from session.exec(select(tables.EditionFile.file_id))


def _in_typed(form: Any) -> Iterator[int]:  # noqa: ANN401 (JSON as it was typed)
    """Give the files behind the rows of a form as it was typed."""
    rows = form.get("rows", ()) if isinstance(form, dict) else ()
    for row in rows:
        for one in row.get("evidence") or ():
            if isinstance(one.get("file"), int):
                yield one["file"]
