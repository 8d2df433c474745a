"""Where a figure should stand: baselines, targets, and the path between them.

All arithmetic is in exact fractions. Baselines and targets stand at year ends. An expected value may be
None: there is no target then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kpi.framework.model import Baseline, Better, FormTime, Framework, Indicator, Rules, TargetBasis, UnitKind
from kpi.measure.facts import parts_of
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window, WindowKind


class Accumulation(StrEnum):
    """How an indicator's values relate to time, and therefore to its targets."""

    FLOW = "flow"
    STOCK = "stock"
    MEAN = "mean"
    RATIO = "ratio"
    CUMULATIVE = "cumulative"


#: What counts up to its target; everything else moves along a line.
ADDING = frozenset({Accumulation.FLOW, Accumulation.CUMULATIVE})


@dataclass(frozen=True, slots=True)
class Plan:
    """The baseline and the targets in force on a day."""

    baseline: Baseline | None
    targets: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Aim:
    """All that an indicator's standing depends on, but for its plan and its figures."""

    accumulation: Accumulation
    better: Better
    unit: UnitKind
    rules: Rules
    starts: Quarter
    tolerance: Decimal | None = None
    phasing: tuple[Decimal, ...] | None = None
    judge_from: int = 0


def accumulation(framework: Framework, indicator_key: str) -> Accumulation:
    """Tell how an indicator's values relate to time."""
    indicator = framework.indicators[indicator_key]
    if indicator.measure.mean is not None:
        return Accumulation.MEAN
    if indicator.measure.ratio is not None:
        return Accumulation.RATIO
    if _time(framework, indicator_key) is FormTime.STOCK:
        return Accumulation.STOCK
    cumulative = indicator.target_basis is TargetBasis.CUMULATIVE
    return Accumulation.CUMULATIVE if cumulative else Accumulation.FLOW


def _time(framework: Framework, indicator_key: str) -> FormTime:
    return framework.forms[parts_of(framework, indicator_key)[0].form].time


def aim_of(framework: Framework, indicator_key: str) -> Aim:
    """Gather what an indicator's standing depends on."""
    indicator = framework.indicators[indicator_key]
    rules = framework.rules
    return Aim(
        accumulation=accumulation(framework, indicator_key),
        better=indicator.better,
        unit=framework.units[indicator.unit].kind,
        rules=rules,
        starts=framework.programme.starts,
        tolerance=indicator.tolerance,
        phasing=indicator.phasing,
        judge_from=rules.judge_from if indicator.judge_from is None else indicator.judge_from,
    )


def basis_window(framework: Framework, indicator_key: str, quarter: Quarter) -> Window:
    """Give the window whose value is judged at a quarter's end.

    A flow's year to date (also for a ratio or mean of flows); since the start where targets are cumulative; the quarter
    itself for a stock.
    """
    if _time(framework, indicator_key) is FormTime.STOCK:
        return Window.quarter(quarter)
    if framework.indicators[indicator_key].target_basis is TargetBasis.CUMULATIVE:
        return Window.since(min(framework.programme.starts, quarter), quarter)
    return Window.year_to_date(quarter)


def plan_at(indicator: Indicator, day: date) -> Plan:
    """Give the baseline and targets in force on a day: the original ones, revised by what was decided until then."""
    baseline, targets = indicator.baseline, dict(indicator.targets)
    for revision in sorted(indicator.revisions, key=lambda each: each.on):
        if revision.on <= day:
            baseline = revision.baseline or baseline
            targets.update(revision.targets)
    return Plan(baseline, targets)


def expected(aim: Aim, plan: Plan, quarter: Quarter) -> Fraction | None:
    """Give the value expected at a quarter's end: of a flow, for the year to date."""
    if aim.accumulation is Accumulation.FLOW:
        return _flow_expected(aim, plan, quarter)
    return _on_the_line(_points(aim, plan), quarter)


def _flow_expected(aim: Aim, plan: Plan, quarter: Quarter) -> Fraction | None:
    target = plan.targets.get(quarter.year)
    if target is None:
        return None
    elapsed = Fraction(quarter.number, QUARTERS_A_YEAR)
    if aim.phasing is not None:
        elapsed = Fraction(aim.phasing[quarter.number - 1])
    due = Fraction(target) * elapsed
    return Fraction(due.__floor__()) if aim.unit is UnitKind.COUNT else due


def _points(aim: Aim, plan: Plan) -> dict[int, Fraction]:
    """Give the points between which the path is straight, by the ordinal of the quarter at whose end they stand."""
    if not plan.targets:
        return {}
    points = {Quarter(year, QUARTERS_A_YEAR).ordinal: Fraction(value) for year, value in plan.targets.items()}
    if plan.baseline is not None:
        start = Quarter(plan.baseline.year, QUARTERS_A_YEAR).ordinal
        points = {at: value for at, value in points.items() if at > start}
        points[start] = Fraction(plan.baseline.value)
    elif aim.accumulation is Accumulation.CUMULATIVE:
        # Before the start, nothing can have added up.
        points.setdefault(aim.starts.ordinal - 1, Fraction(0))
    else:
        points.setdefault(0, points[min(points)])
    return dict(sorted(points.items()))


def _on_the_line(points: Mapping[int, Fraction], quarter: Quarter) -> Fraction | None:
    at = quarter.ordinal
    before = max((point for point in points if point <= at), default=None)
    after = min((point for point in points if point >= at), default=None)
    if before is None or after is None:
        return None
    if before == after:
        return points[at]
    return points[before] + (points[after] - points[before]) * Fraction(at - before, after - before)


def window_expected(aim: Aim, plan: Plan, window: Window) -> Fraction | None:
    """Give what is expected of a window itself, as its own value is: of a flow, what falls into its quarters."""
    if aim.accumulation is Accumulation.FLOW:
        return _flow_window(aim, plan, window)
    at_end = expected(aim, plan, window.last)
    if aim.accumulation is not Accumulation.CUMULATIVE or window.kind is WindowKind.SINCE_START:
        return at_end
    before = Fraction(0) if window.first <= aim.starts else expected(aim, plan, window.first + -1)
    return None if at_end is None or before is None else at_end - before


def _flow_window(aim: Aim, plan: Plan, window: Window) -> Fraction | None:
    """Add up the years: since the start, those that have a target; else all must have one."""
    total = Fraction(0)
    since_start = window.kind is WindowKind.SINCE_START
    for year in range(window.first.year, window.last.year + 1):
        until = min(window.last, Quarter(year, QUARTERS_A_YEAR))
        due = expected(aim, plan, until)
        if due is None and (not since_start or year == window.last.year):
            return None
        total += due or 0
    first = window.first
    if not since_start and first.number > 1:
        total -= expected(aim, plan, first + -1) or 0
    return total


def target_at(aim: Aim, plan: Plan, quarter: Quarter) -> Decimal | None:
    """Give the target aimed at in a quarter: a flow's of that year, else the next one."""
    if aim.accumulation is Accumulation.FLOW:
        return plan.targets.get(quarter.year)
    return plan.targets.get(min((year for year in plan.targets if year >= quarter.year), default=0))
