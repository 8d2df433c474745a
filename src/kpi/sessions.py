"""Signing in and out: a password or another service's word begins a session, which the store keeps.

What a browser holds is a random token; the store knows its hash alone. A session ends when its person signs out, after
some time without use, and in any case some time after it began; it holds in every process that uses the store.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session

from kpi.access import Person
from kpi.installation import Installation
from kpi.people import Account, person_of, sha256_of, told
from kpi.problems import N_, SaidError
from kpi.store import people as kept
from kpi.store.engine import reading, writing

#: A session ends so long after its last use, and so long after it began.
IDLE, ABSOLUTE = timedelta(hours=2), timedelta(hours=12)
#: The use of a session is noted no more often than this.
_NOTED = timedelta(minutes=1)
#: So many sign-ins may fail within the time, for one account from one address and in all from one address. What others
#: try from elsewhere does not count: nobody can lock somebody else out.
WITHIN = timedelta(minutes=15)
_FAILURES_OF_ONE, _FAILURES_OF_ALL = 5, 60
SHORTEST, _LONGEST = 12, 200
_PASSWORDS = PasswordHash((Argon2Hasher(),))


class NotSignedInError(SaidError):
    """The address and the password do not belong together; nothing says which of them is wrong."""

    text = N_("This e-mail address and this password do not belong together, or the account is closed.")


class TooManyAttemptsError(SaidError):
    """Too many sign-ins failed from one place."""

    text = N_("Too many attempts failed. Try again in {minutes} minutes, or ask for a link to choose a new password.")

    def __init__(self) -> None:
        super().__init__(minutes=int(WITHIN.total_seconds() // 60))


class UnknownPersonError(SaidError):
    """Somebody proved who they are, and has no account here."""

    text = N_(
        "You are not known here yet. Ask the administrator of this installation to invite you, "
        "with the e-mail address that you just signed in with."
    )


class LinkDeadError(SaidError):
    """A link was used before, is too old, or never was one."""

    text = N_(
        "This link does not serve any more: each serves once, and for a day. "
        "If you have chosen a password already, sign in with it; if not, ask your administrator for a new link."
    )


class WeakPasswordError(SaidError):
    """A password is too short, too long, or says the account's own address."""

    text = N_("Choose a password of at least {shortest} characters that is not your e-mail address.")

    def __init__(self) -> None:
        super().__init__(shortest=SHORTEST)


@dataclass(frozen=True, slots=True)
class Signed:
    """A session that has begun: the token for the browser, and whose it is."""

    token: str
    person: Person


def holder_of(installation: Installation, *, token: str, at: datetime) -> Account | None:
    """Give whose link it is, while it serves. Open to whoever holds the link."""
    with reading(installation.engine) as session:
        return _holder(session, token, at)


def enter_by_link(installation: Installation, *, token: str, password: str, at: datetime) -> Signed:
    """Let the holder of a link choose a password, and begin a session; the link has served.

    Raises `LinkDeadError`, `WeakPasswordError`.
    """
    with reading(installation.engine) as session:
        account = _holder(session, token, at)
    if account is None:
        raise LinkDeadError
    if not SHORTEST <= len(password) <= _LONGEST or password.strip().casefold() == account.email:
        raise WeakPasswordError
    hashed = _PASSWORDS.hash(password)  # slow on purpose, so before the store is taken hold of
    with writing(installation.engine) as session:
        if _holder(session, token, at) is None:
            raise LinkDeadError
        kept.use_link(session, token_sha256=sha256_of(token), at=at)
        kept.prove(session, person_id=account.id, password=hashed)
        kept.end_all(session, person_id=account.id)
        account = kept.get(session, person_id=account.id)
        told(session, person_of(account), "person.password_chosen", account, at=at)
        return _begin(session, account, at)


def sign_in(installation: Installation, *, email: str, password: str, address: str, at: datetime) -> Signed:
    """Begin a session for whoever knows the password; `address` is where the request comes from.

    Raises `NotSignedInError`, `TooManyAttemptsError`.
    """
    wanted = email.strip().casefold()
    here, whom = sha256_of(address), sha256_of(wanted)
    with writing(installation.engine) as session:
        since = at - WITHIN
        if (
            kept.failures(session, address_sha256=here, email_sha256=whom, since=since) >= _FAILURES_OF_ONE
            or kept.failures(session, address_sha256=here, since=since) >= _FAILURES_OF_ALL
        ):
            raise TooManyAttemptsError
        # Counted before the password is looked at, which takes a while: many at once are no more than one by one.
        attempt = kept.attempted(session, address_sha256=here, email_sha256=whom, at=at, forget=since)
        account = kept.find(session, email=wanted)
    known = account.password if account is not None else None
    fits = _PASSWORDS.verify(password[:_LONGEST], known or _no_account()) and known is not None
    with writing(installation.engine) as session:
        account = kept.find(session, email=wanted)
        if fits and account is not None and account.disabled_at is None and account.password == known:
            kept.succeeded(session, attempt_id=attempt)
            return _begin(session, account, at)
    raise NotSignedInError


def known_elsewhere(
    installation: Installation, *, issuer: str, subject: str, email: str | None, at: datetime
) -> Signed:
    """Begin a session for whoever another service vouches for.

    The first time the account is found by `email`, which that service must have verified; from then on by its
    own name for the person, whatever the address becomes. The role is the account's, whatever the service says.

    Raises `UnknownPersonError`.
    """
    with writing(installation.engine) as session:
        account = kept.find(session, issuer=issuer, subject=subject)
        if account is None and email is not None:
            account = kept.find(session, email=email.strip().casefold())
            if account is not None and account.subject is None and account.disabled_at is None:
                kept.bind(session, person_id=account.id, issuer=issuer, subject=subject)
                account = kept.get(session, person_id=account.id)
                told(session, person_of(account), "person.known_elsewhere", account, at=at)
            else:
                account = None
        if account is not None and account.disabled_at is None:
            return _begin(session, account, at)
    raise UnknownPersonError


def who_holds(installation: Installation, *, token: str | None, at: datetime) -> Person | None:
    """Give who holds a session's token; none where it never was one, has ended, or its account is disabled."""
    if not token:
        return None
    hashed = sha256_of(token)
    with reading(installation.engine) as session:
        found = kept.signed_in(session, token_sha256=hashed)
    if found is None:
        return None
    account, begun, seen = found
    if account.disabled_at is not None or at - begun > ABSOLUTE or at - seen > IDLE:
        return None
    if at - seen > _NOTED:
        with writing(installation.engine) as session:
            kept.seen(session, token_sha256=hashed, at=at)
    return person_of(account)


def sign_out(installation: Installation, *, token: str) -> None:
    """End a session: whatever page is open with it, in whichever process, shows nothing more."""
    with writing(installation.engine) as session:
        kept.end(session, token_sha256=sha256_of(token))


def sign_out_everywhere(installation: Installation) -> None:
    """End all sessions of whoever asks."""
    if installation.who.id is not None:
        with writing(installation.engine) as session:
            kept.end_all(session, person_id=installation.who.id)


def can_anybody_sign_in(installation: Installation, *, elsewhere: bool, at: datetime) -> bool:
    """Tell whether anybody could sign in here: by a password, a link or, where that is set up, `elsewhere`."""
    with reading(installation.engine) as session:
        linked = kept.with_links(session, at=at)
        return any(
            one.disabled_at is None and (elsewhere or one.password or one.id in linked) for one in kept.all(session)
        )


def _holder(session: Session, token: str, at: datetime) -> Account | None:
    person_id = kept.linked(session, token_sha256=sha256_of(token), at=at)
    account = None if person_id is None else kept.get(session, person_id=person_id)
    return account if account is not None and account.disabled_at is None else None


def _begin(session: Session, account: Account, at: datetime) -> Signed:
    kept.end_old(session, begun=at - ABSOLUTE, seen=at - IDLE)
    token = secrets.token_urlsafe(32)
    kept.begin(session, token_sha256=sha256_of(token), person_id=account.id, at=at)
    return Signed(token, person_of(account))


@cache
def _no_account() -> str:
    """Give what is checked where there is no account, so that the answer takes as long as where there is one."""
    return _PASSWORDS.hash(secrets.token_urlsafe(16))
