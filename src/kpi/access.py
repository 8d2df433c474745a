"""Who may do what: one table, asked in every service function.

A *person* has one role. What they may do of an organisation's own affairs, they may do of theirs only; the core
team's deeds concern every organisation. Whoever runs the command `kpi` on the machine itself has the store in their
hands anyway: the *operator*, who may do everything, and whom nobody can sign in as.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kpi.problems import N_, SaidError


class Role(StrEnum):
    """What a person is to the programme."""

    MANAGER = "manager"
    REPORTER = "reporter"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    NOBODY = "nobody"


#: The roles that a person can be given.
ROLES = (Role.MANAGER, Role.REPORTER, Role.VIEWER, Role.ADMINISTRATOR)

#: What they are called.
ROLE_NAMES: Mapping[Role, str] = {
    Role.MANAGER: N_("Core team"),
    Role.REPORTER: N_("Reporting organisation"),
    Role.VIEWER: N_("Funder"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


class Deed(StrEnum):
    """What can be done."""

    SEE_FIGURES = "see_figures"
    """Approved figures of the programme."""
    SEE_UNDISCLOSED = "see_undisclosed"
    """Also small counts, and any breakdown: figures before disclosure control."""
    SEE_WAITING = "see_waiting"
    """Also figures of what is submitted and not yet approved."""
    SEE_ROWS = "see_rows"
    """The rows of every organisation's returns, and their evidence."""
    REPORT = "report"
    """Templates, drafts, uploads and submissions of an organisation one reports for."""
    REPORT_FOR_ANY = "report_for_any"
    """The same on behalf of any organisation."""
    REVIEW = "review"
    """Approve returns, or send them back."""
    SETTLE = "settle"
    """Lock quarters and reopen them, grant extensions."""
    PUBLISH = "publish"
    """Publish a report, so that it stands as it is for good."""
    FOLLOW_UP = "follow_up"
    """Say what is done about an indicator, and what odd things in returns mean."""
    RUN_STORE = "run_store"
    """Derive figures again, let a changed framework come into force, send reminders, remove what is too old."""
    LIST_ORGANISATIONS = "list_organisations"
    """Add and change organisations, and with them who is asked for what."""
    MANAGE_PEOPLE = "manage_people"
    """Invite people, change and disable their accounts."""
    READ_LOG = "read_log"
    """The log of who did what, and whether it and the returns are as they were sealed."""


_EVERYBODY = frozenset(ROLES)

#: The table: who may do what. The operator may do everything, nobody nothing.
PERMITTED: Mapping[Deed, frozenset[Role]] = {
    Deed.SEE_FIGURES: _EVERYBODY,
    Deed.SEE_UNDISCLOSED: frozenset({Role.MANAGER}),
    Deed.SEE_WAITING: frozenset({Role.MANAGER}),
    Deed.SEE_ROWS: frozenset({Role.MANAGER}),
    Deed.REPORT: frozenset({Role.REPORTER}),
    Deed.REPORT_FOR_ANY: frozenset({Role.MANAGER}),
    Deed.REVIEW: frozenset({Role.MANAGER}),
    Deed.SETTLE: frozenset({Role.MANAGER}),
    Deed.PUBLISH: frozenset({Role.MANAGER}),
    Deed.FOLLOW_UP: frozenset({Role.MANAGER}),
    Deed.RUN_STORE: frozenset(),
    Deed.LIST_ORGANISATIONS: frozenset({Role.ADMINISTRATOR}),
    Deed.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Deed.READ_LOG: frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
}

#: Deeds that a person may do for the organisations they report for, and whoever has the other deed for any.
_OF_ONES_OWN: Mapping[Deed, Deed] = {Deed.REPORT: Deed.REPORT_FOR_ANY}


@dataclass(frozen=True, slots=True)
class Person:
    """Who does something. `id` is none for whoever has no account; `organisations` are codes."""

    name: str
    role: Role
    email: str = ""
    id: int | None = None
    organisations: frozenset[str] = frozenset()
    language: str | None = None

    @property
    def signature(self) -> str:
        """Name the person so that two of one name stay apart: what the log and the returns hold."""
        return f"{self.name} <{self.email}>" if self.email else self.name


#: Whoever reads open data or the public page: sees what funders see, and nobody signs in as them.
PUBLIC = Person("public", Role.VIEWER)
OPERATOR = Person("kpi", Role.OPERATOR)
NOBODY = Person("", Role.NOBODY)


class NotPermittedError(SaidError):
    """Somebody asked for what their role may not do."""

    text = N_("This is not open to you. If you need it, ask the administrator of this installation.")

    def __init__(self, who: Person, deed: Deed) -> None:
        self.who, self.deed = who, deed
        super().__init__()


def may(who: Person, deed: Deed, *, organisation: str | None = None) -> bool:
    """Tell whether somebody may do something; `organisation` is the code of the one it concerns, where it does."""
    if who.role is Role.OPERATOR:
        return True
    if deed in _OF_ONES_OWN:
        if who.role in PERMITTED[_OF_ONES_OWN[deed]]:
            return True
        return who.role in PERMITTED[deed] and organisation in who.organisations
    return who.role in PERMITTED[deed]


def allow(who: Person, deed: Deed, *, organisation: str | None = None) -> None:
    """Refuse with `NotPermittedError` what somebody may not do."""
    if not may(who, deed, organisation=organisation):
        raise NotPermittedError(who, deed)


def sign(who: Person, name: str, deed: Deed) -> None:
    """Let people sign with their own name only; the operator brings in what others answer for."""
    if who.role is not Role.OPERATOR and name != who.signature:
        raise NotPermittedError(who, deed)
