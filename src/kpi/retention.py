"""What is kept for how long. Without a setting everything is kept for ever.

`KPI_KEEP_UPLOADS_YEARS`
    Uploaded files whose last use is longer ago are removed: their bytes go; their names, their SHA-256 and what was
    read from them stay. Evidence stays as long as a return that counts, or one that is open, rests on it.

`KPI_KEEP_ACCOUNTS_DAYS`
    Accounts disabled for longer lose name, address and all that would let somebody in. The log, and the signatures on
    returns, say on who did it: without that they would prove nothing.

Sessions, links and failed attempts that no longer serve are always removed. What was removed stands in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpi.access import Deed, allow
from kpi.installation import Installation
from kpi.problems import N_, SaidError
from kpi.sessions import ABSOLUTE, IDLE, WITHIN
from kpi.settings import Settings
from kpi.store import events, retention
from kpi.store.engine import reading, writing

_MOST_YEARS, _MOST_DAYS = 100, 36_500


class NoNumberError(SaidError):
    """A setting says for how long something is kept, and is no number."""

    text = N_("{setting} has to be a whole number from {first} to {last}, or empty to keep everything.")

    def __init__(self, setting: str, most: int) -> None:
        super().__init__(setting=setting, first="1", last=str(most))


@dataclass(frozen=True, slots=True)
class Rules:
    """For how long uploads and disabled accounts are kept; none: for ever."""

    uploads_years: int | None
    accounts_days: int | None


@dataclass(frozen=True, slots=True)
class File:
    """A file that is, or would be, removed."""

    id: int
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was, or would be, removed: files, accounts by their number; how many sessions, links and attempts."""

    files: Sequence[File]
    accounts: Sequence[int]
    sessions: int
    links: int
    attempts: int


def rules_of(settings: Settings) -> Rules:
    """Understand the settings. Raises `NoNumberError`."""
    return Rules(
        _number("KPI_KEEP_UPLOADS_YEARS", settings.keep_uploads_years, _MOST_YEARS),
        _number("KPI_KEEP_ACCOUNTS_DAYS", settings.keep_accounts_days, _MOST_DAYS),
    )


def would_tidy(installation: Installation, rules: Rules, *, at: datetime) -> Tidied:
    """Give what `tidy` would remove now."""
    allow(installation.who, Deed.RUN_STORE)
    with reading(installation.engine) as session:
        return Tidied(
            [File(*one) for one in retention.old_files(session, before=_years_before(at, rules.uploads_years))],
            retention.old_accounts(session, before=_days_before(at, rules.accounts_days)),
            retention.count_sessions(session, begun=at - ABSOLUTE, seen=at - IDLE),
            retention.count_links(session, at=at),
            retention.count_attempts(session, before=at - WITHIN),
        )


def tidy(installation: Installation, rules: Rules, *, at: datetime) -> Tidied:
    """Remove what has been kept for long enough, all of it or nothing, and write that into the log."""
    allow(installation.who, Deed.RUN_STORE)
    found = would_tidy(installation, rules, at=at)
    by = installation.who.signature
    with writing(installation.engine) as session:
        old = {one[0] for one in retention.old_files(session, before=_years_before(at, rules.uploads_years))}
        files = [one for one in found.files if one.id in old]
        for file in files:
            retention.remove_file(session, file_id=file.id, at=at)
            events.append(
                session,
                at=at,
                actor=by,
                action="file.removed",
                subject=f"file/{file.id}",
                before={"sha256": file.sha256, "size": file.size},
                after={"years": rules.uploads_years},
            )
        disabled = set(retention.old_accounts(session, before=_days_before(at, rules.accounts_days)))
        accounts = [one for one in found.accounts if one in disabled]
        for person_id in accounts:
            retention.anonymise(session, person_id=person_id, at=at)
            events.append(
                session,
                at=at,
                actor=by,
                action="person.anonymised",
                subject=f"person/{person_id}",
                after={"days": rules.accounts_days},
            )
        retention.remove_sessions(session, begun=at - ABSOLUTE, seen=at - IDLE)
        retention.remove_links(session, at=at)
        retention.remove_attempts(session, before=at - WITHIN)
        return Tidied(files, accounts, found.sessions, found.links, found.attempts)


def _number(setting: str, text: str | None, most: int) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise NoNumberError(setting, most)
    return int(text)


def _years_before(at: datetime, years: int | None) -> datetime | None:
    if years is None:
        return None
    try:
        return at.replace(year=at.year - years)
    except ValueError:  # the 29th of February
        return at.replace(year=at.year - years, day=28)


def _days_before(at: datetime, days: int | None) -> datetime | None:
    return None if days is None else at - timedelta(days=days)
