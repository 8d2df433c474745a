"""The life of a return: submitted, approved, replaced.

Storing is one transaction, all or nothing, and every change is an event. The clock is always an argument.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from kpi.access import Deed, allow, sign
from kpi.adoption import derive
from kpi.incoming import Incoming
from kpi.installation import FrameworkChangedError, Installation, adopted
from kpi.locks import not_locked, reason_of
from kpi.problems import N_, SaidError
from kpi.revisions import says, standing
from kpi.store import drafts, events, files, frameworks
from kpi.store import returns as stored
from kpi.store.beside import seals
from kpi.store.engine import writing
from kpi.store.model import Channel, ReturnChangedError, ReturnState, SamePersonError, StoredReturn

__all__ = [
    "AlreadyStoredError",
    "Channel",
    "ReturnChangedError",
    "ReturnState",
    "SamePersonError",
    "StoredReturn",
    "approve",
    "send_back",
    "submit",
    "two_persons",
]

#: The action of the event by which a return is handed in.
SUBMITTED = "return.submitted"
#: The address in a signature, at its end.
_ADDRESS = re.compile(r"<?([^<>\s]+@[^<>\s]+)>?\s*$")


class AlreadyStoredError(SaidError):
    """Somebody stored the same return between its reading and its storing."""

    text = N_("Revision {revision} of {organisation}, {quarter}, already says the same; nothing was stored.")

    def __init__(self, newest: StoredReturn) -> None:
        super().__init__(revision=newest.revision, organisation=newest.organisation, quarter=newest.quarter)


def under_its_framework(session: Session, installation: Installation) -> None:
    """Refuse to store under a framework that is not the store's own."""
    if adopted(session) not in (None, installation.sha256):
        raise FrameworkChangedError


def submit(  # noqa: PLR0913 (what, by whom, when, how)
    installation: Installation,
    incoming: Incoming,
    *,
    by: str,
    at: datetime,
    approver: str | None = None,
    channel: Channel = Channel.WORKBOOK,
) -> StoredReturn:
    """Store a return as submitted and, where an approver is named, as approved: all of it or nothing.

    What was read before is asked again here, where nobody else writes: whether the framework is still the store's own,
    and whether somebody has stored the same meanwhile.

    Raises `SamePersonError` where importer and approver are one person, `FrameworkChangedError`, `AlreadyStoredError`.
    """
    raw, content, organisation = incoming.raw, incoming.content, incoming.organisation
    if raw is None or content is None or organisation is None or not incoming.may_be_stored:
        raise ValueError("a return with errors is never stored")
    allow(installation.who, Deed.REPORT, organisation=raw.organisation)
    sign(installation.who, by, Deed.REPORT)
    if approver is not None:
        allow(installation.who, Deed.REVIEW)
        two_persons(by, approver)
    with writing(installation.engine) as session:
        under_its_framework(session, installation)
        not_locked(session, raw.quarter)
        newest = standing(session, raw.organisation, raw.quarter)
        if newest is not None and says(session, installation.framework, newest, content):
            raise AlreadyStoredError(newest)
        revision = stored.add_revision(
            session,
            organisation=raw.organisation,
            quarter=raw.quarter,
            state=ReturnState.SUBMITTED,
            channel=channel,
            language=raw.language,
            framework_id=frameworks.remember(session, yaml=installation.yaml),
            file_id=files.keep(session, name=incoming.name, content=incoming.file),
            attributes=organisation.attributes,
            content=content,
            by=by,
            at=at,
        )
        derive(session, installation.framework, revision, content)
        events.append(
            session,
            at=at,
            actor=by,
            action=SUBMITTED,
            subject=subject_of(revision),
            after={
                "content_sha256": revision.content_sha256,
                "file_sha256": hashlib.sha256(incoming.file).hexdigest(),
                "rows": content.rows,
                "channel": channel.value,
                "on_behalf": raw.organisation not in installation.who.organisations,
                "seals": seals(session, return_id=revision.id),
            },
        )
        if approver is not None:
            revision = _approve(session, installation, revision, by=approver, at=at)
        return revision


def approve(installation: Installation, *, return_id: int, by: str, at: datetime) -> StoredReturn:
    """Approve a submitted return: from now on it counts, and the revision before it no longer does.

    Raises `SamePersonError`, `kpi.locks.LockedError`, and `kpi.store.model.ReturnChangedError` where it is not
    submitted, or no longer.
    """
    allow(installation.who, Deed.REVIEW)
    sign(installation.who, by, Deed.REVIEW)
    with writing(installation.engine) as session:
        under_its_framework(session, installation)
        return _approve(session, installation, stored.get(session, return_id=return_id), by=by, at=at)


def _approve(
    session: Session, installation: Installation, revision: StoredReturn, *, by: str, at: datetime
) -> StoredReturn:
    two_persons(revision.submitted_by or "", by)
    not_locked(session, revision.quarter)
    approved = stored.approve(session, return_id=revision.id, by=by, at=at)
    events.append(
        session,
        at=at,
        actor=by,
        action="return.approved",
        subject=subject_of(revision),
        before={"state": revision.state.value},
        after={
            "state": approved.state.value,
            "content_sha256": approved.content_sha256,
            "own_organisation": revision.organisation in installation.who.organisations,
            "seals": seals(session, return_id=revision.id),
        },
    )
    return approved


def send_back(  # noqa: PLR0913 (what, why, by whom and when)
    installation: Installation, *, return_id: int, reason: str, by_form: Mapping[str, str], by: str, at: datetime
) -> StoredReturn:
    """Return a submitted return for correction: why, is said as a whole, by form, or both.

    Raises `kpi.locks.ReasonMissingError`, `kpi.locks.LockedError`, and `kpi.store.model.ReturnChangedError` where it is
    not submitted, or no longer; a `KeyError` for a form that the return does not have.
    """
    allow(installation.who, Deed.REVIEW)
    sign(installation.who, by, Deed.REVIEW)
    whys = {form: reason_of(text) for form, text in by_form.items() if text.strip()}
    why = reason_of(reason) if reason.strip() or not whys else None
    with writing(installation.engine) as session:
        before = stored.get(session, return_id=return_id)
        not_locked(session, before.quarter)
        for form in whys.keys() - stored.content(session, return_id=return_id).forms.keys():
            raise KeyError(form)
        returned = stored.send_back(session, return_id=return_id, at=at)
        drafts.explain_return(session, return_id=return_id, reason=why, by_form=whys)
        events.append(
            session,
            at=at,
            actor=by,
            action="return.returned",
            subject=subject_of(returned),
            before={"state": before.state.value},
            after={"state": returned.state.value, "reason": why, "by_form": whys},
        )
        return returned


def two_persons(submitter: str, approver: str) -> None:
    """Hold to four eyes: raise `SamePersonError` where two signatures are one person's."""
    if is_same_person(submitter, approver):
        raise SamePersonError(approver)


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two signatures are one person's: by their addresses, whatever the names; else by the whole text.

    Case and spaces make no difference.
    """
    addresses = [_ADDRESS.search(each) for each in (one, other)]
    if addresses[0] and addresses[1]:
        return addresses[0][1].casefold() == addresses[1][1].casefold()
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def subject_of(revision: StoredReturn) -> str:
    """Name a revision as the log does."""
    return f"return/{revision.organisation}/{revision.quarter}/{revision.revision}"
