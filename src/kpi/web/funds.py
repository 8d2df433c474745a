"""The funding page's figures: all of them asked at once; shown by `funds_parted`, `funds_course`, `funds_listed`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi import breakdowns
from kpi.framework.model import FundingPage
from kpi.leveraged import Sums, is_flow, since_start, with_since_start
from kpi.measure.model import Measurement, Standing, State
from kpi.measure.needs import Question
from kpi.present import capital
from kpi.present.capital import Money
from kpi.present.capital_said import Head
from kpi.present.capital_years import Yearly
from kpi.quarter import Window
from kpi.web import asked
from kpi.web.person import installation, language
from kpi.web.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """The sums of the page in every window that it shows; none of what the framework does not name.

    `since` stands among the windows of what adds up. `standing` is that of what was attracted since the start, `ratio`
    the leverage since then.
    """

    years: Sequence[Window]
    since: Window
    now: Measurement
    standing: Standing
    attracted: Sums
    received: Sums | None
    used: Sums | None
    leverage: Mapping[Window, Measurement] | None
    ratio: Measurement | None
    before: Measurement | None


def page() -> FundingPage:
    """Give what the page rests on; nobody comes here without."""
    found = installation().framework.pages.funding
    if found is None:
        st.stop()
    return found


def gathered(looking: View) -> Found:
    """Ask for everything that the page shows, in the period looked at, by year and since the start."""
    framework, on = installation().framework, page()
    years, since = asked.years(looking), since_start(framework, looking.window.last)
    windows, earlier = list(dict.fromkeys([*years, looking.window])), looking.earlier
    parts = {on.attracted: _dimensions(looking, on.attracted)}
    if on.received is not None:
        parts[on.received] = [each for each in _dimensions(looking, on.received) if is_source(each)]
    if on.used is not None:
        parts[on.used] = [each for each in _dimensions(looking, on.used) if each not in parts[on.attracted]]
    questions = [
        Question(key, window, by=by, where=looking.where)
        for key, dimensions in parts.items()
        for window in windows
        for by in ((), *((each,) for each in dimensions))
    ]
    ratios = [Question(on.leverage, each, where=looking.where) for each in (*years, since)] if on.leverage else []
    beside = [Question(on.attracted, each, where=looking.where) for each in (since, earlier) if each]
    answers = iter(asked.measured([*questions, *ratios, *beside], provisional=looking.provisional))
    sums: dict[str, Sums] = {}
    for key, dimensions in parts.items():
        whole_: dict[Window, Measurement] = {}
        by: dict[str, dict[Window, dict[str, Measurement]]] = {each: {} for each in dimensions}
        for window in windows:
            whole_[window] = next(answers)[0]
            for each in dimensions:
                by[each][window] = {one.slice[each]: one for one in next(answers)[1:]}
        made = Sums(key, whole_, by)
        sums[key] = with_since_start(made, years, since) if is_flow(framework, key) else made
    leverage = {each: next(answers)[0] for each in (*years, since)} if on.leverage else None
    judged, now = next(answers)[0], sums[on.attracted].whole[looking.window]
    before = next(answers)[0] if earlier else None
    return Found(
        years,
        since,
        now,
        # Where the sum since the start is not published by itself, the last year was judged on it.
        (now if judged.state is State.NOT_PUBLISHED else judged).standing,
        sums[on.attracted],
        sums.get(on.received or ""),
        sums.get(on.used or ""),
        _told(leverage, since) if leverage else None,
        _ratio(leverage, years, since) if leverage else None,
        before,
    )


def is_empty(found: Found) -> bool:
    """Tell whether nothing was reported of any of the sums, in any of the windows."""
    sums = [one for one in (found.attracted, found.received, found.used) if one is not None]
    return all(each.state is State.MISSING for one in sums for each in one.whole.values())


def _ratio(leverage: Mapping[Window, Measurement], years: Sequence[Window], since: Window) -> Measurement:
    """Give the ratio since the start or, where that is not published, the last year's, which was judged on it."""
    return leverage[years[-1]] if leverage[since].state is State.NOT_PUBLISHED else leverage[since]


def _told(leverage: Mapping[Window, Measurement], since: Window) -> Mapping[Window, Measurement]:
    """Where the ratio since the start is not published by itself, give what the last year was judged on: the same."""
    last, whole_ = list(leverage.values())[-2:]
    reached = last.standing.actual
    if whole_.state is not State.NOT_PUBLISHED or reached is None or last.standing.basis.kind is not since.kind:
        return leverage
    told = replace(last, window=since, state=State.VALUE, value=reached, numerator=None, denominator=None)
    return {**leverage, since: told}


def _dimensions(looking: View, key: str) -> list[str]:
    return [each for each in breakdowns.dimensions(installation().framework, key) if each not in looking.where]


def is_source(each: str) -> bool:
    """Tell whether a dimension says of which capital money is: itself, or what rolls up to it."""
    framework = installation().framework
    return each == page().capital or (each in framework.dimensions and page().capital in framework.above(each))


def money(found: Found, looking: View) -> Money:
    """Give what the tables of breakdowns are made within: since the start first, then the years, then the period."""
    first = [found.since] if found.since in found.attracted.whole else []
    return Money(installation().framework, language(), list(dict.fromkeys([*first, *found.years, looking.window])))


def head(found: Found, within: Money) -> Head:
    """Give what stands at the head of the page."""
    on, first = page(), within.columns[0]
    made = [row for row in capital.rows(within, found.attracted, on.capital) if first in row.found]
    parts = capital.shares(within, found.attracted, on.capital, made)
    yearly = Yearly(found.attracted, on.capital, found.received, found.leverage)
    shared = [(row, parts.get(row.key)) for row in made]
    return Head(yearly, first, found.now, found.standing, shared, found.ratio, found.before)
