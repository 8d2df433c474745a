"""Accounts: who may come in, and as what.

An account has a role and, for reporters, the organisations they report for; one of the core team has those that they
belong to, so that it shows where they decide on their own organisation's return. Whoever is invited gets a link that
serves once and for a day, and chooses a password by it (`kpi.sessions`).
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from kpi.access import ROLES, Deed, Person, Role, allow
from kpi.account_faults import (
    AccountDisabledError,
    EmailTakenError,
    LastAdministratorError,
    NoEmailError,
    NoNameError,
    NoOrganisationsError,
    NotAnAccountError,
    NotAnEmailError,
)
from kpi.installation import Installation
from kpi.problems import N_, SaidError
from kpi.store import events
from kpi.store import organisations as listed
from kpi.store import people as kept
from kpi.store.engine import reading, writing
from kpi.store.kept import sign_in_sha256
from kpi.store.model import Account

__all__ = [
    "INVITATION",
    "STATE_NAMES",
    "Account",
    "AccountDisabledError",
    "AccountState",
    "EmailTakenError",
    "LastAdministratorError",
    "NoEmailError",
    "NoNameError",
    "NoOrganisationsError",
    "NotAnAccountError",
    "NotAnEmailError",
    "a_email",
    "change",
    "invite",
    "link_address",
    "list_people",
    "missing",
    "person_of",
    "reset",
    "sha256_of",
    "state_of",
    "told",
]

#: An invitation, or a link to choose a new password, serves for so long.
LINK_SERVES = timedelta(days=1)
#: Where the holder of a link chooses a password, before the link's token.
INVITATION = "/invitation/"
#: The roles in which somebody reports for organisations, or belongs to some.
_WITH_ORGANISATIONS = frozenset({Role.REPORTER, Role.MANAGER})
_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]{2,}")
_MOST_EMAIL, _MOST_NAME = 254, 200


class AccountState(StrEnum):
    """How far an account has come."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


#: What that is called.
STATE_NAMES: Mapping[AccountState, str] = {
    AccountState.INVITED: N_("invited"),
    AccountState.ACTIVE: N_("active"),
    AccountState.DISABLED: N_("disabled"),
}


def list_people(installation: Installation) -> list[Account]:
    """Give every account, by name."""
    allow(installation.who, Deed.MANAGE_PEOPLE)
    with reading(installation.engine) as session:
        return kept.all(session)


def missing(*, email: str, name: str, role: Role, organisations: Collection[str]) -> list[SaidError]:
    """Give what an account still lacks, part by part."""
    return [
        *([] if name.strip() else [NoNameError()]),
        *([] if email.strip() else [NoEmailError()]),
        *([NoOrganisationsError()] if role is Role.REPORTER and not organisations else []),
    ]


def invite(  # noqa: PLR0913 (an account is just these fields)
    installation: Installation,
    *,
    email: str,
    name: str,
    role: Role,
    organisations: Collection[str] = (),
    language: str | None = None,
    at: datetime,
) -> tuple[Account, str]:
    """Add an account; give it, and the token of the link by which its holder comes in.

    Raises `NotAnEmailError`, `EmailTakenError`, `NotAnAccountError`.
    """
    allow(installation.who, Deed.MANAGE_PEOPLE)
    address = a_email(email)
    with writing(installation.engine) as session:
        _check(session, name, role, organisations)
        if kept.find(session, email=address) is not None:
            raise EmailTakenError(address)
        account = kept.add(
            session,
            email=address,
            name=" ".join(name.split()),
            role=role.value,
            language=language,
            organisations=organisations,
            at=at,
        )
        told(session, installation.who, "person.invited", account, at=at)
        return account, _link(session, account, at=at)


def change(  # noqa: PLR0913 (an account is just these fields)
    installation: Installation,
    *,
    person_id: int,
    name: str,
    role: Role,
    organisations: Collection[str],
    language: str | None,
    enabled: bool,
    at: datetime,
) -> Account:
    """Change an account. One that is disabled, or has another role now, is signed out everywhere.

    Raises `NotAnAccountError`, `LastAdministratorError`.
    """
    allow(installation.who, Deed.MANAGE_PEOPLE)
    with writing(installation.engine) as session:
        _check(session, name, role, organisations)
        before = kept.get(session, person_id=person_id)
        if before.role == Role.ADMINISTRATOR and not (enabled and role is Role.ADMINISTRATOR):
            _not_the_last(session, person_id)
        account = kept.change(
            session,
            person_id=person_id,
            name=" ".join(name.split()),
            role=role.value,
            language=language,
            organisations=organisations,
            disabled_at=None if enabled else before.disabled_at or at,
        )
        if account != before:
            told(session, installation.who, "person.changed", account, before=before, at=at)
        if not enabled or account.role != before.role or not before.organisations <= account.organisations:
            kept.end_all(session, person_id=person_id)
        if not enabled:
            kept.unlink(session, person_id=person_id)
        return account


def reset(installation: Installation, *, person_id: int, at: datetime) -> str:
    """Give a new link to choose a password by; until it is used, the old password goes on serving.

    Raises `AccountDisabledError`.
    """
    allow(installation.who, Deed.MANAGE_PEOPLE)
    with writing(installation.engine) as session:
        account = kept.get(session, person_id=person_id)
        if account.disabled_at is not None:
            raise AccountDisabledError(account.email)
        told(session, installation.who, "person.link_given", account, at=at)
        return _link(session, account, at=at)


def a_email(text: str) -> str:
    """Give an e-mail address in the form under which it is kept; raise `NotAnEmailError` where it is none."""
    wanted = text.strip().casefold()
    if not wanted:
        raise NoEmailError
    if len(wanted) > _MOST_EMAIL or not _EMAIL.fullmatch(wanted):
        raise NotAnEmailError(text.strip()[:_MOST_EMAIL])
    return wanted


def _check(session: Session, name: str, role: Role, codes: Collection[str]) -> None:
    known = {one.code for one in listed.all(session)}
    fits = set(codes) <= known if role in _WITH_ORGANISATIONS else not codes
    if not name.strip():
        raise NoNameError
    if role is Role.REPORTER and not codes:
        raise NoOrganisationsError
    if len(name) > _MOST_NAME or role not in ROLES or not fits:
        raise NotAnAccountError


def _not_the_last(session: Session, person_id: int) -> None:
    others = (
        one
        for one in kept.all(session)
        if one.id != person_id
        and one.role == Role.ADMINISTRATOR
        and one.disabled_at is None
        and (one.password or one.subject)
    )
    if next(others, None) is None:
        raise LastAdministratorError


def _link(session: Session, account: Account, *, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    kept.link(session, token_sha256=sha256_of(token), person_id=account.id, until=at + LINK_SERVES)
    return token


def state_of(account: Account) -> AccountState:
    """Tell how far an account has come: whoever was invited is active once there is something to sign in by."""
    if account.disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.ACTIVE if account.password or account.subject else AccountState.INVITED


def link_address(address: str, token: str) -> str:
    """Give the whole link that a token makes, where people reach the pages at `address`."""
    return f"{address}{INVITATION}{token}"


def person_of(account: Account) -> Person:
    """Give the person whose account it is."""
    return Person(account.name, Role(account.role), account.email, account.id, account.organisations, account.language)


def told(  # noqa: PLR0913 (an event says these)
    session: Session, who: Person, action: str, account: Account, *, at: datetime, before: Account | None = None
) -> None:
    """Write into the log what was done to an account, and by whom."""
    events.append(
        session,
        at=at,
        actor=who.signature,
        action=action,
        subject=f"person/{account.id}",
        before=_plain(before) if before else None,
        after=_plain(account),
    )


def _plain(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "email": account.email,
        "role": account.role,
        "organisations": sorted(account.organisations),
        "language": account.language,
        "enabled": account.disabled_at is None,
        "sign_in_sha256": sign_in_sha256(account.password, account.issuer, account.subject),
    }


def sha256_of(text: str) -> str:
    """Give the hash under which a token is kept."""
    return hashlib.sha256(text.encode()).hexdigest()
