"""What the store's functions take and give, and what they refuse: values, no tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kpi.problems import N_, Own, SaidError
from kpi.quarter import Quarter
from kpi.records import Cells


class ReturnState(StrEnum):
    """Where a return is in its life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class Channel(StrEnum):
    """How a return came in."""

    WORKBOOK = "workbook"
    FORM = "form"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Basis:
    """Which returns count.

    Approved ones, the current revision of each organisation and quarter; with `provisional` a
    submitted revision counts before the approved one it is to replace. With `as_of`, those that
    counted at that moment (what happened at the very moment is included); of the quarters after `as_of_until`, where
    one is named, those that count now.
    """

    provisional: bool = False
    as_of: datetime | None = None
    as_of_until: Quarter | None = None


@dataclass(frozen=True, slots=True)
class StoredReturn:
    """One revision of a return, without its rows.

    `current` marks the approved revision that counts now. `superseded_at` is when a revision stopped
    standing: replaced by a later one, or returned for correction. `version` counts the changes of state;
    `attributes` are the organisation's as of then.
    """

    id: int
    organisation: str
    quarter: Quarter
    revision: int
    state: ReturnState
    current: bool
    channel: Channel
    language: str
    framework_id: int
    file_id: int | None
    attributes: Mapping[str, str]
    content_sha256: str
    version: int
    submitted_at: datetime | None
    submitted_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    superseded_at: datetime | None


#: What the states are called.
_STATES = {
    ReturnState.DRAFT: N_("draft"),
    ReturnState.SUBMITTED: N_("submitted"),
    ReturnState.APPROVED: N_("approved"),
    ReturnState.RETURNED: N_("returned for correction"),
}


class ReturnChangedError(SaidError):
    """A return is no longer in the state in which somebody saw it."""

    text = N_(
        "The return of {organisation} for {quarter}, revision {revision}, cannot be {wanted}: "
        "it is “{state}” now, or was changed meanwhile. Look at it again."
    )

    def __init__(self, stored: StoredReturn, wanted: ReturnState) -> None:
        self.stored = stored
        super().__init__(
            organisation=stored.organisation,
            quarter=stored.quarter,
            revision=stored.revision,
            wanted=Own(_STATES[wanted]),
            state=Own(_STATES[stored.state]),
        )


class SamePersonError(SaidError):
    """Whoever submitted a return cannot approve it."""

    text = N_("“{person}” submitted this return; somebody else has to approve it.")

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__(person=person)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One row as reported, with the return it stands in."""

    return_id: int
    organisation: str
    quarter: Quarter
    revision: int
    form: str
    position: int
    key: str | None
    cells: Cells


@dataclass(frozen=True, slots=True)
class StoredFramework:
    """A framework's text by which returns were checked."""

    id: int
    sha256: str
    yaml: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file, byte for byte; nothing of its content is left once it was removed."""

    id: int
    sha256: str
    name: str
    media_type: str
    content: bytes
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One link of the log."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: object
    after: object
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with an account. `password` is what checks one, none where none was chosen yet.

    `issuer` and `subject` are by whose word, and under which name there, the person signs in elsewhere.
    """

    id: int
    email: str
    name: str
    role: str
    language: str | None
    organisations: frozenset[str]
    password: str | None = field(repr=False)
    issuer: str | None
    subject: str | None
    created_at: datetime
    disabled_at: datetime | None
