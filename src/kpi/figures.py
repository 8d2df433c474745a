"""The only read service: what pages, reports and the command line show comes from here.

Whoever may not see everything (`kpi.access.Deed.SEE_UNDISCLOSED`) gets what `kpi.disclosed` leaves of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow, may
from kpi.answers import answered, selections
from kpi.disclosed import NO_FIGURE, disclosed
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure import published
from kpi.measure.disaggregation import Share, share_of_stated
from kpi.measure.facts import parts_of
from kpi.measure.measure import limited
from kpi.measure.model import WITHHELD, Cell, Measurement, Organisation, Standing, State
from kpi.measure.needs import Question, needs
from kpi.measure.plan import basis_window
from kpi.measure.progress import is_provisional, share_standing
from kpi.measure.values import Value, value_of
from kpi.quarter import Quarter, Window
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
    "published_windows",
    "returns_in",
    "rows_behind",
    "share_questions",
    "share_standings",
    "shares_judged",
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
    """What stands around every figure: who reports, and whether the data are only a sample.

    `last_change` is the head of the log; `last_of_figures` the last link after which an approved figure may be another.
    """

    organisations: tuple[Organisation, ...]
    is_sample: bool
    last_change: str
    last_of_figures: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one return adds to a figure; `carried` where it stands in for a later quarter without a return."""

    source: StoredReturn
    value: Value
    carried: bool


def default_quarter(framework: Framework, today: date) -> Quarter:
    """Give the last quarter whose due date has passed; the programme's first one before that."""
    return published.last_due(framework, today) or framework.programme.starts


def published_windows(framework: Framework, today: date) -> tuple[Window, ...]:
    """Give the windows that whoever may not see everything can look at, the earliest first."""
    return published.windows(framework, today)


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
            events.head(session, without=NO_FIGURE),
        )


def returns_in(installation: Installation, window: Window) -> int:
    """Count the approved returns of a window's quarters."""
    allow(installation.who, Deed.SEE_FIGURES)
    with reading(installation.engine) as session:
        return stored.count_current(session, window=window)


def measured(
    installation: Installation, questions: Sequence[Question], *, today: date, basis: Basis = APPROVED
) -> list[list[Measurement]]:
    """Answer questions: for each its measurements, the total first.

    Whoever may not see everything gets the figures of the closed set only, without the small ones.
    """
    _may_see(installation, basis)
    framework = installation.framework
    if not questions:
        return []
    with reading(installation.engine) as session:
        found = answered(session, framework, questions, today=today, basis=basis)
        if may(installation.who, Deed.SEE_UNDISCLOSED):
            return found
        hidden = disclosed(session, installation, today=today)
    return [[hidden.masked(each) for each in answer] for answer in found]


def _may_see(installation: Installation, basis: Basis) -> None:
    """Refuse a basis that is not open to whoever asks."""
    allow(installation.who, Deed.SEE_FIGURES)
    if basis.provisional:
        allow(installation.who, Deed.SEE_WAITING)
    if basis.as_of is not None:
        allow(installation.who, Deed.SEE_UNDISCLOSED)


def one(installation: Installation, question: Question, *, today: date) -> list[Measurement]:
    """Answer one question."""
    return measured(installation, [question], today=today)[0]


def contributions(
    installation: Installation, question: Question, *, today: date, basis: Basis = APPROVED
) -> list[Contribution]:
    """Follow a figure to the returns it is made of, by quarter and organisation; a missing one is made of none.

    Whoever may not see everything gets the returns of the whole figure, however it is filtered, and not what each adds.
    """
    _may_see(installation, basis)
    framework, everything = installation.framework, may(installation.who, Deed.SEE_UNDISCLOSED)
    if not everything:
        question = replace(question, by=(), where={}, organisation=None)
    keys = [part.key for part in parts_of(framework, question.indicator)]
    with reading(installation.engine) as session:
        need = needs(framework, question, selections(session, framework, [question], today=today, basis=basis))
        if need.lacks is not None:
            return []
        chosen = frozenset(one for part in need.scope.selections.values() for one in part.returns)
        cells = facts.cells(session, parts=keys, returns=chosen, by_organisation=True, by_quarter=True)
        heads = {(head.organisation, head.quarter): head for head in stored.find(session, return_ids=chosen)}
    if all(cell.part != keys[0] for cell in cells):  # nobody said anything of its numerator
        return []
    by_return: dict[tuple[str, Quarter], list[Cell]] = defaultdict(list)
    for cell in limited(framework, question, cells):
        if cell.organisation is not None and cell.quarter is not None:
            by_return[cell.organisation, cell.quarter].append(cell)
    carried = {pair for part in need.scope.selections.values() for pair in part.carried.items()}
    found = [
        Contribution(
            heads[whose],
            _contributed(framework, question, theirs) if everything else Value(State.NOT_PUBLISHED),
            whose in carried,
        )
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
    asked = share_questions(installation.framework, indicator, quarter)
    answers = measured(installation, asked, today=today, basis=basis)
    return shares_judged(installation.framework, answers, today=today)


def share_questions(framework: Framework, indicator: str, quarter: Quarter) -> list[Question]:
    """Give what to ask to judge an indicator's shares at a quarter's end, for `shares_judged`."""
    window = basis_window(framework, indicator, quarter)
    return [Question(indicator, window, by=(each,)) for each in framework.indicators[indicator].share_targets]


def shares_judged(
    framework: Framework, answers: Iterable[Sequence[Measurement]], *, today: date
) -> list[ShareStanding]:
    """Judge the shares that have targets in what `share_questions` were answered."""
    found = []
    for total, *slices in answers:
        if any(each.state in WITHHELD for each in slices):  # a share of the others would say something else
            continue
        (dimension,) = slices[0].slice
        numbers = {each.slice[dimension]: each.value for each in slices}
        for category in framework.indicators[total.indicator].share_targets[dimension]:
            share = share_of_stated(framework, dimension, category, numbers)
            verdict = share_standing(
                framework,
                total.indicator,
                dimension,
                category,
                share=share,
                basis=total.window,
                coverages=(total.coverage,),
                today=today,
            )
            found.append(ShareStanding(dimension, category, share, verdict))
    return found


def file_names(installation: Installation, returns: Iterable[StoredReturn]) -> dict[int, str]:
    """Give the names of the files that returns came in with, by the file's id."""
    allow(installation.who, Deed.SEE_ROWS)
    wanted = {found.file_id for found in returns if found.file_id is not None}
    with reading(installation.engine) as session:
        return files.names(session, file_ids=wanted)
