"""Who is reminded of a return, when, and in which words: once for each stage.

A reminder is noted as begun before it is sent, and as sent afterwards. Whoever kills the program in between leaves one
of which nobody knows whether it went; it is tried again after a while, under the same letter's identity, and three
times at most. So nobody is forgotten, and nobody gets the same letter every night.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kpi.access import Deed, allow
from kpi.calendar import Asked, Standing, asked_of
from kpi.installation import Installation
from kpi.language import pick, whole
from kpi.locks import list_locks
from kpi.mail import Letter, LetterNotTakenError, MailServerError, Server, connected
from kpi.measure.model import Organisation
from kpi.organisations import all_organisations
from kpi.people import Account, AccountState, list_people, state_of
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.store import reminders as kept
from kpi.store.engine import reading, writing
from kpi.store.model import ReturnState

#: So many days before the due day, and after it, somebody is reminded; later than the last nobody is any more.
SOON, LATE, TOO_LATE = 7, 7, 60
#: How often a letter is begun in all, and for how long one may be under way in another process.
MOST_TRIES, _UNDER_WAY = 3, timedelta(minutes=15)


class Stage(StrEnum):
    """Why somebody is reminded."""

    SOON = "soon"
    TODAY = "today"
    LATE = "late"
    RETURNED = "returned"


STAGE_NAMES: Mapping[Stage, str] = {
    Stage.SOON: N_("due soon"),
    Stage.TODAY: N_("due today"),
    Stage.LATE: N_("late"),
    Stage.RETURNED: N_("returned for correction"),
}
_SUBJECTS: Mapping[Stage, str] = {
    Stage.SOON: N_("The report for {quarter} is due on {day}"),
    Stage.TODAY: N_("The report for {quarter} is due today"),
    Stage.LATE: N_("The report for {quarter} has been due since {day}"),
    Stage.RETURNED: N_("The report for {quarter} was returned for correction"),
}
_TEXTS: Mapping[Stage, str] = {
    Stage.SOON: N_("the report of {organisation} for {quarter} is due on {day}. It has not been submitted yet."),
    Stage.TODAY: N_("the report of {organisation} for {quarter} is due today. It has not been submitted yet."),
    Stage.LATE: N_("the report of {organisation} for {quarter} was due on {day} and has not been submitted yet."),
    Stage.RETURNED: N_("the report of {organisation} for {quarter} was looked at and returned to you for correction:"),
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody to be reminded of one return. `account` is none where the organisation has nobody who could be."""

    account: Account | None
    organisation: Organisation
    asked: Asked
    stage: Stage
    revision: int

    @property
    def quarter(self) -> Quarter:
        """The quarter to be reported."""
        return self.asked.quarter


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out, and what the mail server did not take."""

    sent: Sequence[Reminder]
    refused: Sequence[Reminder]


def due(installation: Installation, *, today: date, at: datetime) -> list[Reminder]:
    """Give the reminders that have to go out now, by organisation and quarter; those without an account among them."""
    allow(installation.who, Deed.RUN_STORE)
    reporters = [one for one in list_people(installation) if state_of(one) is AccountState.ACTIVE]
    locked = {one.quarter for one in list_locks(installation) if one.reopened_at is None}
    found: list[Reminder] = []
    for organisation in all_organisations(installation):
        whom = sorted((one for one in reporters if organisation.code in one.organisations), key=lambda one: one.email)
        for asked in asked_of(installation, organisation=organisation.code, today=today):
            stage = stage_of(asked) if asked.quarter not in locked else None
            if stage is None:
                continue
            revision = _returned(asked) if stage is Stage.RETURNED else 0
            each: Sequence[Account | None] = whom or [None]
            found += (Reminder(account, organisation, asked, stage, revision) for account in each)
    return list(_still(installation, found, at))


def send(
    installation: Installation,
    server: Server,
    *,
    today: date,
    clock: Callable[[], datetime],
    address: str | None,
) -> Sent:
    """Send what is due, each letter once; `address` is where people reach the pages.

    Raises `kpi.mail.MailServerError` where the server cannot be used; what went out before that is noted.
    """
    wanted = [one for one in due(installation, today=today, at=clock()) if one.account is not None]
    sent: list[Reminder] = []
    refused: list[Reminder] = []
    if not wanted:
        return Sent(sent, refused)
    with connected(server) as post:
        for one in wanted:
            if not _begin(installation, one, clock()):
                continue
            try:
                post.send(letter(installation, one, address=address), at=clock())
            except LetterNotTakenError:
                refused.append(one)
                continue
            except MailServerError as fault:
                if fault.is_unsent:
                    with writing(installation.engine) as session:
                        kept.take_back(session, key=_key(one))
                raise
            with writing(installation.engine) as session:
                kept.end(session, key=_key(one), at=clock())
            sent.append(one)
    return Sent(sent, refused)


def stage_of(asked: Asked) -> Stage | None:
    """Tell of what whoever reports a quarter has to be reminded today; none of nothing."""
    if not asked.forms:
        return None
    if asked.standing is Standing.RETURNED:
        return Stage.RETURNED
    stands = any(one.state is ReturnState.APPROVED and one.superseded_at is None for one in asked.revisions)
    if stands or asked.standing not in {Standing.NOT_BEGUN, Standing.DRAFT}:
        return None
    if asked.days_left == 0:
        return Stage.TODAY
    if 0 < asked.days_left <= SOON:
        return Stage.SOON
    return Stage.LATE if -TOO_LATE <= asked.days_left <= -LATE else None


def letter(installation: Installation, one: Reminder, *, address: str | None) -> Letter:
    """Word a reminder in its reader's language."""
    allow(installation.who, Deed.RUN_STORE)
    account = one.account
    if account is None:
        raise ValueError("a reminder without an account is sent to nobody")
    language = account.language or installation.framework.languages[0]
    programme = pick(installation.framework.programme.name, language)
    named = {"organisation": pick(one.organisation.name, language), "quarter": one.quarter, "day": one.asked.due}
    paragraphs = [
        whole(N_("Good day, {name},"), language, name=account.name),
        whole(_TEXTS[one.stage], language, **named),
        *(_reasons(installation, one.asked, language) if one.stage is Stage.RETURNED else ()),
    ]
    if address:
        paragraphs.append(f"{address}/my_returns?org={one.organisation.code}&quarter={one.quarter}")
    paragraphs.append(programme)
    subject = whole(_SUBJECTS[one.stage], language, **named)
    identity = hashlib.sha256(repr((_key(one), account.email)).encode()).hexdigest()[:32]
    return Letter(account.email, account.name, subject, "\n\n".join(paragraphs) + "\n", language, identity)


def _reasons(installation: Installation, asked: Asked, language: str) -> Iterator[str]:
    forms = installation.framework.forms
    for form, reason in sorted(asked.reasons.items(), key=lambda each: each[0] or ""):
        yield f"{pick(forms[form].label, language)}: {reason}" if form in forms else reason


def _returned(asked: Asked) -> int:
    return max(one.revision for one in asked.revisions if one.state is ReturnState.RETURNED)


def _key(one: Reminder) -> kept.Key:
    person = one.account.id if one.account else 0
    return kept.Key(person, one.organisation.code, one.quarter, one.stage.value, one.revision)


def _still(installation: Installation, found: Sequence[Reminder], at: datetime) -> Iterator[Reminder]:
    """Leave out what went out, was tried often enough, or is under way just now."""
    with reading(installation.engine) as session:
        for one in found:
            begun = kept.find(session, key=_key(one))
            if _may_begin(begun, at):
                yield one


def _begin(installation: Installation, one: Reminder, at: datetime) -> bool:
    """Note that a letter is about to be sent, unless another process was faster."""
    with writing(installation.engine) as session:
        if not _may_begin(kept.find(session, key=_key(one)), at):
            return False
        kept.begin(session, key=_key(one), at=at)
        return True


def _may_begin(begun: kept.Begun | None, at: datetime) -> bool:
    if begun is None:
        return True
    return begun.sent_at is None and begun.tries < MOST_TRIES and at - begun.begun_at >= _UNDER_WAY
