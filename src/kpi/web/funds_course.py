"""The money over time: against its plan, by year, and contracted beside received."""

from collections.abc import Sequence

from kpi import breakdowns, figures
from kpi.framework.model import FundingPage
from kpi.language import pick, tr
from kpi.leveraged import Sums
from kpi.measure.needs import Question
from kpi.present import capital_charts, capital_said, capital_years, charts, charts_said, course, words
from kpi.present.capital import Money
from kpi.present.capital_charts import WHOLE, Stack
from kpi.present.capital_years import Yearly
from kpi.present.drawn import Drawn
from kpi.problems import N_
from kpi.quarter import Window
from kpi.web import asked, frame
from kpi.web.funds import Found, is_source, page
from kpi.web.funds_parted import hidden, lacking
from kpi.web.person import installation, language
from kpi.web.view import View


def over_time(looking: View, found: Found, within: Money) -> None:
    """Show how the sum came together against its plan, and each period's own by kind of capital."""
    framework, said, on = installation().framework, language(), page()
    beneath: list[str] = []
    if not looking.where:
        trend = asked.trend(looking, on.attracted)
        provisional = frozenset(each.window.last for each in trend if figures.is_provisional(framework, each))
        drawn = Drawn(framework, said, provisional)
        if any(each.standing.actual is not None for each in trend):
            title = charts_said.progress_title(drawn, trend)
            past = [one for one in trend if one.window.last <= looking.window.last]
            beneath = frame.hollow(past, provisional)
            frame.chart(
                charts.progress(drawn, trend),
                course.judged(drawn, title, trend),
                key=f"{on.attracted}-plan",
                alt=charts_said.summary(drawn, trend, judged=True),
                computed=list(capital_said.explained(within, on)),
                subject=frame.of_indicator(on.attracted),
                notes=beneath,
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
        notes = frame.hollow(stack.sums.whole.values(), {step.last for step in stack.provisional})
        frame.chart(
            chart,
            table,
            key=f"{on.attracted}-periods",
            alt=capital_charts.said(table),
            computed=list(capital_said.explained(within, on)),
            subject=frame.of_indicator(on.attracted),
            notes=notes,
        )
        beneath = [*beneath, *(one for one in notes if one not in beneath)]
    frame.legend(beneath)


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
    open_ = {step for step in steps if figures.is_provisional(framework, sums.whole[step])}
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
    frame.beneath(
        capital_years.years_data(within, yearly, on.leverage, tr(N_("By year"), said)),
        key="funding-years",
        computed=list(capital_said.explained(within, on)),
        drawing=capital_years.years(within, yearly, on.leverage),
        notes=[
            *words.begun(within.framework, found.years, said),
            tr(words.ROUNDED, said),
            *hidden([*found.attracted.whole.values()]),
        ],
        subject=within.label(on.attracted),
    )


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
        final = {one.window for several in past.values() for one in several if figures.is_provisional(framework, one)}
        table = capital_charts.cumulative_data(within, tr(N_("Added up since the start."), said), past, final)
        frame.chart(
            capital_charts.cumulative(within, past, names, final),
            table,
            key="funding-received",
            alt=capital_charts.said(table),
            computed=list(capital_said.explained(within, on)),
            subject=tr(N_("Contracted, and received of it"), said),
            notes=frame.hollow((one for several in past.values() for one in several), {one.last for one in final}),
        )
    made = None
    for by in (each for each in received.by if is_source(each)):
        if by in found.attracted.by and (by != on.capital or made is None):
            made = capital_years.beside(within, found.attracted, received, by) or made
    if made is not None and any(one.value is not None for one in received.whole.values()):
        how = list(capital_said.explained(within, on))
        frame.beneath(made[1], key="funding-beside", computed=how, drawing=made[0])
    lacking(received, within)
