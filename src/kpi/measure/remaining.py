"""What is still to come of a year's target: arithmetic on what is there, no forecast."""

from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Better
from kpi.measure.model import Standing, Status
from kpi.measure.plan import ADDING, Aim, Plan
from kpi.quarter import QUARTERS_A_YEAR

#: Where nothing can be said: there is no figure, no target, or more returns may still come.
_SILENT = frozenset({Status.NO_DATA, Status.NO_TARGET, Status.PROVISIONAL})


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much is still to come, in the indicator's unit, in how many quarters, and how much came in each so far."""

    rest: Fraction
    quarters: int
    mean: Fraction


def remaining(aim: Aim, plan: Plan, found: Standing) -> Remaining | None:
    """Give what is still to come at the end of the window that was judged (`Standing.basis`), its last quarter q.

    rest = the target of q's year − actual; quarters = 4 − the number of q in its year; mean = actual ÷ the quarters of
    the window, from the programme's start on. The window is the year to date or, where targets are running totals, all
    since the start: so are actual and target.

    There is none of what does not add up over quarters or is better the lower; of a provisional or hidden figure (no
    actual); where the year has no target, it is reached, or the year is over.
    """
    last, target = found.basis.last, plan.targets.get(found.basis.last.year)
    if aim.accumulation not in ADDING or aim.better is not Better.HIGHER or found.status in _SILENT:
        return None
    if found.actual is None or target is None:
        return None
    rest, quarters = Fraction(target) - found.actual, QUARTERS_A_YEAR - last.number
    if rest <= 0 or quarters == 0:
        return None
    so_far = last.ordinal - max(found.basis.first, aim.starts).ordinal + 1
    return Remaining(rest, quarters, found.actual / so_far) if so_far > 0 else None
