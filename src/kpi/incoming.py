"""What comes in and goes out: an organisation's workbook, made; an upload, read and checked.

Nothing here changes the store; that is `kpi.returns`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kpi import recall
from kpi.access import Deed, NotPermittedError, allow, may
from kpi.installation import Installation
from kpi.intake.check import check
from kpi.intake.marked import marked_copy
from kpi.intake.orientation import orientation
from kpi.intake.raw import RawReturn
from kpi.intake.reader import Reader
from kpi.intake.template import template
from kpi.intake.workbook import understand
from kpi.locks import LockedError, not_locked
from kpi.measure.model import Organisation
from kpi.participation import taking_part, untimely
from kpi.problems import N_, Fault, Place, Problem, errors
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReturnContent
from kpi.revisions import ALREADY_THERE, met_before
from kpi.store.engine import reading
from kpi.store.model import ReturnState, StoredReturn

LOCKED = Fault(
    "return.locked",
    N_("{quarter} is locked: {reason}"),
    N_("Ask the core team to reopen it if something has to be corrected."),
)

NOT_YOURS = Fault(
    "return.not_yours",
    N_("This file is the return of an organisation for which you do not report ({found})."),
    N_("Look whether it is the right file; if you should report for this organisation, ask the administrator."),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it came in, read and checked, not yet stored.

    `raw` is there where the file is a return at all, `content` where its cells could be understood; `known` is
    the stored revision that already says the same, or that came in this very file.
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
    def waits(self) -> bool:
        """Tell whether what is stored already says the same and waits for approval."""
        known = self.known
        open_ = known is not None and known.state is ReturnState.SUBMITTED and known.superseded_at is None
        return open_ and not errors(self.problems)

    @property
    def may_be_stored(self) -> bool:
        """Tell whether it is a return without errors that says something new."""
        return self.content is not None and self.known is None and not errors(self.problems)


def template_for(
    installation: Installation, *, organisation: str, quarter: Quarter, language: str, today: date
) -> bytes:
    """Make an organisation's workbook for a quarter; stock registers hold the last approved rows.

    Raises what `kpi.participation.taking_part` does.
    """
    allow(installation.who, Deed.REPORT, organisation=organisation)
    with reading(installation.engine) as session:
        asked = taking_part(session, installation.framework, organisation, quarter, today)
        forms = installation.framework.asked_forms(asked.attributes, quarter)
        before = recall.latest_forms(
            session, installation.framework, organisation=organisation, forms=list(forms), before=quarter
        )
    prefill: Mapping[str, Sequence[Record]] = {
        key: said.records
        for key, (_, said) in before.items()
        if said.state is FormState.REPORTED and forms[key].goes_on
    }
    return template(
        installation.framework,
        organisation=asked,
        quarter=quarter,
        language=language,
        prefill=prefill,
        orientation=orientation(installation.framework, quarter, before),
    )


def read(  # noqa: PLR0913 (what came in, and whose it has to be)
    installation: Installation,
    *,
    name: str,
    file: bytes,
    reader: Reader,
    today: date,
    organisation: str | None = None,
    quarter: Quarter | None = None,
) -> Incoming:
    """Read and check an uploaded workbook; `organisation` and `quarter` say whose it has to be, where that is known.

    A quarter that has not begun by `today` is refused: a mistyped year would lie unnoticed until it comes.
    """
    who = installation.who
    if not any(may(who, Deed.REPORT, organisation=code) for code in (None, *who.organisations)):
        raise NotPermittedError(who, Deed.REPORT)
    book, problems = reader.read(file, name)
    if book is None:
        return Incoming(name, file, problems=tuple(problems))
    with reading(installation.engine) as session:
        known = {one.code: one for one in recall.organisations(session, installation.framework)}
    raw, told = understand(
        installation.framework,
        book,
        organisations=known,
        expected_organisation=organisation,
        expected_quarter=quarter,
    )
    problems = [*problems, *told]
    reporting = known.get(raw.organisation) if raw else None
    if raw is not None and not may(installation.who, Deed.REPORT, organisation=raw.organisation):
        return Incoming(name, file, problems=(NOT_YOURS.at(Place(), found=raw.organisation),))
    if raw is None or reporting is None:
        return Incoming(name, file, reporting, raw, problems=tuple(problems))
    problems += untimely(reporting, raw.quarter, today)
    problems += _locked(installation, raw.quarter)
    approved = approved_rows(installation, reporting, raw.quarter)
    checked = check(installation.framework, raw, attributes=reporting.attributes, approved=approved)
    unread = {(problem.place.sheet, problem.place.cell) for problem in errors(problems) if problem.place.cell}
    problems += [one for one in checked.problems if (one.place.sheet, one.place.cell) not in unread]
    with reading(installation.engine) as session:
        met = met_before(
            session,
            installation.framework,
            organisation=raw.organisation,
            quarter=raw.quarter,
            file=file,
            content=checked.content,
        )
    known_return = None
    if met is not None:
        values = {"revision": met.revision.revision, "organisation": reporting.name, "quarter": raw.quarter}
        problems.append(met.fault.at(Place(), **values, stands=met.stands))
        known_return = met.revision if met.fault in ALREADY_THERE else None
    return Incoming(name, file, reporting, raw, checked.content, known_return, tuple(problems))


def _locked(installation: Installation, quarter: Quarter) -> list[Problem]:
    with reading(installation.engine) as session:
        try:
            not_locked(session, quarter)
        except LockedError as fault:
            return [LOCKED.at(Place(), **fault.values)]
    return []


def approved_rows(
    installation: Installation, organisation: Organisation, quarter: Quarter
) -> dict[str, Sequence[Record]]:
    """Give the last approved rows, up to this quarter, of the forms in which others fill in a column.

    Only where there are such forms is the store asked.
    """
    allow(installation.who, Deed.REPORT, organisation=organisation.code)
    asked = installation.framework.asked_forms(organisation.attributes, quarter)
    forms = [key for key, form in asked.items() if form.left_to_others(organisation.attributes, quarter)]
    if not forms:
        return {}
    with reading(installation.engine) as session:
        found = recall.latest_forms(
            session, installation.framework, organisation=organisation.code, forms=forms, before=quarter + 1
        )
    return {key: said.records for key, (_, said) in found.items()}


def marked(installation: Installation, incoming: Incoming, *, language: str) -> bytes | None:
    """Make the marked copy of a file that is a return of a known organisation; none where it is not."""
    if incoming.raw is None or incoming.organisation is None:
        return None
    allow(installation.who, Deed.REPORT, organisation=incoming.organisation.code)
    return marked_copy(
        installation.framework,
        incoming.organisation,
        incoming.raw.quarter,
        language,
        incoming.raw,
        incoming.problems,
    )
