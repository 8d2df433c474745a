"""How a figure stands against where it should stand: the verdict, in the order of the rules.

First come the reasons for no verdict (no data, no target, provisional, too few, nothing due yet), then the
verdict itself: the direction, the maintain test, the cuts. All in exact fractions.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kpi.framework.model import Better, Framework, UnitKind
from kpi.measure.disaggregation import Share
from kpi.measure.model import Coverage, Measurement, Standing, Status
from kpi.measure.plan import ADDING, Accumulation, Aim, Plan, aim_of, expected, target_at
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window


def standing(  # noqa: PLR0913 (a verdict rests on all of these)
    aim: Aim,
    plan: Plan,
    basis: Window,
    *,
    actual: Fraction | None,
    n: Fraction | None = None,
    coverages: Sequence[Coverage] = (),
    complete: bool = True,
    today: date | None = None,
) -> Standing:
    """Judge a value against its plan at the end of a window.

    `actual` is the value over `basis`, None where there is none. `n` is what a mean or ratio rests on.
    Any of `coverages` below the rule makes the figure provisional, as does a due date that is not past by `today`,
    and a window that ends between two due quarters (not `complete`).
    """
    quarter = basis.last
    due = expected(aim, plan, quarter)
    facts = Standing(
        Status.NO_DATA,
        basis,
        actual=actual,
        expected=due,
        target=target_at(aim, plan, quarter),
        baseline=plan.baseline.value if plan.baseline else None,
    )
    if actual is None:
        return facts
    if due is None:
        return replace(facts, status=Status.NO_TARGET)
    lacking = any(each.share is not None and each.share < aim.rules.coverage for each in coverages)
    if lacking or not complete or (today is not None and today <= quarter.due(aim.rules.due_days)):
        return replace(facts, status=Status.PROVISIONAL)
    if aim.accumulation in {Accumulation.MEAN, Accumulation.RATIO} and (n or 0) < aim.judge_from:
        return replace(facts, status=Status.TOO_FEW)
    return _judged(aim, plan, facts, actual, due)


def is_provisional(framework: Framework, found: Measurement) -> bool:
    """Tell whether too few returns are in, or may still come in, for a figure to be final."""
    share = found.coverage.share
    return found.running or (share is not None and share < framework.rules.coverage)


def _judged(aim: Aim, plan: Plan, facts: Standing, actual: Fraction, due: Fraction) -> Standing:
    """Give the verdict on a value for which there is one."""
    short = due - actual if aim.better is Better.HIGHER else actual - due
    reached = _reached(aim, plan, facts.basis.last, actual)
    if aim.accumulation not in ADDING and plan.baseline is not None:
        planned = due - Fraction(plan.baseline.value)
        against = planned < 0 if aim.better is Better.HIGHER else planned > 0
        tolerance = Fraction(aim.tolerance or 0)
        if against or abs(planned) <= tolerance:
            status = _maintained(short, tolerance)
            if reached and short <= 0 and not against:
                status = Status.ACHIEVED
            return replace(facts, status=status, maintained=True)
    achievement = _achievement(aim, plan, actual, due)
    if reached:
        status = Status.ACHIEVED
    elif achievement is None:
        status = _without_achievement(actual, due, short)
    else:
        status = _cut(aim, achievement, short)
    above = (
        achievement is not None
        and achievement > Fraction(aim.rules.cuts.above_plan)
        and status in {Status.ACHIEVED, Status.ON_TRACK}
    )
    return replace(facts, status=status, achievement=achievement, above_plan=above)


def _reached(aim: Aim, plan: Plan, quarter: Quarter, actual: Fraction) -> bool:
    """Tell whether the target is reached: of what adds up to it, at any time; of the rest at its year's end."""
    target = target_at(aim, plan, quarter)
    if target is None:
        return False
    if aim.accumulation in ADDING and aim.better is Better.HIGHER:
        return actual >= target > 0
    if quarter.number != QUARTERS_A_YEAR or quarter.year not in plan.targets:
        return False
    if aim.better is Better.LOWER:
        # Where nothing was to come and nothing came, nothing was due.
        return actual <= target and not (aim.accumulation in ADDING and target == 0)
    return actual >= target


def _maintained(short: Fraction, tolerance: Fraction) -> Status:
    if short <= tolerance:
        return Status.ON_TRACK
    return Status.AT_RISK if short <= 2 * tolerance else Status.OFF_TRACK


def _achievement(aim: Aim, plan: Plan, actual: Fraction, due: Fraction) -> Fraction | None:
    """Give how much of what is expected is there; none where that cannot be divided."""
    if aim.accumulation not in ADDING and plan.baseline is not None:
        # The maintain test has taken every path that does not leave the baseline.
        start = Fraction(plan.baseline.value)
        return (actual - start) / (due - start)
    if due <= 0:
        return None
    if aim.better is Better.HIGHER:
        return actual / due
    return due / actual if actual > 0 else None


def _without_achievement(actual: Fraction, due: Fraction, short: Fraction) -> Status:
    if due == 0 and actual == 0:
        return Status.NOTHING_DUE
    return Status.ON_TRACK if short <= 0 else Status.OFF_TRACK


def _cut(aim: Aim, achievement: Fraction, short: Fraction) -> Status:
    if short <= 0 or achievement >= Fraction(aim.rules.cuts.on_track):
        return Status.ON_TRACK
    return Status.AT_RISK if achievement >= Fraction(aim.rules.cuts.at_risk) else Status.OFF_TRACK


def share_standing(  # noqa: PLR0913 (a verdict rests on all of these)
    framework: Framework,
    indicator_key: str,
    dimension: str,
    category: str,
    *,
    share: Share,
    basis: Window,
    coverages: Sequence[Coverage] = (),
    today: date | None = None,
) -> Standing:
    """Judge a category's share of those stated against the indicator's `share_targets`.

    `share` is that of `basis`, the indicator's `kpi.measure.plan.basis_window`. Where too many are not stated, there is
    no verdict: *too few to judge*.
    """
    targets = framework.indicators[indicator_key].share_targets.get(dimension, {}).get(category, {})
    aim = replace(
        aim_of(framework, indicator_key),
        accumulation=Accumulation.RATIO,
        better=Better.HIGHER,
        unit=UnitKind.SHARE,
        tolerance=None,
        phasing=None,
    )
    plan = Plan(None, targets)
    found = standing(aim, plan, basis, actual=share.share, n=share.stated, coverages=coverages, today=today)
    if share.judged or found.status in {Status.NO_DATA, Status.NO_TARGET, Status.PROVISIONAL}:
        return found
    return replace(found, status=Status.TOO_FEW, achievement=None, above_plan=False)
