"""The uploaded files, byte for byte, known by their SHA-256."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Text, cast
from sqlmodel import Session, col, select

from kpi.problems import N_, SaidError
from kpi.store import tables
from kpi.store.ids import among
from kpi.store.model import StoredFile
from kpi.store.rows import as_far_as_possible, moment_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileRemovedError(SaidError):
    """A file was kept for as long as files are kept."""

    text = N_("“{name}” was removed on {day}, after the time for which files are kept. Its SHA-256 was {sha256}.")

    def __init__(self, file: StoredFile, removed_at: datetime) -> None:
        super().__init__(name=file.name, day=removed_at.astimezone().date(), sha256=file.sha256)


def keep(session: Session, *, name: str, content: bytes, media_type: str = WORKBOOK) -> int:
    """Keep a file and give its id. The same bytes are kept once, under the name they first came with.

    A file that was removed is there again when it comes again.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    known = session.exec(select(tables.File).where(col(tables.File.sha256) == sha256)).first()
    if known is not None:
        if known.removed_at is not None:
            known.content, known.size, known.removed_at = content, len(content), None
            session.add(known)
            session.flush()
        return tables.id_of(known)
    row = tables.File(sha256=sha256, name=name, media_type=media_type, size=len(content), content=content)
    session.add(row)
    session.flush()
    return tables.id_of(row)


def get(session: Session, *, file_id: int) -> StoredFile:
    """Give the file with an id; a `KeyError` where there is none."""
    row = session.get(tables.File, file_id)
    if row is None:
        raise KeyError(file_id)
    return StoredFile(
        id=tables.id_of(row),
        sha256=row.sha256,
        name=row.name,
        media_type=row.media_type,
        content=bytes(row.content),
        removed_at=row.removed_at,
    )


def content(session: Session, *, file_id: int) -> StoredFile:
    """Give a file that is taken away as it is; raise `FileRemovedError` where only its hash is left."""
    found = get(session, file_id=file_id)
    if found.removed_at is not None:
        raise FileRemovedError(found, found.removed_at)
    return found


def kept(session: Session) -> list[int]:
    """Give the files that were not removed, by id."""
    wanted = select(tables.File.id).where(col(tables.File.removed_at).is_(None)).order_by(col(tables.File.id))
    return [file_id for file_id in session.exec(wanted) if file_id is not None]


def removed(session: Session) -> dict[int, tuple[str, object]]:
    """Give of the files that were removed the name and the moment, by id; what is no moment stays as it is."""
    file = tables.File
    wanted = select(file.id, file.name, cast(file.removed_at, Text)).where(col(file.removed_at).is_not(None))
    return {
        file_id: (name, as_far_as_possible(moment_of)(at))
        for file_id, name, at in session.exec(wanted)
        if file_id is not None
    }


def hashes(session: Session, *, file_ids: Collection[int]) -> dict[int, str]:
    """Give the hashes of files by their ids, of those that were removed too."""
    rows = session.exec(
        select(tables.File.id, tables.File.sha256).where(col(tables.File.id).in_(among(session, file_ids)))
    )
    return {file_id: sha256 for file_id, sha256 in rows if file_id is not None}


def names(session: Session, *, file_ids: Collection[int]) -> dict[int, str]:
    """Give the names of files by their ids."""
    rows = session.exec(
        select(tables.File.id, tables.File.name).where(col(tables.File.id).in_(among(session, file_ids)))
    )
    return {file_id: name for file_id, name in rows if file_id is not None}
