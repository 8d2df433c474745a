"""What is still to come of a year's target, in a sentence beneath it."""

from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import Framework
from kpi.language import whole
from kpi.measure.model import Measurement
from kpi.measure.remaining import remaining
from kpi.present.words import between, of, with_unit
from kpi.problems import N_


def sentence(framework: Framework, found: Measurement, language: str) -> str | None:
    """Say how much is still to come in how many quarters, and how much came in each so far; nothing where none is.

    The rest is that of the numbers shown, so that whoever subtracts finds the same.
    """
    key, standing = found.indicator, found.standing
    aim, plan = breakdowns.aim(framework, key, found.window.last)
    there = remaining(aim, plan, standing)
    if there is None or standing.actual is None or standing.target is None:
        return None
    text = N_("Still to come: {rest} in {count} quarters; so far {mean} a quarter on average")
    if there.quarters == 1:
        text = N_("Still to come: {rest} in one quarter; so far {mean} a quarter on average")
    rest = between(framework, key, Fraction(standing.target), standing.actual)
    return whole(
        text,
        language,
        rest=with_unit(framework, key, rest, language),
        count=there.quarters,
        mean=of(framework, key, there.mean, language),
    )
