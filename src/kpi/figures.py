"""The only read service: what pages, reports and the command line show comes from here.

A question becomes needs (`kpi.measure.measure`), the store answers them in as few queries as there are sets of
returns, and the pure part makes measurements of the answers. The day is always an argument.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow, may
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.disaggregation import Share, share_of_stated
from kpi.measure.facts import parts_of
from kpi.measure.measure import limited, measurements
from kpi.measure.model import Cell, FormReport, Measurement, Organisation, Selection, Standing, State
from kpi.measure.needs import Answer, Need, Question, Request, needs
from kpi.measure.plan import basis_window
from kpi.measure.progress import share_standing
from kpi.measure.together import Family, Layer, added_up, families, layer, layers
from kpi.measure.values import Value, value_of
from kpi.quarter import Quarter, Window
from kpi.records import FormState
from kpi.store import events, facts, files
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.store.model import Basis, StoredRecord, StoredReturn

__all__ = [
    "APPROVED",
    "PROVISIONAL",
    "SAMPLE",
    "STORE",
    "Basis",
    "Contribution",
    "Overview",
    "ShareStanding",
    "StoredRecord",
    "StoredReturn",
    "contributions",
    "default_quarter",
    "file_names",
    "is_provisional",
    "is_sample",
    "measured",
    "one",
    "overview",
    "rows_behind",
    "share_standings",
]

APPROVED = Basis()
#: Also what was submitted and waits for approval.
PROVISIONAL = Basis(provisional=True)
#: The action of the event by which a store is marked as filled with sample data.
SAMPLE = "sample.loaded"
#: What the log calls the store as a whole.
STORE = "store"


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands around every figure: who reports, and whether the data are only a sample."""

    organisations: tuple[Organisation, ...]
    is_sample: bool
    last_change: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one return adds to a figure; `carried` where it stands in for a later quarter without a return."""

    source: StoredReturn
    value: Value
    carried: bool


def default_quarter(framework: Framework, today: date) -> Quarter:
    """Give the last quarter whose due date has passed; the programme's first one before that."""
    quarter = Quarter.of(today)
    while quarter.due(framework.rules.due_days) >= today:
        quarter += -1
    return max(quarter, framework.programme.starts)


def is_sample(session: Session) -> bool:
    """Tell whether the store holds sample data, all of them or the first."""
    return any(event.action == SAMPLE for event in events.history(session, subject=STORE))


def overview(installation: Installation) -> Overview:
    """Tell who reports here and what the store is."""
    allow(installation.who, Deed.SEE_FIGURES)
    with reading(installation.engine) as session:
        return Overview(
            tuple(recall.organisations(session, installation.framework)),
            is_sample(session),
            events.head(session),
        )


def measured(
    installation: Installation, questions: Sequence[Question], *, today: date, basis: Basis = APPROVED
) -> list[list[Measurement]]:
    """Answer questions: for each its measurements, the total first."""
    _may_see(installation, basis)
    if not questions:
        return []
    framework = installation.framework
    with reading(installation.engine) as session:
        known = recall.organisations(session, framework)
        said = _Said(framework, session, basis, questions)
        selected: dict[tuple[str, Window], Selection] = {}
        asked = [
            needs(framework, question, organisations=known, reports=said.of(question), today=today, selected=selected)
            for question in questions
        ]
        answers = _fetched(session, asked)
    return [measurements(framework, need, answers.__getitem__, today=today) for need in asked]


def _may_see(installation: Installation, basis: Basis) -> None:
    """Refuse a basis that is not open to whoever asks."""
    allow(installation.who, Deed.SEE_FIGURES)
    if basis.provisional:
        allow(installation.who, Deed.SEE_WAITING)
    if basis.as_of is not None:
        allow(installation.who, Deed.SEE_UNDISCLOSED)


class _Said:
    """What the returns that count say of each form, read once for all questions."""

    def __init__(self, framework: Framework, session: Session, basis: Basis, questions: Iterable[Question]) -> None:
        self._framework = framework
        first = min(min(question.window.first, framework.programme.starts) for question in questions)
        self._by_form: dict[str, dict[int, FormReport]] = defaultdict(dict)
        self._silent: dict[int, FormReport] = {}
        since = first + -framework.rules.carried_quarters
        until = max(question.window.last for question in questions)
        for report in recall.reports(session, framework, basis=basis, since=since, until=until):
            self._by_form[report.form][report.return_id] = report
            self._silent[report.return_id] = replace(report, state=FormState.MISSING)

    def of(self, question: Question) -> list[FormReport]:
        """Give what every return says of the indicator's forms.

        A return without a form says that it is missing: that tells what its organisation was then.
        """
        forms = sorted({part.form for part in parts_of(self._framework, question.indicator)})
        return [
            self._by_form[form].get(return_id) or replace(silent, form=form)
            for form in forms
            for return_id, silent in self._silent.items()
        ]


def _fetched(session: Session, asked: Sequence[Need]) -> dict[Request, Answer]:
    """Fetch all that is asked, quarter by quarter, and add it up for each window: few statements for many questions."""
    requests = list(dict.fromkeys(request for need in asked for request in need.requests))
    quarters = {report.return_id: report.quarter for need in asked for report in need.reports}
    parts = {request.part for request in requests}
    reporting = facts.reporting(session, parts=parts, returns=quarters.keys())
    answers: dict[Request, Answer] = {}
    for family in families(requests):
        held = [_layer(session, family, those, quarters) for those in layers(family.sets, quarters)]
        for request in family.requests:
            answers[request] = Answer(added_up(request, held), reporting[request.part] & request.returns)
    return answers


def _layer(session: Session, family: Family, returns: frozenset[int], quarters: Mapping[int, Quarter]) -> Layer:
    cells = facts.cells(
        session,
        parts=family.parts,
        returns=returns,
        by_organisation=family.by_organisation,
        by_quarter=family.by_quarter,
    )
    return layer(returns, quarters if family.by_quarter else None, cells)


def one(installation: Installation, question: Question, *, today: date, basis: Basis = APPROVED) -> list[Measurement]:
    """Answer one question."""
    return measured(installation, [question], today=today, basis=basis)[0]


def contributions(
    installation: Installation, question: Question, *, today: date, basis: Basis = APPROVED
) -> list[Contribution]:
    """Follow a figure to the returns it is made of, by quarter and organisation; a missing one is made of none."""
    _may_see(installation, basis)
    framework = installation.framework
    keys = [part.key for part in parts_of(framework, question.indicator)]
    with reading(installation.engine) as session:
        said = _Said(framework, session, basis, [question])
        known = recall.organisations(session, framework)
        need = needs(framework, question, organisations=known, reports=said.of(question), today=today)
        if need.lacks is not None:
            return []
        chosen = frozenset(one for part in need.scope.selections.values() for one in part.returns)
        cells = facts.cells(session, parts=keys, returns=chosen, by_organisation=True, by_quarter=True)
        heads = {(head.organisation, head.quarter): head for head in stored.find(session) if head.id in chosen}
    if all(cell.part != keys[0] for cell in cells):  # nobody said anything of its numerator
        return []
    by_return: dict[tuple[str, Quarter], list[Cell]] = defaultdict(list)
    for cell in limited(framework, question, cells):
        if cell.organisation is not None and cell.quarter is not None:
            by_return[cell.organisation, cell.quarter].append(cell)
    carried = {pair for part in need.scope.selections.values() for pair in part.carried.items()}
    found = [
        Contribution(heads[whose], _contributed(framework, question, theirs), whose in carried)
        for whose, theirs in by_return.items()
    ]
    return sorted(found, key=lambda one: (one.source.quarter, one.source.organisation))


def _contributed(framework: Framework, question: Question, cells: Sequence[Cell]) -> Value:
    """Give what one return adds; where its numerator does not apply, its denominator still counts."""
    value = value_of(framework, question.indicator, cells, reported=True, window=question.window)
    if value.state is not State.NOT_APPLICABLE:
        return value
    top = parts_of(framework, question.indicator)[0].key
    below = [cell for cell in cells if cell.part != top]
    rest = value_of(framework, question.indicator, below, reported=True, window=question.window)
    return replace(value, denominator=rest.denominator or None)


def rows_behind(
    installation: Installation,
    *,
    form: str | None = None,
    organisation: str | None = None,
    quarter: Quarter | None = None,
    basis: Basis = APPROVED,
) -> list[StoredRecord]:
    """Give the rows of the returns that count, as reported, under the keys of the framework in force."""
    if organisation is None or not may(installation.who, Deed.REPORT, organisation=organisation):
        allow(installation.who, Deed.SEE_ROWS)
        _may_see(installation, basis)
    with reading(installation.engine) as session:
        return recall.rows(
            session, installation.framework, basis=basis, form=form, organisation=organisation, quarter=quarter
        )


@dataclass(frozen=True, slots=True)
class ShareStanding:
    """How a category's share of those stated stands against its target, at a quarter's end."""

    dimension: str
    category: str
    share: Share
    standing: Standing


def share_standings(
    installation: Installation, indicator: str, quarter: Quarter, *, today: date, basis: Basis = APPROVED
) -> list[ShareStanding]:
    """Judge the shares that an indicator has targets for."""
    _may_see(installation, basis)
    framework = installation.framework
    wanted = framework.indicators[indicator].share_targets
    window = basis_window(framework, indicator, quarter)
    found = []
    for dimension, categories in wanted.items():
        question = Question(indicator, window, by=(dimension,))
        total, *slices = one(installation, question, today=today, basis=basis)
        numbers = {each.slice[dimension]: each.value for each in slices}
        for category in categories:
            share = share_of_stated(framework, dimension, category, numbers)
            verdict = share_standing(
                framework,
                indicator,
                dimension,
                category,
                share=share,
                basis=window,
                coverages=(total.coverage,),
                today=today,
            )
            found.append(ShareStanding(dimension, category, share, verdict))
    return found


def is_provisional(framework: Framework, found: Measurement, today: date) -> bool:
    """Tell whether too few returns are in, or may still come in, for a figure to be final."""
    share = found.coverage.share
    lacking = share is not None and share < framework.rules.coverage
    return lacking or today <= found.window.last.due(framework.rules.due_days)


def file_names(installation: Installation, returns: Iterable[StoredReturn]) -> dict[int, str]:
    """Give the names of the files that returns came in with, by the file's id."""
    allow(installation.who, Deed.SEE_ROWS)
    wanted = {found.file_id for found in returns if found.file_id is not None}
    with reading(installation.engine) as session:
        return files.names(session, file_ids=wanted)
