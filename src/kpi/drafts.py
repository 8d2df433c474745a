"""A return while its organisation fills it in, on the web or in the workbook: one draft, however it is worked on.

Every completed cell is kept at once, valid or not. Whoever types says what they saw there: where somebody else was
faster, they are told, and nothing is overwritten. `kpi.submission` takes the draft from here.
"""

from datetime import UTC, date, datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow
from kpi.draft import (
    Draft,
    Looked,
    basis_of,
    not_changed,
    open_draft,
    prefilled,
    read_draft,
    said_before,
    still_explained,
)
from kpi.incoming import approved_rows
from kpi.installation import Installation
from kpi.intake import typed as typing
from kpi.intake.check import check
from kpi.intake.orientation import Orientation, orientation
from kpi.locks import not_locked
from kpi.measure.model import Organisation
from kpi.participation import known, taking_part
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.records import ReturnContent
from kpi.revisions import standing
from kpi.store import drafts as kept
from kpi.store import events, frameworks
from kpi.store import returns as stored
from kpi.store.engine import reading, writing
from kpi.store.model import Channel, ReturnChangedError, ReturnState, StoredReturn

#: Whatever draft there is may be replaced: nobody was asked.
WHATEVER = datetime.min.replace(tzinfo=UTC)


class WaitsError(SaidError):
    """A submitted return waits for approval; it has to be withdrawn before it is worked on."""

    text = N_("The return of {organisation} for {quarter} is submitted and waits for approval. Withdraw it first.")


def draft_of(installation: Installation, *, organisation: str, quarter: Quarter) -> Draft | None:
    """Give the open draft of an organisation's quarter, where there is one."""
    allow(installation.who, Deed.REPORT, organisation=organisation)
    with reading(installation.engine) as session:
        found = kept.open_of(session, organisation=organisation, quarter=quarter.ordinal)
        return None if found is None else read_draft(session, installation.framework, found)


def draft(installation: Installation, *, draft_id: int) -> Draft:
    """Give an open draft; raise `kpi.draft.DraftGoneError` where it is none any more."""
    with reading(installation.engine) as session:
        open_draft(session, installation, draft_id)
        return read_draft(session, installation.framework, draft_id)


def goes_on(installation: Installation, *, organisation: str, quarter: Quarter) -> bool:
    """Tell whether a first draft begins with rows that were approved before.

    Raises `kpi.participation.UnknownOrganisationError`.
    """
    allow(installation.who, Deed.REPORT, organisation=organisation)
    framework = installation.framework
    with reading(installation.engine) as session:
        asked = known(session, framework, organisation)
        begun = prefilled(session, framework, asked, quarter, framework.languages[0])
        return any(form.rows for form in begun.values())


def begin(  # noqa: PLR0913 (where, what and when)
    installation: Installation, *, organisation: str, quarter: Quarter, language: str, today: date, at: datetime
) -> Draft:
    """Give the open draft of an organisation's quarter; make one where there is none.

    A correction begins with what the last revision said, as it was typed; a first one with the stock registers as they
    were last approved.

    Raises `UnknownOrganisationError`, `NotReportingError`, `NotBegunError`, `WaitsError`.
    """
    allow(installation.who, Deed.REPORT, organisation=organisation)
    with writing(installation.engine) as session:
        asked = taking_part(session, installation.framework, organisation, quarter, today)
        not_locked(session, quarter)
        found = kept.open_of(session, organisation=organisation, quarter=quarter.ordinal)
        if found is not None:
            return read_draft(session, installation.framework, found)
        last = standing(session, organisation, quarter)
        if last is not None and last.state is ReturnState.SUBMITTED:
            raise WaitsError(organisation=asked.name, quarter=quarter)
        return _begin(session, installation, asked, quarter, language, basis_of(session, organisation, quarter), at)


def withdraw(installation: Installation, *, return_id: int, at: datetime) -> Draft:
    """Take a submitted return back, while nobody has decided on it: it becomes a draft again, as it was typed.

    Handed in again untouched it came in as it did before, in the file that it came in.

    Raises `kpi.store.model.ReturnChangedError` where somebody has decided meanwhile.
    """
    with writing(installation.engine) as session:
        head = stored.get(session, return_id=return_id)
        allow(installation.who, Deed.REPORT, organisation=head.organisation)
        not_locked(session, head.quarter)
        if head.state is not ReturnState.SUBMITTED or head.superseded_at is not None:
            raise ReturnChangedError(head, ReturnState.DRAFT)
        _tell(session, installation, "return.withdrawn", head, at)
        asked = known(session, installation.framework, head.organisation)
        draft = _begin(session, installation, asked, head.quarter, head.language, head, at)
        if head.file_id is not None:
            kept.came_with(session, return_id=draft.id, file_id=head.file_id, language=head.language)
        kept.touch(session, return_id=draft.id, by=installation.who.signature, at=at, channel=head.channel)
        return read_draft(session, installation.framework, draft.id)


def give_up(installation: Installation, *, draft_id: int, at: datetime, seen: datetime | None = WHATEVER) -> None:
    """Discard a draft; what stood before it stands again.

    `seen` is when it was last typed into, as the person saw it. Raises `DraftGoneError`, `ChangedMeanwhileError`.
    """
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft_id)
        if seen != WHATEVER:
            touched = kept.said(session, return_id=draft_id).drafted_at
            not_changed(session, installation, draft_id, now=touched, seen=seen)
        kept.give_up(session, return_id=draft_id, at=at)
        _tell(session, installation, "return.draft_discarded", head, at)


def look(installation: Installation, draft: Draft) -> Looked:
    """Check a draft as every return is checked."""
    allow(installation.who, Deed.REPORT, organisation=draft.organisation.code)
    approved = approved_rows(installation, draft.organisation, draft.quarter)
    checked = check(installation.framework, draft.raw, attributes=draft.organisation.attributes, approved=approved)
    return Looked(draft, checked.content, checked.problems)


def beside(installation: Installation, draft: Draft) -> Orientation:
    """Give what stands beside the draft's grids: the last values, baselines, targets."""
    allow(installation.who, Deed.REPORT, organisation=draft.organisation.code)
    with reading(installation.engine) as session:
        before = recall.latest_forms(
            session,
            installation.framework,
            organisation=draft.organisation.code,
            forms=list(draft.forms),
            before=draft.quarter,
        )
    return orientation(installation.framework, draft.quarter, before)


def _begin(  # noqa: PLR0913, PLR0917 (what a draft is made from)
    session: Session,
    installation: Installation,
    asked: Organisation,
    quarter: Quarter,
    language: str,
    basis: StoredReturn | None,
    at: datetime,
) -> Draft:
    framework = installation.framework
    begun = said_before(session, framework, basis, quarter, language) if basis else None
    if begun is None:
        begun = prefilled(session, framework, asked, quarter, language)
    forms = framework.asked_forms(asked.attributes, quarter)
    typed = {key: begun.get(key) or typing.blank(framework, key, quarter) for key in forms}
    head = stored.add_revision(
        session,
        organisation=asked.code,
        quarter=quarter,
        state=ReturnState.DRAFT,
        channel=Channel.FORM,
        language=basis.language if basis else language,
        framework_id=frameworks.remember(session, yaml=installation.yaml),
        file_id=None,
        attributes=asked.attributes,
        content=ReturnContent(),
        by=installation.who.signature,
        at=at,
        typed={key: typing.to_json(form) for key, form in typed.items()},
    )
    if basis and (note := kept.said(session, return_id=basis.id).notes.get(None)):
        kept.write_note(session, return_id=head.id, note=note)
    if basis and (words := recall.said(session, framework, return_id=basis.id).explanations):
        looked = look(installation, read_draft(session, framework, head.id))
        kept.write_explanations(session, return_id=head.id, explanations=list(still_explained(looked, words)))
    kept.touch(session, return_id=head.id, by=installation.who.signature, at=at)
    _tell(session, installation, "return.draft_begun", head, at)
    return read_draft(session, framework, head.id)


def _tell(session: Session, installation: Installation, action: str, head: StoredReturn, at: datetime) -> None:
    events.append(
        session,
        at=at,
        actor=installation.who.signature,
        action=action,
        subject=f"return/{head.organisation}/{head.quarter}/{head.revision}",
    )
