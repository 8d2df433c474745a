"""What was attracted from others: sums of money by year and since the start, whole and in their parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.framework.model import FormTime, Framework
from kpi.measure.model import WITHHELD, Measurement, State
from kpi.quarter import Quarter, Window
from kpi.splits import adds_up


@dataclass(frozen=True, slots=True)
class Sums:
    """An indicator in several windows: the whole and, by dimension, each category."""

    key: str
    whole: Mapping[Window, Measurement]
    by: Mapping[str, Mapping[Window, Mapping[str, Measurement]]] = field(default_factory=dict)

    def part(self, dimension: str, category: str, window: Window) -> Measurement | None:
        """Give one category in one window."""
        return self.by.get(dimension, {}).get(window, {}).get(category)


def since_start(framework: Framework, last: Quarter) -> Window:
    """Give the window from the programme's start to a quarter's end."""
    return Window.since(min(framework.programme.starts, last), last)


def is_flow(framework: Framework, indicator: str) -> bool:
    """Tell whether an indicator's windows add up."""
    forms = framework.indicators[indicator].forms
    return adds_up(framework, indicator) and all(framework.forms[form].time is FormTime.FLOW for form in forms)


def added_up(found: Sequence[Measurement], window: Window) -> Measurement:
    """Add up a flow's windows, which follow each other, to one; withheld where one of them is.

    What is published by year is so known since the start as well, and to no one more than from the years themselves.
    """
    last = found[-1]
    known = [each for each in found if each.value is not None]
    state = State.VALUE if known else last.state
    if any(each.state in WITHHELD for each in found):
        hidden = next(each.state for each in found if each.state in WITHHELD)
        state = hidden if hidden is State.NOT_PUBLISHED else State.HIDDEN
    if state is not State.VALUE:
        return replace(last, window=window, state=state, value=None, numerator=None, n=None)
    total = sum((each.value for each in known if each.value is not None), Fraction(0))
    n = sum((each.n for each in known if each.n is not None), Fraction(0))
    return replace(last, window=window, state=state, value=total, numerator=total, n=n)


def with_since_start(sums: Sums, years: Sequence[Window], since: Window) -> Sums:
    """Add the window since the start to the sums of a flow: the years added up."""
    whole = {**sums.whole, since: added_up([sums.whole[year] for year in years], since)}
    by: dict[str, Mapping[Window, Mapping[str, Measurement]]] = {}
    for dimension, windows in sums.by.items():
        categories = dict.fromkeys(key for year in years for key in windows[year])
        together = {
            key: added_up([windows[year][key] for year in years if key in windows[year]], since) for key in categories
        }
        by[dimension] = {**windows, since: together}
    return replace(sums, whole=whole, by=by)
