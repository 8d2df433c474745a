"""The parts of an indicator's page that are more than one drawing."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from kpi import breakdowns
from kpi.access import Deed
from kpi.figures import Contribution, StoredReturn
from kpi.follow_up import StoredNote
from kpi.language import pick, quarter_name, tr, whole
from kpi.measure.model import ORGANISATION, RATING, Organisation
from kpi.present import arithmetic, charts, course, profile
from kpi.present.html import Html, el, join
from kpi.present.marks import mark
from kpi.present.sources import in_order, organisation, returns_table, rows_table
from kpi.present.words import change, is_due, period
from kpi.problems import N_
from kpi.web import asked, frame
from kpi.web.person import allowed, installation, language, may_see_rows, now
from kpi.web.view import View


def provisional_note(view: View) -> None:
    """Mark the page where returns count that nobody has approved."""
    if view.provisional:
        text = tr(N_("Preliminary: returns that are submitted and not yet approved count too."), language())
        st.html(el("div", text, class_="k-provisional", role="note"))


def over_time(found: asked.Profile, notes: Sequence[StoredNote] = ()) -> None:
    """Show the standing at each quarter's end and, where that is another thing, each quarter's own value.

    Notes are marked on the first chart by their numbers.
    """
    framework, said = installation().framework, language()
    past = [each for each in found.trend if each.window.last <= found.now.window.last and is_due(each)]
    drawn = charts.Drawn(framework, said, found.provisional)
    judged = any(each.standing.expected is not None or each.standing.actual is not None for each in found.trend)
    own = any(each.value is not None and len(each.window) == 1 for each in past)
    differs = any(each.value is not None and each.value != each.standing.actual for each in past)
    if not judged and not own:
        st.html(el("p", tr(N_("No values in this time."), said), class_="k-note"))
        return
    if judged:
        title = charts.progress_title(drawn, found.trend)
        chart = charts.progress(drawn, found.trend)
        mark(chart, notes, [each.window.last for each in found.trend], said)
        frame.chart(
            chart,
            course.judged(drawn, title, found.trend),
            key=f"{found.now.indicator}-progress",
            alt=charts.summary(drawn, past),
        )
    if own and differs:
        title = charts.own_title(drawn, past)
        chart = charts.by_quarter(drawn, past)
        if not judged:
            mark(chart, notes, [each.window.last for each in past], said)
        frame.chart(
            chart,
            course.own(drawn, title, past),
            key=f"{found.now.indicator}-quarters",
            alt=charts.summary(drawn, past),
        )
    legend = N_("Hollow or hatched: provisional, because returns are missing or may still come. A gap: not reported.")
    st.html(el("p", tr(legend, said), class_="k-legend"))


def like_for_like(view: View, key: str) -> None:
    """Say how a position changed among the organisations that stand in it both times."""
    framework, said = installation().framework, language()
    earlier, compared = asked.like_for_like(view, key)
    if earlier is None or compared is None:
        return
    text = whole(
        N_("Among the same organisations ({count}): {change} against {window}."),
        said,
        count=compared.organisations,
        change=change(framework, key, compared.after, compared.before, said),
        window=period(earlier, said),
    )
    st.html(el("p", text, class_="k-note"))


def broken_down(key: str, found: asked.Profile) -> None:
    """Show the indicator by every dimension that says something, by rating and by organisation."""
    framework, said = installation().framework, language()
    shown: list[Html | None] = []
    for dimension, slices in found.by.items():
        if dimension == RATING:
            shown.append(profile.distribution(framework, key, slices, said))
        elif dimension != ORGANISATION:
            shown.append(profile.breakdown(framework, key, dimension, slices, said))
    shown.append(profile.organisations(framework, key, found.by[ORGANISATION], _names(), said))
    tables = [table for table in shown if table is not None]
    if not tables:
        st.html(el("p", tr(N_("There is nothing to break down in this period."), said), class_="k-note"))
        return
    st.html(el("div", *(el("div", table) for table in tables), class_="k-grid"))
    if framework.indicators[key].double_counting:
        text = N_("The same person can be counted more than once: these are participations, not different people.")
        st.html(el("p", tr(text, said), class_="k-note"))


def computed(found: asked.Profile) -> None:
    """Show the arithmetic in words."""
    framework, said = installation().framework, language()
    aim, plan = breakdowns.aim(framework, found.now.indicator, found.now.window.last)
    steps = [
        *arithmetic.measured(framework, found.now, said),
        *arithmetic.judged(framework, found.now, aim, plan, said),
    ]
    st.html(el("ol", *(el("li", step) for step in steps), class_="k-computed"))


def sources(view: View, key: str) -> None:
    """Show the returns behind the figure, and the rows of a chosen one."""
    framework, said = installation().framework, language()
    found, files = asked.sources(view, key)
    if not found:
        st.html(el("p", tr(N_("No return adds to this figure."), said), class_="k-note"))
        return
    names = _names()
    counted = whole(N_("Returns that this figure is made of: {count}"), said, count=len(found))
    with st.expander(counted, expanded=len(found) <= _FEW):
        st.html(returns_table(framework, key, found, names=names, files=files, language=said))
    open_to = [one for one in in_order(found, names, said) if may_see_rows(one.source.organisation)]
    if not open_to:
        return
    chosen = st.selectbox(
        tr(N_("Show the rows of a return"), said),
        open_to,
        index=None,
        format_func=lambda one: _return_name(names, one, said),
        placeholder=tr(N_("Choose a return"), said),
        key="pick.return",
    )
    if chosen is not None:
        _rows(view, key, chosen)


_FEW = 12


def _rows(view: View, key: str, chosen: Contribution) -> None:
    framework, said = installation().framework, language()
    source = chosen.source
    _behind(source)
    there = asked.rows(view, source.organisation, source.quarter)
    for form in breakdowns.forms(framework, key):
        columns = rows_table(framework, form, source.quarter, there, said)
        st.html(el("h3", pick(framework.forms[form].label, said)))
        if not any(columns.values()):
            st.html(el("p", tr(N_("This return has no rows in this form."), said), class_="k-note"))
            continue
        st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch")


def _behind(source: StoredReturn) -> None:
    """Lead to what was done to a return, and to its review: whoever may see these."""
    said = language()
    whose = {"lang": said, "org": source.organisation, "quarter": str(source.quarter)}
    ways = []
    if allowed(Deed.REVIEW):
        ways.append(
            el("a", tr(N_("The return as it was reviewed"), said), href=f"review?return={source.id}&lang={said}")
        )
    if allowed(Deed.READ_LOG):
        ways.append(el("a", tr(N_("What was done to it, and by whom"), said), href=f"log?{urlencode(whose)}"))
    if ways:
        st.html(el("p", join(*(join(way, " ") for way in ways)), class_="k-note"))


def _return_name(names: Mapping[str, Organisation], one: Contribution, said: str) -> str:
    return f"{quarter_name(one.source.quarter, said)} · {organisation(names, one.source.organisation, said)}"


def _names() -> dict[str, Organisation]:
    return {one.code: one for one in now().organisations}
