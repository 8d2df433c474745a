"""The tables, as `docs/data.md` describes them. A change here needs a migration beside it.

Quarters are ordinals (``year * 4 + number - 1``), moments are UTC, `JSON` columns hold the exact
values that went in. The metadata are this module's own, so that importing it again (a reloading
server) starts afresh instead of declaring the same table twice.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
#: SQLite counts rows itself only in a column that is called INTEGER.
BIG_ID = BigInteger().with_variant(Integer(), "sqlite")

_A_QUARTER = "BETWEEN 7600 AND 8803"  # 1900-Q1 to 2200-Q4
_IS_OPEN = "state IN ('draft', 'submitted') AND superseded_at IS NULL"


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """What all tables share: their metadata."""


class Organisation(Base, table=True):
    """A reporting organisation as of now."""

    __tablename__: ClassVar[str] = "organisation"
    __table_args__ = (
        CheckConstraint(f"active_from {_A_QUARTER}", name="active_from"),
        CheckConstraint("active_until IS NULL OR active_until >= active_from", name="active_until"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    name: dict[str, str] = Field(sa_type=JSON)
    attributes: dict[str, str] = Field(sa_type=JSON)
    active_from: int
    active_until: int | None = None


class Framework(Base, table=True):
    """The text of a framework by which returns were checked."""

    __tablename__: ClassVar[str] = "framework"

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(sa_type=Text, unique=True)
    yaml: str = Field(sa_type=Text)


class File(Base, table=True):
    """An uploaded file, byte for byte; the same bytes are kept once. Of one that was removed only the hash is left."""

    __tablename__: ClassVar[str] = "file"
    __table_args__ = (CheckConstraint("size = length(content)", name="size"),)

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size: int
    content: bytes = Field(sa_type=LargeBinary)
    removed_at: datetime | None = None


class Returns(Base, table=True):
    """One revision of one organisation's return for a quarter."""

    __tablename__: ClassVar[str] = "returns"
    __table_args__ = (
        UniqueConstraint("organisation_id", "quarter", "revision"),
        Index(
            "uq_returns_current",
            "organisation_id",
            "quarter",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
        Index(
            "uq_returns_open",
            "organisation_id",
            "quarter",
            unique=True,
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
        CheckConstraint(f"quarter {_A_QUARTER}", name="quarter"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("state IN ('draft', 'submitted', 'approved', 'returned')", name="state"),
        CheckConstraint("channel IN ('workbook', 'form', 'import')", name="channel"),
        CheckConstraint("current = (state = 'approved' AND superseded_at IS NULL)", name="current"),
        CheckConstraint(
            "(state = 'draft' OR submitted_at IS NOT NULL) AND (submitted_at IS NULL) = (submitted_by IS NULL)",
            name="submitted",
        ),
        CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL) AND (approved_at IS NULL) = (approved_by IS NULL)",
            name="approved",
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> submitted_by", name="two_persons"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    quarter: int = Field(index=True)
    revision: int
    state: str = Field(sa_type=Text)
    current: bool = False
    channel: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    framework_id: int = Field(foreign_key="framework.id")
    file_id: int | None = Field(default=None, foreign_key="file.id", index=True)
    attributes: dict[str, str] = Field(sa_type=JSON)
    content_sha256: str = Field(sa_type=Text)
    version: int = 1
    submitted_at: datetime | None = None
    submitted_by: str | None = Field(default=None, sa_type=Text)
    approved_at: datetime | None = None
    approved_by: str | None = Field(default=None, sa_type=Text)
    superseded_at: datetime | None = None
    drafted_at: datetime | None = None
    drafted_by: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    explanations: Any | None = Field(
        default=None, sa_column=Column("explanations", JSON(none_as_null=True), nullable=True)
    )


class ReturnForm(Base, table=True):
    """What a return says of a whole form."""

    __tablename__: ClassVar[str] = "return_form"
    __table_args__ = (
        CheckConstraint("state IN ('reported', 'nothing_to_report', 'not_applicable', 'missing')", name="state"),
    )

    return_id: int = Field(foreign_key="returns.id", primary_key=True)
    form: str = Field(sa_type=Text, primary_key=True)
    state: str = Field(sa_type=Text)
    typed: Any | None = Field(default=None, sa_column=Column("typed", JSON(none_as_null=True), nullable=True))
    note: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)


class Evidence(Base, table=True):
    """A file or a link that stands behind a record; it never changes."""

    __tablename__: ClassVar[str] = "evidence"
    __table_args__ = (
        UniqueConstraint("return_id", "form", "position", "number"),
        CheckConstraint("position >= 1 AND number >= 1", name="position"),
        CheckConstraint("(file_id IS NULL) <> (link IS NULL)", name="one_of_two"),
    )

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="returns.id")
    form: str = Field(sa_type=Text)
    position: int
    number: int
    name: str = Field(sa_type=Text)
    file_id: int | None = Field(default=None, foreign_key="file.id", index=True)
    link: str | None = Field(default=None, sa_type=Text)


class Record(Base, table=True):
    """One row of a form, as reported; it never changes."""

    __tablename__: ClassVar[str] = "record"
    __table_args__ = (
        UniqueConstraint("return_id", "form", "position"),
        Index("ix_record_form", "form"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    return_id: int = Field(foreign_key="returns.id")
    form: str = Field(sa_type=Text)
    position: int
    key: str | None = Field(default=None, sa_type=Text)
    cells: dict[str, Any] = Field(sa_type=JSON)


class Slice(Base, table=True):
    """A place in the breakdowns: dimension → category as JSON with sorted keys."""

    __tablename__: ClassVar[str] = "slice"

    id: int | None = Field(default=None, primary_key=True)
    coordinates: str = Field(sa_type=Text, unique=True)


class Part(Base, table=True):
    """A part of an indicator that is added up: ``O6.numerator``."""

    __tablename__: ClassVar[str] = "part"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text, unique=True)


class Fact(Base, table=True):
    """One return's total for a part in a slice, derived from its records.

    The primary key begins as figures ask, part and quarter first; without a row id of its own the
    table is its index.
    """

    __tablename__: ClassVar[str] = "fact"
    __table_args__ = (
        CheckConstraint("n >= 0 AND not_applicable >= 0", name="counts"),
        {"sqlite_with_rowid": False},
    )

    part_id: int = Field(sa_column=Column(ForeignKey("part.id"), primary_key=True, autoincrement=False))
    quarter: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    return_id: int = Field(
        sa_column=Column(ForeignKey("returns.id"), primary_key=True, autoincrement=False, index=True)
    )
    slice_id: int = Field(sa_column=Column(ForeignKey("slice.id"), primary_key=True, autoincrement=False))
    total: int = Field(sa_type=BigInteger)
    n: int
    not_applicable: int = 0


class Event(Base, table=True):
    """Something that was done, chained to what was done before it; it never changes."""

    __tablename__: ClassVar[str] = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    before: Any | None = Field(default=None, sa_column=Column("before", JSON(none_as_null=True), nullable=True))
    after: Any | None = Field(default=None, sa_column=Column("after", JSON(none_as_null=True), nullable=True))
    previous_hash: str = Field(sa_type=Text, unique=True)
    hash: str = Field(sa_type=Text, unique=True)


class Person(Base, table=True):
    """Somebody with an account: what they are called, what they may do, how they prove who they are."""

    __tablename__: ClassVar[str] = "person"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("role IN ('manager', 'reporter', 'viewer', 'administrator')", name="role"),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer"),
    )

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    language: str | None = Field(default=None, sa_type=Text)
    password: str | None = Field(default=None, sa_type=Text)
    issuer: str | None = Field(default=None, sa_type=Text)
    subject: str | None = Field(default=None, sa_type=Text)
    created_at: datetime
    disabled_at: datetime | None = None
    anonymised_at: datetime | None = None


class PersonOrganisation(Base, table=True):
    """An organisation for which a person reports."""

    __tablename__: ClassVar[str] = "person_organisation"

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)


class SignedIn(Base, table=True):
    """A session: somebody who has signed in, known by the hash of what their browser holds."""

    __tablename__: ClassVar[str] = "session"

    token_sha256: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    begun_at: datetime
    seen_at: datetime


class Link(Base, table=True):
    """A link that lets its holder choose a password, once and for a day."""

    __tablename__: ClassVar[str] = "link"

    token_sha256: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    until: datetime
    used_at: datetime | None = None


class Attempt(Base, table=True):
    """A sign-in that failed: from where and for whom, both as hashes, for as long as it counts."""

    __tablename__: ClassVar[str] = "attempt"
    __table_args__ = (Index("ix_attempt_address_sha256_at", "address_sha256", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    address_sha256: str = Field(sa_type=Text)
    email_sha256: str = Field(sa_type=Text)
    at: datetime


class Reminder(Base, table=True):
    """A letter that reminds somebody of a return: how often it was begun, and when it went out.

    `revision` is the one that was returned for correction, 0 where the reminder is about a day.
    """

    __tablename__: ClassVar[str] = "reminder"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "quarter", "stage", "revision"),
        CheckConstraint(f"quarter {_A_QUARTER}", name="quarter"),
        CheckConstraint("tries >= 1", name="tries"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    quarter: int
    stage: str = Field(sa_type=Text)
    revision: int
    tries: int
    begun_at: datetime
    sent_at: datetime | None = None


class Lock(Base, table=True):
    """That a quarter takes no more returns, from when on, until when, and why."""

    __tablename__: ClassVar[str] = "quarter_lock"
    __table_args__ = (
        CheckConstraint(f"quarter {_A_QUARTER}", name="quarter"),
        CheckConstraint("(reopened_at IS NULL) = (reopened_by IS NULL)", name="reopened"),
        Index(
            "uq_quarter_lock_standing",
            "quarter",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    quarter: int
    locked_at: datetime
    locked_by: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    reopened_at: datetime | None = None
    reopened_by: str | None = Field(default=None, sa_type=Text)
    reopened_reason: str | None = Field(default=None, sa_type=Text)


class Extension(Base, table=True):
    """A later day by which an organisation may hand in a quarter's return."""

    __tablename__: ClassVar[str] = "extension"
    __table_args__ = (CheckConstraint(f"quarter {_A_QUARTER}", name="quarter"),)

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    quarter: int = Field(primary_key=True)
    until: date
    reason: str = Field(sa_type=Text)
    granted_by: str = Field(sa_type=Text)
    granted_at: datetime


class Comment(Base, table=True):
    """A remark on a return, on one of its forms or on one of its records; it never changes."""

    __tablename__: ClassVar[str] = "comment"
    __table_args__ = (CheckConstraint("position IS NULL OR form IS NOT NULL", name="position"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="returns.id", index=True)
    form: str | None = Field(default=None, sa_type=Text)
    position: int | None = None
    text: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at: datetime


class Resolution(Base, table=True):
    """What was said of something odd in an organisation's quarter: it was mended, is explained, or is accepted."""

    __tablename__: ClassVar[str] = "resolution"
    __table_args__ = (
        CheckConstraint(f"quarter {_A_QUARTER}", name="quarter"),
        CheckConstraint("outcome IN ('fixed', 'explained', 'accepted')", name="outcome"),
        Index("ix_resolution_organisation_id_quarter", "organisation_id", "quarter"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    quarter: int
    oddity: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at: datetime


class Action(Base, table=True):
    """What is to be done about an indicator that is not on track, as of a quarter."""

    __tablename__: ClassVar[str] = "action"
    __table_args__ = (
        CheckConstraint(f"quarter {_A_QUARTER}", name="quarter"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    indicator: str = Field(sa_type=Text, index=True)
    quarter: int
    explanation: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    owner: str = Field(sa_type=Text)
    due: date
    opened_at: datetime
    opened_by: str = Field(sa_type=Text)
    closed_at: datetime | None = None
    closed_by: str | None = Field(default=None, sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)


class IndicatorNote(Base, table=True):
    """A dated note on an indicator, shown on its trend."""

    __tablename__: ClassVar[str] = "indicator_note"

    id: int | None = Field(default=None, primary_key=True)
    indicator: str = Field(sa_type=Text, index=True)
    day: date
    text: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at: datetime
    removed_at: datetime | None = None


class Edition(Base, table=True):
    """A report as it was published: it never changes. `series` names what it is a report of, `sha256` seals it all."""

    __tablename__: ClassVar[str] = "edition"
    __table_args__ = (
        CheckConstraint(f"first_quarter {_A_QUARTER}", name="first_quarter"),
        CheckConstraint("last_quarter >= first_quarter", name="last_quarter"),
        CheckConstraint("number >= 1", name="number"),
        UniqueConstraint("series", "number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    series: str = Field(sa_type=Text)
    number: int
    first_quarter: int
    last_quarter: int
    kind: str = Field(sa_type=Text)
    audience: str = Field(sa_type=Text)
    limits: dict[str, str] = Field(sa_type=JSON)
    framework_id: int = Field(foreign_key="framework.id")
    framework_version: str = Field(sa_type=Text)
    returns: int
    log_head: str = Field(sa_type=Text)
    figures: list[Any] = Field(sa_type=JSON)
    sha256: str = Field(sa_type=Text)
    published_at: datetime
    published_by: str = Field(sa_type=Text)


class EditionFile(Base, table=True):
    """A file of an edition, in one language and format."""

    __tablename__: ClassVar[str] = "edition_file"

    edition_id: int = Field(foreign_key="edition.id", primary_key=True)
    language: str = Field(sa_type=Text, primary_key=True)
    format: str = Field(sa_type=Text, primary_key=True)
    name: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    file_id: int = Field(foreign_key="file.id", index=True)


def table(model: type[Base]) -> Table:
    """Give a model's bare table, for bulk work without objects."""
    return Base.metadata.tables[str(model.__tablename__)]


def id_of(
    row: Organisation
    | Framework
    | File
    | Returns
    | Part
    | Slice
    | Event
    | Person
    | Attempt
    | Lock
    | Comment
    | Action
    | IndicatorNote
    | Resolution
    | Edition,
) -> int:
    """Give the id of a row that has been written (flushed) or read."""
    if row.id is None:
        raise LookupError(f"a row of {row.__tablename__} has no id before it is written")
    return row.id
