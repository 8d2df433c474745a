"""A question becomes measurements.

`kpi.measure.needs` says which totals are needed, a `Fetch` gives them, `measurements` makes the figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from kpi.framework.model import FormTime, Framework
from kpi.measure.data import Data, crossed, gathered, split
from kpi.measure.disaggregation import filtered
from kpi.measure.facts import parts_of
from kpi.measure.model import (
    ORGANISATION,
    Cell,
    Coordinates,
    Coverage,
    Measurement,
    Standing,
    State,
    Status,
)
from kpi.measure.needs import Fetch, Need, Question, lacking, told_by_organisations
from kpi.measure.plan import aim_of, plan_at, window_expected
from kpi.measure.progress import standing
from kpi.measure.values import Value, allowed, is_reported, value_of
from kpi.quarter import Quarter, Window

#: States that a whole hands down to its slices: nobody said anything that could be broken down.
_HANDED_DOWN = frozenset({State.MISSING, State.NOT_APPLICABLE})


def measurements(framework: Framework, need: Need, fetch: Fetch, *, today: date | None = None) -> list[Measurement]:
    """Answer a question: the total first, then its slices, in the order of their categories.

    Only the programme's whole has a standing; slices, one organisation and filtered figures have no target, or no data.
    Where the indicator lacks a dimension of `where` that is the only answer; where it lacks one of `by`, it follows the
    total. Where the window itself has no value, that is the standing, whatever the year to date has; where the figure
    means nothing in it, nothing is expected of it either.
    """
    question = need.question
    if need.lacks is not None:
        return [_not_collected(question, need.lacks)]
    data = gathered(need.scope, fetch)
    running = today is not None and question.window.is_running(today, framework.rules.due_days)
    total = _total(framework, need, data, running=running)
    if question.is_total and need.basis is not None:
        total = _with_standing(framework, need, total, gathered(need.basis, fetch), today)
    if not question.by:
        return [total]
    lacks = lacking(framework, question, [each for each in question.by if each != ORGANISATION])
    if lacks is not None:
        return [total, replace(_not_collected(question, lacks), coverage=total.coverage)]
    return [total, *_sliced(framework, need, data, fetch, running=running)]


def _unjudged(window: Window, value: Fraction | None) -> Standing:
    """Give the standing of what has no target of its own: a slice, a filtered figure, one organisation."""
    return Standing(Status.NO_DATA if value is None else Status.NO_TARGET, window)


def _not_collected(question: Question, lacks: str) -> Measurement:
    return Measurement(
        indicator=question.indicator,
        window=question.window,
        slice=question.where,
        state=State.NOT_COLLECTED,
        coverage=Coverage(0, 0),
        standing=_unjudged(question.window, None),
        organisation=question.organisation,
        lacks=lacks,
    )


def _total(framework: Framework, need: Need, data: Data, *, running: bool = False) -> Measurement:
    """Measure the whole of what was asked about, without its standing."""
    whole = _whole(framework, need.question, data)
    cells = limited(framework, need.question, data.cells)
    return _figure(framework, need.question, data, {}, cells, whole=whole, running=running)


def limited(framework: Framework, question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """Keep the cells in the asked categories; what the organisations tell, the selection has kept already."""
    theirs = told_by_organisations(framework, question, question.where)
    own = {dimension: category for dimension, category in question.where.items() if dimension not in theirs}
    return filtered(framework, question.indicator, cells, own)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What all cells of some returns say: their value, and whether anybody gave a number."""

    value: Value
    reported: bool


def _whole(framework: Framework, question: Question, data: Data) -> _Whole:
    value = value_of(framework, question.indicator, data.cells, reported=False, window=data.window)
    return _Whole(value, is_reported(framework, question.indicator, data.cells))


def _figure(  # noqa: PLR0913 (all that a figure is made of)
    framework: Framework,
    question: Question,
    data: Data,
    of: Coordinates,
    cells: Sequence[Cell],
    *,
    whole: _Whole,
    running: bool,
) -> Measurement:
    """Measure some of the cells of some returns; the whole of these returns says whether they reported at all."""
    value = whole.value
    if value.state not in _HANDED_DOWN:
        value = value_of(framework, question.indicator, cells, reported=whole.reported, window=data.window)
    return Measurement(
        indicator=question.indicator,
        window=data.window,
        slice={**question.where, **{dimension: each for dimension, each in of.items() if dimension != ORGANISATION}},
        state=value.state,
        coverage=data.coverage(parts_of(framework, question.indicator)),
        standing=_unjudged(data.window, value.value),
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        n=value.n,
        organisation=of.get(ORGANISATION, question.organisation),
        carried=data.carried,
        running=running,
    )


def _with_standing(
    framework: Framework, need: Need, total: Measurement, judged: Data, today: date | None
) -> Measurement:
    """Add what was expected, and how the indicator stands at the window's end."""
    question = need.question
    basis = _total(framework, need, judged)
    aim = aim_of(framework, question.indicator)
    plan = plan_at(framework.indicators[question.indicator], total.window.last.ends)
    verdict = standing(
        aim,
        plan,
        judged.window,
        actual=basis.value,
        n=basis.n,
        coverages=(total.coverage, basis.coverage),
        complete=_is_complete(framework, question.indicator, judged.window.last),
        today=today,
    )
    if total.value is None:
        verdict = replace(verdict, status=Status.NO_DATA, achievement=None, above_plan=False, maintained=False)
    means_something = allowed(framework.indicators[question.indicator], total.window)
    due = window_expected(aim, plan, total.window) if means_something else None
    return replace(total, expected=due, standing=verdict)


def _is_complete(framework: Framework, indicator_key: str, end: Quarter) -> bool:
    """Tell whether what happened up to a quarter's end is due by then: not so between a half-yearly form's quarters."""
    forms = (framework.forms[part.form] for part in parts_of(framework, indicator_key))
    return all(form.time is FormTime.STOCK or form.due.in_quarter(end) for form in forms)


def _sliced(framework: Framework, need: Need, data: Data, fetch: Fetch, *, running: bool) -> Iterator[Measurement]:
    """Measure every combination of categories, first by what the organisations are, then by what they reported."""
    question = need.question
    theirs = [d for d in question.by if d == ORGANISATION or d in told_by_organisations(framework, question, [d])]
    own = [dimension for dimension in question.by if dimension not in theirs]
    for owners, part in split(framework, need, data, theirs, fetch):
        whole = _whole(framework, question, part)
        for categories_, cells in crossed(framework, question, own, limited(framework, question, part.cells)):
            found = owners | categories_
            of = {dimension: found[dimension] for dimension in question.by}
            yield _figure(framework, question, part, of, cells, whole=whole, running=running)
