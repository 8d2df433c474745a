"""Published reports: what each said, its files, and the seal over all of it."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from kpi.quarter import Quarter, Window, WindowKind
from kpi.store import files, tables
from kpi.store.rows import plain

#: A figure as it was published: the fields of a measurement, as other programs read them.
Figure = Mapping[str, Any]
#: Dimensions with their categories.
Slices = frozenset[tuple[str, str]]
#: What the log calls the publication of an edition.
PUBLISHED = "edition.published"


@dataclass(frozen=True, slots=True)
class EditionFile:
    """A file of an edition, in one language and format; without its bytes."""

    language: str
    format: str
    name: str
    media_type: str
    file_id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """A published report. `number` counts within a `series`: the same window, audience and limits."""

    id: int
    series: str
    number: int
    window: Window
    audience: str
    limits: Mapping[str, str]
    framework_version: str
    returns: int
    log_head: str
    sha256: str
    published_at: datetime
    published_by: str
    files: tuple[EditionFile, ...]

    @property
    def subject(self) -> str:
        """What the log calls it."""
        return f"edition/{self.id}"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be published."""

    language: str
    format: str
    name: str
    media_type: str
    content: bytes


def add(  # noqa: PLR0913 (an edition is just these fields)
    session: Session,
    *,
    series: str,
    window: Window,
    audience: str,
    limits: Mapping[str, str],
    framework_id: int,
    framework_version: str,
    returns: int,
    log_head: str,
    figures: Sequence[Figure],
    written: Sequence[NewFile],
    at: datetime,
    by: str,
) -> StoredEdition:
    """Add the next edition of a series, sealed, with its files."""
    kept = [
        (one, files.keep(session, name=one.name, content=one.content, media_type=one.media_type)) for one in written
    ]
    number = len(session.exec(select(tables.Edition.id).where(col(tables.Edition.series) == series)).all()) + 1
    row = tables.Edition(
        series=series,
        number=number,
        first_quarter=window.first.ordinal,
        last_quarter=window.last.ordinal,
        kind=window.kind.value,
        audience=audience,
        limits=dict(limits),
        framework_id=framework_id,
        framework_version=framework_version,
        returns=returns,
        log_head=log_head,
        figures=[dict(one) for one in figures],
        sha256="",
        published_at=at,
        published_by=by,
    )
    sealed = {
        f"{one.language}/{one.format}": (one.name, one.media_type, hashlib.sha256(one.content).hexdigest())
        for one in written
    }
    row.sha256 = _seal(row.model_dump(), sealed)
    session.add(row)
    session.flush()
    for one, file_id in kept:
        session.add(
            tables.EditionFile(
                edition_id=tables.id_of(row),
                language=one.language,
                format=one.format,
                name=one.name,
                media_type=one.media_type,
                file_id=file_id,
            )
        )
    session.flush()
    return get(session, edition_id=tables.id_of(row))


def find(session: Session, *, series: str | None = None) -> list[StoredEdition]:
    """Give the editions, those of one series or all, the oldest first; their figures stay where they are."""
    large = inspect(tables.Edition).attrs["figures"].class_attribute
    query = select(tables.Edition).options(defer(large)).order_by(col(tables.Edition.id))
    if series is not None:
        query = query.where(col(tables.Edition.series) == series)
    rows = session.exec(query).all()
    written = _files(session, [tables.id_of(row) for row in rows])
    return [_edition(row, written.get(tables.id_of(row), ())) for row in rows]


def get(session: Session, *, edition_id: int) -> StoredEdition:
    """Give the edition with an id; a `KeyError` where there is none."""
    row = session.get(tables.Edition, edition_id)
    if row is None:
        raise KeyError(edition_id)
    return _edition(row, _files(session, [edition_id]).get(edition_id, ()))


def figures(session: Session, *, edition_id: int) -> list[Figure]:
    """Give the figures of an edition as they were published."""
    found = session.exec(select(tables.Edition.figures).where(col(tables.Edition.id) == edition_id)).one_or_none()
    if found is None:
        raise KeyError(edition_id)
    return list(found)


def hidden(session: Session, *, audience: str, states: Collection[str]) -> set[tuple[str, str, Slices]]:
    """Give what editions for an audience do not tell: indicator, window and slice of the figures in one of `states`."""
    rows = session.exec(select(tables.Edition.figures).where(col(tables.Edition.audience) == audience))
    return {
        (one["indicator"], one["window"], frozenset((one["slice"] or {}).items()))
        for figures_ in rows
        for one in figures_
        if one["state"] in states
    }


@dataclass(frozen=True, slots=True)
class Seal:
    """An edition by name: the seal that it `bears`, and the one that what is there `gives`."""

    name: str
    bears: str
    gives: str


def published_files(session: Session) -> set[int]:
    """Give the files of all editions, by id."""
    return set(session.exec(select(tables.EditionFile.file_id)))


def seals(session: Session) -> dict[str, Seal]:
    """Give the seals of all editions as they lie in the database, by what the log calls them."""
    wanted = select(tables.File.id, tables.File.sha256).where(
        col(tables.File.id).in_(select(tables.EditionFile.file_id))
    )
    hashes = dict(session.exec(wanted).all())
    there: dict[int, dict[str, _File]] = {}
    for row in plain(session, tables.EditionFile):
        one = (row["name"], row["media_type"], hashes.get(row["file_id"], ""))
        there.setdefault(row["edition_id"], {})[f"{row['language']}/{row['format']}"] = one
    return {
        f"edition/{row['id']}": Seal(
            f"{row['series']} ({row['number']})", row["sha256"], _seal(row, there.get(row["id"], {}))
        )
        for row in plain(session, tables.Edition)
    }


_SEALED = (
    "series",
    "number",
    "first_quarter",
    "last_quarter",
    "kind",
    "audience",
    "limits",
    "framework_id",
    "framework_version",
    "returns",
    "log_head",
    "figures",
    "published_by",
)

#: A file as it is sealed: its name, media type, hash.
_File = tuple[str, str, str]


def _seal(row: Mapping[str, Any], files_: Mapping[str, _File]) -> str:
    """Seal what an edition says and its files, those by language and format."""
    at = row["published_at"]
    said = {name: row[name] for name in _SEALED}
    said["published_at"] = at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at
    said["files"] = {which: list(one) for which, one in files_.items()}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _files(session: Session, ids: Collection[int]) -> dict[int, list[EditionFile]]:
    """Give the files of editions, by edition."""
    wanted = (
        select(tables.EditionFile, tables.File.sha256)
        .join(tables.File, col(tables.File.id) == col(tables.EditionFile.file_id))
        .where(col(tables.EditionFile.edition_id).in_(ids))
        .order_by(col(tables.EditionFile.language), col(tables.EditionFile.format))
    )
    found: dict[int, list[EditionFile]] = {}
    for one, sha256 in session.exec(wanted):
        file = EditionFile(one.language, one.format, one.name, one.media_type, one.file_id, sha256)
        found.setdefault(one.edition_id, []).append(file)
    return found


def _edition(row: tables.Edition, written: Sequence[EditionFile]) -> StoredEdition:
    return StoredEdition(
        id=tables.id_of(row),
        series=row.series,
        number=row.number,
        window=Window(
            Quarter.from_ordinal(row.first_quarter), Quarter.from_ordinal(row.last_quarter), WindowKind(row.kind)
        ),
        audience=row.audience,
        limits=row.limits,
        framework_version=row.framework_version,
        returns=row.returns,
        log_head=row.log_head,
        sha256=row.sha256,
        published_at=row.published_at,
        published_by=row.published_by,
        files=tuple(written),
    )
