"""The life of a return: read, preview, submit, approve; and the facts derived from it.

What comes in is read and checked without touching the store (`read`); storing is one transaction, all or nothing
(`submit`); every change is an event. The clock is always an argument.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from kpi.framework.change import Used, changes_refused, used_by
from kpi.framework.found import Lines
from kpi.framework.load import load_text
from kpi.framework.model import Form, FormKind, FormTime, Framework
from kpi.installation import ADOPTED, FRAMEWORK, FrameworkRefusedError, Installation, adopted
from kpi.intake.check import check
from kpi.intake.marked import marked_copy
from kpi.intake.orientation import orientation
from kpi.intake.raw import RawReturn
from kpi.intake.reader import Reader
from kpi.intake.template import template
from kpi.intake.workbook import understand
from kpi.measure.facts import facts_of
from kpi.measure.model import Fact, Organisation
from kpi.problems import N_, Fault, Own, Place, Problem, SaidError, Severity, errors
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReturnContent
from kpi.store import events, facts, files, frameworks, organisations, reports
from kpi.store import returns as stored
from kpi.store.engine import reading, writing
from kpi.store.model import Channel, ReturnState, SamePersonError, StoredReturn

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
BEFORE_START = Fault(
    "return.before_start",
    N_("{organisation} does not report for {quarter}."),
    N_("It takes part from {first}{last}."),
)


#: The states of returns that somebody answers for.
_HANDED_IN = (ReturnState.SUBMITTED, ReturnState.APPROVED)


class UnknownOrganisationError(SaidError):
    """There is no organisation with this code in the store."""

    text = N_("There is no organisation with the code “{code}”.")

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code=code)


class NotReportingError(SaidError):
    """The organisation takes no part in the quarter."""

    text = N_("{organisation} does not report for {quarter}: it takes part from {first}{last}.")

    def __init__(self, organisation: Organisation, quarter: Quarter) -> None:
        self.organisation, self.quarter = organisation, quarter
        until = organisation.active_until
        last = Own(" – {until}", until=until) if until else ""
        super().__init__(organisation=organisation.code, quarter=quarter, first=organisation.active_from, last=last)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it came in, read and checked, not yet stored.

    `raw` is there where the file is a return at all, `content` where its cells could be understood; `known` is
    the stored revision that already says the same.
    """

    name: str
    file: bytes = field(repr=False)
    organisation: Organisation | None = None
    raw: RawReturn | None = None
    content: ReturnContent | None = None
    known: StoredReturn | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def quarter(self) -> Quarter | None:
        """The quarter it is for."""
        return self.raw.quarter if self.raw else None

    @property
    def may_be_stored(self) -> bool:
        """Tell whether it is a return without errors that says something new."""
        return self.content is not None and self.known is None and not errors(self.problems)


@dataclass(frozen=True, slots=True)
class Change:
    """A part of an indicator that a new revision would change, in the scaled whole numbers of its facts."""

    part: str
    before: int | None
    after: int | None


def template_for(installation: Installation, *, organisation: str, quarter: Quarter, language: str) -> bytes:
    """Make an organisation's workbook for a quarter; stock registers hold the last approved rows.

    Raises `UnknownOrganisationError`, and `NotReportingError` where it takes no part in the quarter.
    """
    with reading(installation.engine) as session:
        asked = organisations.find(session, code=organisation)
        if asked is None:
            raise UnknownOrganisationError(organisation)
        if not asked.active_in(quarter):
            raise NotReportingError(asked, quarter)
        forms = installation.framework.asked_forms(asked.attributes, quarter)
        before = reports.latest_forms(session, organisation=organisation, forms=list(forms), before=quarter)
    prefill: Mapping[str, Sequence[Record]] = {
        key: said.records
        for key, (_, said) in before.items()
        if said.state is FormState.REPORTED and _goes_on(forms[key])
    }
    return template(
        installation.framework,
        organisation=asked,
        quarter=quarter,
        language=language,
        prefill=prefill,
        orientation=orientation(installation.framework, quarter, before),
    )


def _goes_on(form: Form) -> bool:
    """Tell whether a form's rows are still there in the next quarter: a stock register's are."""
    return form.time is FormTime.STOCK and form.kind is FormKind.REGISTER


def read(  # noqa: PLR0913 (what came in, and whose it has to be)
    installation: Installation,
    *,
    name: str,
    file: bytes,
    reader: Reader,
    organisation: str | None = None,
    quarter: Quarter | None = None,
) -> Incoming:
    """Read and check an uploaded workbook; `organisation` and `quarter` say whose it has to be, where that is known."""
    book, problems = reader.read(file, name)
    if book is None:
        return Incoming(name, file, problems=tuple(problems))
    with reading(installation.engine) as session:
        known = {one.code: one for one in organisations.all(session)}
    raw, told = understand(
        installation.framework,
        book,
        organisations=known,
        expected_organisation=organisation,
        expected_quarter=quarter,
    )
    problems = [*problems, *told]
    reporting = known.get(raw.organisation) if raw else None
    if raw is None or reporting is None:
        return Incoming(name, file, reporting, raw, problems=tuple(problems))
    if not reporting.active_in(raw.quarter):
        last = f" – {reporting.active_until}" if reporting.active_until else ""
        values = {"organisation": reporting.name, "quarter": raw.quarter, "first": reporting.active_from, "last": last}
        problems.append(BEFORE_START.at(Place(), **values))
    checked = check(installation.framework, raw, attributes=reporting.attributes)
    problems += checked.problems
    with reading(installation.engine) as session:
        known_return, fault = _already(session, raw, file, checked.content)
    if known_return is not None and fault is not None:
        values = {"revision": known_return.revision, "organisation": reporting.name, "quarter": raw.quarter}
        problems.append(fault.at(Place(), **values))
    return Incoming(name, file, reporting, raw, checked.content, known_return, tuple(problems))


def _already(
    session: Session, raw: RawReturn, file: bytes, content: ReturnContent
) -> tuple[StoredReturn | None, Fault | None]:
    """Find the revision still standing that came from the same bytes, or says the same."""
    standing = stored.find(
        session, organisation=raw.organisation, quarter=raw.quarter, states=_HANDED_IN, standing=True
    )
    by_file = {one.id for one in stored.find(session, file_sha256=hashlib.sha256(file).hexdigest())}
    for revision in standing:
        if revision.id in by_file:
            return revision, SAME_FILE
        if revision.content_sha256 == content.sha256:
            return revision, SAME_CONTENT
    return None, None


def marked(installation: Installation, incoming: Incoming, *, language: str) -> bytes | None:
    """Make the marked copy of a file that is a return of a known organisation; none where it is not."""
    if incoming.raw is None or incoming.organisation is None:
        return None
    return marked_copy(
        installation.framework,
        incoming.organisation,
        incoming.raw.quarter,
        language,
        incoming.raw,
        incoming.problems,
    )


def preview(installation: Installation, incoming: Incoming) -> list[Change]:
    """Say which totals storing this would change against the revision that stands now."""
    if incoming.raw is None or incoming.content is None:
        return []
    quarter = incoming.raw.quarter
    with reading(installation.engine) as session:
        standing = stored.find(
            session, organisation=incoming.raw.organisation, quarter=quarter, states=_HANDED_IN, standing=True
        )
        before = stored.content(session, return_id=standing[-1].id) if standing else ReturnContent()
    old = _totals(facts_of(installation.framework, quarter, before))
    new = _totals(facts_of(installation.framework, quarter, incoming.content))
    parts = list(dict.fromkeys([*old, *new]))
    return [Change(part, old.get(part), new.get(part)) for part in parts if old.get(part) != new.get(part)]


def _totals(derived: Sequence[Fact]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for fact in derived:
        totals[fact.part] = totals.get(fact.part, 0) + fact.total
    return totals


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

    Raises `SamePersonError` where importer and approver are one person.
    """
    raw, content, organisation = incoming.raw, incoming.content, incoming.organisation
    if raw is None or content is None or organisation is None or not incoming.may_be_stored:
        raise ValueError("a return with errors is never stored")
    if approver is not None:
        two_persons(by, approver)
    with writing(installation.engine) as session:
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
        _derive(session, installation.framework, revision)
        events.append(
            session,
            at=at,
            actor=by,
            action="return.submitted",
            subject=_subject(revision),
            after={
                "content_sha256": revision.content_sha256,
                "file_sha256": hashlib.sha256(incoming.file).hexdigest(),
                "rows": content.rows,
                "channel": channel.value,
            },
        )
        if approver is not None:
            revision = _approve(session, revision, by=approver, at=at)
        return revision


def approve(installation: Installation, *, return_id: int, by: str, at: datetime) -> StoredReturn:
    """Approve a submitted return: from now on it counts, and the revision before it no longer does.

    Raises `SamePersonError`, and `kpi.store.model.ReturnChangedError` where it is not submitted, or no longer.
    """
    with writing(installation.engine) as session:
        return _approve(session, stored.get(session, return_id=return_id), by=by, at=at)


def _approve(session: Session, revision: StoredReturn, *, by: str, at: datetime) -> StoredReturn:
    two_persons(revision.submitted_by or "", by)
    approved = stored.approve(session, return_id=revision.id, by=by, at=at)
    events.append(
        session,
        at=at,
        actor=by,
        action="return.approved",
        subject=_subject(revision),
        before={"state": revision.state.value},
        after={"state": approved.state.value, "content_sha256": approved.content_sha256},
    )
    return approved


def two_persons(submitter: str, approver: str) -> None:
    """Hold to four eyes: a name differs from another by more than case and spaces."""
    if " ".join(submitter.split()).casefold() == " ".join(approver.split()).casefold():
        raise SamePersonError(approver)


def _subject(revision: StoredReturn) -> str:
    return f"return/{revision.organisation}/{revision.quarter}/{revision.revision}"


def adopt(installation: Installation, *, by: str, at: datetime) -> int | None:
    """Let a changed framework come into force: derive every fact again; none where it was in force already."""
    with reading(installation.engine) as session:
        if adopted(session) == installation.sha256:
            return None
    return rebuild(installation, by=by, at=at)


def rebuild(installation: Installation, *, by: str, at: datetime) -> int:
    """Derive every fact again from the records, under the installation's framework; give the number of returns.

    All of them or none. Raises `FrameworkRefusedError` where records in the store do not fit a changed framework.
    """
    with writing(installation.engine) as session:
        before, in_force = facts.digest(session), adopted(session)
        if in_force != installation.sha256:
            refused = misfits(session, installation.framework)
            if refused:
                raise FrameworkRefusedError(refused)
            frameworks.remember(session, yaml=installation.yaml)
            events.append(
                session,
                at=at,
                actor=by,
                action=ADOPTED,
                subject=FRAMEWORK,
                before=None if in_force is None else {"sha256": in_force},
                after={"sha256": installation.sha256, "version": installation.framework.programme.version},
            )
        revisions = stored.find(session, states=[state for state in ReturnState if state is not ReturnState.DRAFT])
        for revision in revisions:
            _derive(session, installation.framework, revision)
        events.append(
            session,
            at=at,
            actor=by,
            action="facts.rebuilt",
            subject="facts",
            before={"sha256": before},
            after={"sha256": facts.digest(session), "returns": len(revisions)},
        )
        return len(revisions)


def misfits(
    session: Session, framework: Framework, *, lines: Lines | None = None, file: str | None = None
) -> list[Problem]:
    """Give what the store's records would lose, or change in meaning, under another framework.

    `lines` and `file` are that framework's own, for the problems' places.
    """
    in_force = adopted(session)
    before = next((one.yaml for one in frameworks.all(session) if one.sha256 == in_force), None)
    old = load_text(before).framework if before is not None else None
    return changes_refused(old, framework, used(session), lines=lines, file=file) if old is not None else []


def _derive(session: Session, framework: Framework, revision: StoredReturn) -> None:
    """Derive one return's facts from its records and put them in place of what was there."""
    content = stored.content(session, return_id=revision.id)
    derived = facts_of(framework, revision.quarter, content)
    facts.replace(session, return_id=revision.id, quarter=revision.quarter, facts=derived)


def used(session: Session) -> Used:
    """Gather which forms, columns and categories occur in stored records, of any revision."""
    revisions = [revision.id for revision in stored.find(session)]
    return used_by((record.form, record.key, record.cells) for record in reports.records(session, returns=revisions))
