"""The funding page's figures: asked, and shown part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi import breakdowns, figures
from kpi.framework.model import FundingPage
from kpi.language import pick, tr, whole
from kpi.leveraged import Sums, is_flow, since_start, with_since_start
from kpi.measure.model import WITHHELD, Measurement, State
from kpi.measure.needs import Question
from kpi.present import capital, capital_charts, capital_said, capital_years, charts, course
from kpi.present.capital import Money
from kpi.present.capital_charts import WHOLE, Stack
from kpi.present.capital_said import Head
from kpi.present.capital_years import Yearly
from kpi.present.html import el
from kpi.present.profile import withheld
from kpi.present.words import dimension, listed
from kpi.problems import N_
from kpi.quarter import Window
from kpi.web import asked, frame
from kpi.web.opened import today
from kpi.web.person import installation, language
from kpi.web.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """The sums of the page in every window that it shows; none of what the framework does not name.

    `since` stands among the windows of what adds up. `ratio` is the leverage since the start.
    """

    years: Sequence[Window]
    since: Window
    now: Measurement
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
    windows, earlier = list(dict.fromkeys([*years, looking.window])), asked.compared(looking)
    parts = {on.attracted: _dimensions(looking, on.attracted)}
    if on.received is not None:
        parts[on.received] = [each for each in _dimensions(looking, on.received) if _is_source(each)]
    if on.used is not None:
        parts[on.used] = [each for each in _dimensions(looking, on.used) if each not in parts[on.attracted]]
    questions = [
        Question(key, window, by=by, where=looking.where)
        for key, dimensions in parts.items()
        for window in windows
        for by in ((), *((each,) for each in dimensions))
    ]
    ratios = [Question(on.leverage, each, where=looking.where) for each in (*years, since)] if on.leverage else []
    earliest = [Question(on.attracted, earlier, where=looking.where)] if earlier else []
    answers = iter(asked.measured([*questions, *ratios, *earliest], provisional=looking.provisional))
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
    before = next(answers)[0] if earlier else None
    now = sums[on.attracted].whole[looking.window]
    return Found(
        years,
        since,
        now,
        sums[on.attracted],
        sums.get(on.received or ""),
        sums.get(on.used or ""),
        _told(leverage, since) if leverage else None,
        _ratio(leverage, years, since) if leverage else None,
        before,
    )


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


def _is_source(each: str) -> bool:
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
    return Head(yearly, first, found.now, [(row, parts.get(row.key)) for row in made], found.ratio, found.before)


def over_time(looking: View, found: Found, within: Money) -> None:
    """Show how the sum came together against its plan, and each period's own by kind of capital."""
    framework, said, on = installation().framework, language(), page()
    if not looking.where:
        trend = asked.trend(looking, on.attracted)
        provisional = frozenset(each.window.last for each in trend if figures.is_provisional(framework, each, today()))
        drawn = charts.Drawn(framework, said, provisional)
        if any(each.standing.actual is not None for each in trend):
            title = charts.progress_title(drawn, trend)
            frame.chart(
                charts.progress(drawn, trend),
                course.judged(drawn, title, trend),
                key=f"{on.attracted}-plan",
                alt=charts.summary(drawn, [each for each in trend if each.standing.actual is not None]),
                computed=list(capital_said.explained(within, on)),
            )
    steps = asked.course(looking)
    by = () if on.capital in looking.where or on.capital not in found.attracted.by else (on.capital,)
    answers = asked.measured(
        [Question(on.attracted, one, by=by, where=looking.where) for one in steps], provisional=looking.provisional
    )
    stack = _stack(on, steps, answers)
    if stack.names:
        text = N_("Contracted in each quarter") if len(steps[0]) == 1 else N_("Contracted in each year")
        table = capital_charts.by_capital_data(within, tr(text, said), stack)
        chart = capital_charts.by_capital(within, stack)
        frame.chart(chart, table, key=f"{on.attracted}-periods", alt=capital_charts.said(table))
    legend = N_("Hollow or hatched: provisional, because returns are missing or may still come. A gap: not reported.")
    st.html(el("p", tr(legend, said), class_="k-legend"))


def _stack(on: FundingPage, steps: Sequence[Window], answers: asked.Answers) -> Stack:
    """Put each period's kinds of capital upon each other: those of which there is anything."""
    framework, said = installation().framework, language()
    parts = {
        step: {one.slice[on.capital]: one for one in answer[1:]} for step, answer in zip(steps, answers, strict=True)
    }
    sums = Sums(
        on.attracted, {step: answer[0] for step, answer in zip(steps, answers, strict=True)}, {on.capital: parts}
    )
    names = {
        key: pick(one.label, said)
        for key, one in breakdowns.categories(framework, on.attracted, on.capital).items()
        if any(key in there and there[key].value for there in parts.values())
    }
    if not names and any(one.value for one in sums.whole.values()):
        sums, names = _undivided(sums), {WHOLE: tr(N_("contracted"), said)}
    open_ = {step for step in steps if figures.is_provisional(framework, sums.whole[step], today())}
    return Stack(sums, on.capital if on.capital in sums.by else WHOLE, names, steps, open_)


def _undivided(sums: Sums) -> Sums:
    """Take each period's sum for its only part, where the kinds of capital are not known."""
    return Sums(sums.key, sums.whole, {WHOLE: {window: {WHOLE: one} for window, one in sums.whole.items()}})


def by_year(found: Found) -> None:
    """Show the years and, last, all since the start: attracted, of which capital, received, and the leverage ratio."""
    on, said = page(), language()
    last = [found.since] if found.since in found.attracted.whole else []
    within = Money(installation().framework, said, [*found.years, *last])
    yearly = Yearly(found.attracted, on.capital, found.received, found.leverage)
    st.html(capital_years.years(within, yearly, on.leverage))
    _hidden([*found.attracted.whole.values()])
    table = capital_years.years_data(within, yearly, on.leverage, tr(N_("By year"), said))
    frame.beneath(table, key="funding-years", computed=list(capital_said.explained(within, on)))


def by_source(found: Found, within: Money) -> None:
    """Show where the money comes from, by source under its kind of capital."""
    on, said = page(), language()
    how = list(capital_said.explained(within, on))
    finer = [each for each in found.attracted.by if _is_source(each) and each != on.capital]
    for by in finer or [each for each in found.attracted.by if each == on.capital]:
        above = on.capital if by != on.capital else None
        rows = capital.rows(within, found.attracted, by, above)
        if not capital.says_something(within, rows):
            continue
        st.html(capital.spread(within, found.attracted, by, rows, wide=True))
        _hidden([one for row in rows for one in row.found.values()])
        name = tr(N_("Where the money comes from"), said)
        frame.beneath(
            capital.spread_data(within, name, [(found.attracted, by, rows)]), key=f"funding-{by}", computed=how
        )
    _closed(found.attracted, within)


def what_for(looking: View, found: Found, within: Money) -> None:
    """Show the other dimensions: since the start, and in the period looked at."""
    filters = installation().framework.programme.filters
    others = sorted(
        (each for each in found.attracted.by if not _is_source(each)),
        key=lambda each: filters.index(each) if each in filters else len(filters),
    )
    _grid(looking, found.attracted, others, within, key="funding-others")


def used(looking: View, found: Found, within: Money) -> None:
    """Show the resources used, apart from all that was attracted."""
    if found.used is not None:
        dimensions = list(found.used.by)
        first = found.used.whole.get(within.columns[0])
        st.html(el("p", _apart(within, found.used.key, first), class_="k-note"))
        _grid(looking, found.used, dimensions, within, key="funding-used")


def _apart(within: Money, key: str, first: Measurement | None) -> str:
    text = N_("{indicator}, {window}: {value}. It stands apart and is never added to what was attracted.")
    return whole(text, language(), indicator=within.label(key), window=_inside(within), value=within.plain(first))


def _inside(within: Money) -> str:
    name = within.when(within.columns[0])
    return name[:1].lower() + name[1:]


def _grid(looking: View, sums: Sums, dimensions: Sequence[str], within: Money, *, key: str) -> None:
    """Show dimensions beside each other: since the start, and in the period looked at."""
    columns = list(dict.fromkeys([within.columns[0], looking.window]))
    narrow = Money(within.framework, within.language, columns)
    shown = [(each, capital.rows(narrow, sums, each)) for each in dimensions]
    there = [(each, rows) for each, rows in shown if capital.says_something(narrow, rows)]
    if there:
        tables = [el("div", capital.spread(narrow, sums, each, rows, wide=False)) for each, rows in there]
        st.html(el("div", *tables, class_="k-grid"))
        _hidden([one for _, rows in there for row in rows for one in row.found.values()])
        wide = [(sums, each, capital.rows(within, sums, each)) for each, _ in there]
        how = list(capital_said.explained(within, page()))
        frame.beneath(capital.spread_data(within, within.label(sums.key), wide), key=key, computed=how)
    _closed(sums, within, among=dimensions)
    _lacking(sums, within)


def _lacking(sums: Sums, within: Money) -> None:
    lacking = next((one for one in sums.whole.values() if one.state is State.NOT_COLLECTED), None)
    if lacking is not None:
        st.html(el("p", f"{within.label(sums.key)}: {within.plain(lacking)}", class_="k-legend"))


def _closed(sums: Sums, within: Money, among: Sequence[str] | None = None) -> None:
    """Say which breakdowns are not published."""
    secret = [
        each
        for each, windows in sums.by.items()
        if among is None or each in among
        if (met := [one for parts in windows.values() for one in parts.values()])
        and all(one.state is State.NOT_PUBLISHED for one in met)
    ]
    if secret and any(one.state is not State.NOT_PUBLISHED for one in sums.whole.values()):
        names = listed([dimension(within.framework, each, within.language) for each in secret], within.language)
        text = N_("Together with the filter chosen above, these breakdowns are not published: {names}.")
        st.html(el("p", whole(text, within.language, names=names), class_="k-legend"))


def _hidden(shown: Sequence[Measurement]) -> None:
    if any(each.state in WITHHELD - {State.NOT_PUBLISHED} for each in shown):
        st.html(el("p", withheld(installation().framework, language()), class_="k-legend"))


def contracted_and_received(looking: View, found: Found, within: Money) -> None:
    """Show what was contracted beside what has arrived: over time and by source."""
    on, said, received = page(), language(), found.received
    if received is None:
        return
    framework = installation().framework
    past = {
        key: [one for one in asked.trend(looking, key) if one.window.last <= looking.window.last]
        for key in (on.attracted, received.key)
    }
    together = all(one.standing.basis.kind is found.since.kind for several in past.values() for one in several)
    if not looking.where and together and any(one.standing.actual is not None for one in past[received.key]):
        names = {on.attracted: tr(N_("contracted"), said), received.key: tr(N_("received"), said)}
        final = {
            one.window
            for several in past.values()
            for one in several
            if figures.is_provisional(framework, one, today())
        }
        table = capital_charts.cumulative_data(within, tr(N_("Added up since the start."), said), past, final)
        frame.chart(
            capital_charts.cumulative(within, past, names, final),
            table,
            key="funding-received",
            alt=capital_charts.said(table),
        )
    made = None
    for by in (each for each in received.by if _is_source(each)):
        if by in found.attracted.by and (by != on.capital or made is None):
            made = capital_years.beside(within, found.attracted, received, by) or made
    if made is not None and any(one.value is not None for one in received.whole.values()):
        st.html(made[0])
        frame.beneath(made[1], key="funding-beside", computed=list(capital_said.explained(within, on)))
    _lacking(received, within)
