"""What comes in and goes out: an organisation's workbook, made; an upload, read, checked and previewed.

Nothing here changes the store; that is `kpi.returns`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from kpi.framework.model import Form, FormKind, FormTime, Framework
from kpi.installation import Installation
from kpi.intake.check import check
from kpi.intake.marked import marked_copy
from kpi.intake.orientation import orientation
from kpi.intake.raw import RawReturn
from kpi.intake.reader import Reader
from kpi.intake.template import template
from kpi.intake.workbook import understand
from kpi.measure.facts import facts_of, parts_of
from kpi.measure.model import Cell, Organisation
from kpi.measure.values import Value, value_of
from kpi.problems import N_, Fault, Own, Place, Problem, SaidError, Severity, errors
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReturnContent
from kpi.store import organisations, reports
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.store.model import ReturnState, StoredReturn

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
    """An organisation's figure of an indicator for the quarter, as it stands and as it would be."""

    indicator: str
    before: Value
    after: Value


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
    unread = {(problem.place.sheet, problem.place.cell) for problem in problems if problem.place.cell}
    problems += [one for one in checked.problems if (one.place.sheet, one.place.cell) not in unread]
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
    """Say which of the organisation's figures storing this would change, against the revision that stands now."""
    if incoming.raw is None or incoming.content is None:
        return []
    quarter = incoming.raw.quarter
    with reading(installation.engine) as session:
        standing = stored.find(
            session, organisation=incoming.raw.organisation, quarter=quarter, states=_HANDED_IN, standing=True
        )
        said = stored.content(session, return_id=standing[-1].id) if standing else ReturnContent()
    before = _values(installation.framework, quarter, said)
    after = _values(installation.framework, quarter, incoming.content)
    return [Change(key, before[key], after[key]) for key in after if before[key] != after[key]]


def _values(framework: Framework, quarter: Quarter, content: ReturnContent) -> dict[str, Value]:
    """Measure one return by itself: every indicator in whose terms the numbers of a single quarter mean anything."""
    cells: dict[str, list[Cell]] = defaultdict(list)
    for fact in facts_of(framework, quarter, content):
        cells[fact.part].append(Cell(fact.part, fact.coordinates, fact.total, fact.n, fact.not_applicable))
    window = Window.quarter(quarter)
    return {
        key: value_of(
            framework,
            key,
            [cell for part in parts_of(framework, key) for cell in cells[part.key]],
            reported=False,
            window=window,
        )
        for key in framework.indicators
    }
