"""People and what proves who they are: accounts, links, sessions, failed sign-ins. Tokens are known by their hashes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from kpi.store import tables
from kpi.store.model import Account


def add(  # noqa: PLR0913 (an account is just these fields)
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    language: str | None,
    organisations: Iterable[str],
    at: datetime,
) -> Account:
    """Add an account that nobody can sign in to yet."""
    row = tables.Person(email=email, name=name, role=role, language=language, created_at=at)
    session.add(row)
    session.flush()
    _report_for(session, tables.id_of(row), organisations)
    return get(session, person_id=tables.id_of(row))


def change(  # noqa: PLR0913 (an account is just these fields)
    session: Session,
    *,
    person_id: int,
    name: str,
    role: str,
    language: str | None,
    organisations: Iterable[str],
    disabled_at: datetime | None,
) -> Account:
    """Change what an account says; a `KeyError` where there is none."""
    row = _row(session, person_id)
    row.name, row.role, row.language, row.disabled_at = name, role, language, disabled_at
    session.add(row)
    session.execute(delete(tables.PersonOrganisation).where(col(tables.PersonOrganisation.person_id) == person_id))
    _report_for(session, person_id, organisations)
    session.flush()
    return get(session, person_id=person_id)


def prove(session: Session, *, person_id: int, password: str | None) -> None:
    """Set the hash by which a password is checked; none lets no password in."""
    row = _row(session, person_id)
    row.password = password
    session.add(row)
    session.flush()


def bind(session: Session, *, person_id: int, issuer: str, subject: str) -> None:
    """Remember by whose word, and under which name there, a person is known."""
    row = _row(session, person_id)
    row.issuer, row.subject = issuer, subject
    session.add(row)
    session.flush()


def get(session: Session, *, person_id: int) -> Account:
    """Give the account with an id; a `KeyError` where there is none."""
    return _account(_row(session, person_id), _organisations(session, [person_id]).get(person_id, []))


def find(
    session: Session, *, email: str | None = None, issuer: str | None = None, subject: str | None = None
) -> Account | None:
    """Give the account with an e-mail address, or the one bound to a subject of an issuer."""
    query = select(tables.Person)
    if email is not None:
        query = query.where(col(tables.Person.email) == email)
    if issuer is not None:
        query = query.where(col(tables.Person.issuer) == issuer, col(tables.Person.subject) == subject)
    row = session.exec(query).first()
    if row is None:
        return None
    return _account(row, _organisations(session, [tables.id_of(row)]).get(tables.id_of(row), []))


def all(session: Session) -> list[Account]:  # noqa: A001 (called as people.all, it reads as what it is)
    """Give every account, by name."""
    rows = session.exec(select(tables.Person).order_by(col(tables.Person.name), col(tables.Person.id))).all()
    codes = _organisations(session, [tables.id_of(row) for row in rows])
    return [_account(row, codes.get(tables.id_of(row), [])) for row in rows]


def begin(session: Session, *, token_sha256: str, person_id: int, at: datetime) -> None:
    """Begin a session."""
    session.add(tables.SignedIn(token_sha256=token_sha256, person_id=person_id, begun_at=at, seen_at=at))
    session.flush()


def signed_in(session: Session, *, token_sha256: str) -> tuple[Account, datetime, datetime] | None:
    """Give whose session it is, when it began and when it was last used."""
    row = session.get(tables.SignedIn, token_sha256)
    return None if row is None else (get(session, person_id=row.person_id), row.begun_at, row.seen_at)


def seen(session: Session, *, token_sha256: str, at: datetime) -> None:
    """Note that a session was used."""
    row = session.get(tables.SignedIn, token_sha256)
    if row is not None:
        row.seen_at = at
        session.add(row)
        session.flush()


def end(session: Session, *, token_sha256: str) -> None:
    """End a session."""
    session.execute(delete(tables.SignedIn).where(col(tables.SignedIn.token_sha256) == token_sha256))


def end_all(session: Session, *, person_id: int) -> None:
    """End all sessions of a person."""
    session.execute(delete(tables.SignedIn).where(col(tables.SignedIn.person_id) == person_id))


def end_old(session: Session, *, begun: datetime, seen: datetime) -> None:
    """Forget sessions that began, or were last used, before these moments."""
    session.execute(
        delete(tables.SignedIn).where((col(tables.SignedIn.begun_at) < begun) | (col(tables.SignedIn.seen_at) < seen))
    )


def link(session: Session, *, token_sha256: str, person_id: int, until: datetime) -> None:
    """Make a link, and with it let none before it serve any more."""
    session.execute(delete(tables.Link).where(col(tables.Link.person_id) == person_id))
    session.add(tables.Link(token_sha256=token_sha256, person_id=person_id, until=until))
    session.flush()


def linked(session: Session, *, token_sha256: str, at: datetime) -> int | None:
    """Give whose link it is, while it serves."""
    row = session.get(tables.Link, token_sha256)
    return row.person_id if row is not None and row.used_at is None and at < row.until else None


def with_links(session: Session, *, at: datetime) -> frozenset[int]:
    """Give whose links serve."""
    query = select(tables.Link.person_id).where(col(tables.Link.used_at).is_(None), col(tables.Link.until) > at)
    return frozenset(session.exec(query))


def use_link(session: Session, *, token_sha256: str, at: datetime) -> None:
    """Note that a link has served."""
    row = session.get(tables.Link, token_sha256)
    if row is not None:
        row.used_at = at
        session.add(row)
        session.flush()


def unlink(session: Session, *, person_id: int) -> None:
    """Let no link of a person serve any more."""
    session.execute(delete(tables.Link).where(col(tables.Link.person_id) == person_id))


def attempted(session: Session, *, address_sha256: str, email_sha256: str, at: datetime, forget: datetime) -> int:
    """Note a sign-in as one that fails, and forget those before a moment; give its number."""
    session.execute(delete(tables.Attempt).where(col(tables.Attempt.at) < forget))
    attempt = tables.Attempt(address_sha256=address_sha256, email_sha256=email_sha256, at=at)
    session.add(attempt)
    session.flush()
    return tables.id_of(attempt)


def succeeded(session: Session, *, attempt_id: int) -> None:
    """Take back that a sign-in fails."""
    session.execute(delete(tables.Attempt).where(col(tables.Attempt.id) == attempt_id))


def failures(session: Session, *, address_sha256: str, since: datetime, email_sha256: str | None = None) -> int:
    """Count the sign-ins that failed from an address, for one e-mail address or any."""
    query = select(func.count()).where(
        col(tables.Attempt.address_sha256) == address_sha256, col(tables.Attempt.at) >= since
    )
    if email_sha256 is not None:
        query = query.where(col(tables.Attempt.email_sha256) == email_sha256)
    return session.exec(query).one()


def _row(session: Session, person_id: int) -> tables.Person:
    row = session.get(tables.Person, person_id)
    if row is None:
        raise KeyError(person_id)
    return row


def _report_for(session: Session, person_id: int, organisations: Iterable[str]) -> None:
    for code in sorted(set(organisations)):
        found = session.exec(select(tables.Organisation.id).where(col(tables.Organisation.code) == code)).first()
        if found is None:
            raise KeyError(code)
        session.add(tables.PersonOrganisation(person_id=person_id, organisation_id=found))
    session.flush()


def _organisations(session: Session, person_ids: Iterable[int]) -> dict[int, list[str]]:
    rows = session.exec(
        select(tables.PersonOrganisation.person_id, tables.Organisation.code)
        .join(tables.Organisation, col(tables.Organisation.id) == col(tables.PersonOrganisation.organisation_id))
        .where(col(tables.PersonOrganisation.person_id).in_(list(person_ids)))
    )
    found: dict[int, list[str]] = {}
    for person_id, code in rows:
        found.setdefault(person_id, []).append(code)
    return found


def _account(row: tables.Person, organisations: Iterable[str]) -> Account:
    return Account(
        id=tables.id_of(row),
        email=row.email,
        name=row.name,
        role=row.role,
        language=row.language,
        organisations=frozenset(organisations),
        password=row.password,
        issuer=row.issuer,
        subject=row.subject,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
