"""The revisions of an organisation's quarter: which of them stands, and whether what comes in is one of them."""

import hashlib
from dataclasses import dataclass

from sqlmodel import Session

from kpi import recall
from kpi.framework.model import Framework
from kpi.problems import N_, Fault, Own, Severity
from kpi.quarter import Quarter
from kpi.records import ReturnContent
from kpi.store import returns as stored
from kpi.store.model import Channel, ReturnState, StoredReturn

SAME_FILE = Fault(
    "return.same_file",
    N_("This very file is already stored, as revision {revision} of {organisation}, {quarter}."),
    N_("Nothing was changed. If it was meant as a correction, correct the workbook, save it and upload it again."),
    Severity.WARNING,
)
SAME_CONTENT = Fault(
    "return.same_content",
    N_("This file says exactly what revision {revision} of {organisation}, {quarter}, already says."),
    N_("Nothing was changed."),
    Severity.WARNING,
)
TYPED_ON = Fault(
    "return.typed_on",
    N_(
        "Revision {revision} of {organisation}, {quarter}, was begun from this very file and then changed on the web: "
        "it says something else now."
    ),
    N_(
        "Handed in again, the file undoes those changes. To go on from them, download the return as a workbook under "
        "“What is due”, and correct that."
    ),
    Severity.WARNING,
)
FORMER_FILE = Fault(
    "return.former_file",
    N_("This very file was stored before, as revision {revision} of {organisation}, {quarter}; {stands}."),
    N_("Nothing was changed. To go back to what it says, on purpose, save the workbook anew and upload it again."),
    Severity.WARNING,
)
FORMER_CONTENT = Fault(
    "return.former_content",
    N_("This file says again what revision {revision} of {organisation}, {quarter}, said; {stands}."),
    N_("Check that it is the right workbook: what was changed since then would be undone."),
    Severity.WARNING,
)

#: What brings nothing new: it is not stored again.
ALREADY_THERE = (SAME_FILE, SAME_CONTENT, FORMER_FILE)
#: The states of returns that somebody answers for, and those that were ever handed in.
_ANSWERED_FOR = (ReturnState.SUBMITTED, ReturnState.APPROVED)
_HANDED_IN = (*_ANSWERED_FOR, ReturnState.RETURNED)


@dataclass(frozen=True, slots=True)
class Met:
    """That what comes in was met before: as which revision, and which one stands now."""

    fault: Fault
    revision: StoredReturn
    newest: StoredReturn | None

    @property
    def stands(self) -> Own:
        """Say which revision stands now."""
        if self.revision.state is ReturnState.RETURNED:
            return Own(N_("it was returned for correction"))
        if self.newest is None:
            return Own(N_("it no longer stands"))
        return Own(N_("revision {newest} stands now"), newest=self.newest.revision)


def standing(session: Session, organisation: str, quarter: Quarter) -> StoredReturn | None:
    """Give the newest revision that somebody answers for: one that waits for approval, else the approved one."""
    found = stored.find(session, organisation=organisation, quarter=quarter, states=_ANSWERED_FOR, standing=True)
    return found[-1] if found else None


def says(session: Session, framework: Framework, revision: StoredReturn, content: ReturnContent) -> bool:
    """Tell whether a stored revision says the same as this content, under the keys that are in force."""
    if revision.content_sha256 == content.sha256:
        return True
    return recall.content(session, framework, return_id=revision.id).sha256 == content.sha256


def met_before(  # noqa: PLR0913 (what came in, and for whom)
    session: Session, framework: Framework, *, organisation: str, quarter: Quarter, file: bytes, content: ReturnContent
) -> Met | None:
    """Tell whether a file, or what it says, was handed in before; first of all as what stands now."""
    newest = standing(session, organisation, quarter)
    known = stored.find(session, organisation=organisation, quarter=quarter, states=_HANDED_IN)
    digest = hashlib.sha256(file).hexdigest()
    # What was typed on since is no longer what the file says.
    came_in = {one.id: one.channel for one in stored.find(session, file_sha256=digest)}
    came_with = {key for key, channel in came_in.items() if channel is not Channel.FORM}
    if newest is not None and newest.id in came_with:
        return Met(SAME_FILE, newest, newest)
    if newest is not None and says(session, framework, newest, content):
        return Met(SAME_CONTENT, newest, newest)
    if newest is not None and newest.id in came_in:
        return Met(TYPED_ON, newest, newest)
    for one in reversed(known):
        if one.id in came_with:
            return Met(FORMER_FILE, one, newest)
    for one in reversed(known):
        if says(session, framework, one, content):
            return Met(FORMER_CONTENT, one, newest)
    return None
