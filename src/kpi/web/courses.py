"""The course of each category of a breakdown: small drawings on one scale, made when somebody asks for them.

=========  =====================================================================
parameter  value
=========  =====================================================================
over       the dimension by whose categories courses are shown; or ``@organisation``
=========  =====================================================================
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from kpi import breakdowns
from kpi.figures import is_provisional
from kpi.language import pick, quarter_short, tr, whole
from kpi.measure.model import ORGANISATION, WITHHELD, Measurement, Organisation
from kpi.measure.needs import Question
from kpi.measure.values import allowed
from kpi.present import multiples
from kpi.present.drawn import Drawn
from kpi.present.html import el
from kpi.present.profile import by_itself, category
from kpi.present.sources import organisation
from kpi.present.withheld import withheld
from kpi.present.words import begun, dimension, is_due, listed, of, period, title
from kpi.problems import N_, Problem
from kpi.quarter import Quarter, Window
from kpi.script import alphabetical
from kpi.web import address, asked, frame
from kpi.web.person import installation, language
from kpi.web.pickers import choice
from kpi.web.view import NOT_KNOWN, View

_NONE = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What a drawing of courses is called: its heading and files; how its figures were made; what is to be known."""

    heading: str
    key: str
    computed: Sequence[str]
    subject: str = ""
    notes: Sequence[str] = ()


def keep(looking: View, problems: list[Problem]) -> Mapping[str, str]:
    """Put the view and the courses that are shown into the address; give what links to other pages carry on."""
    params, over = looking.params(language()), address.params().get("over", _NONE)
    if over and over not in {*installation().framework.dimensions, ORGANISATION}:
        problems.append(NOT_KNOWN.at(found=over))
        over = _NONE
    address.write({**params, **({"over": over} if over else {})})
    return params


def chosen(key: str, offered: Mapping[str, str]) -> str | None:
    """Let the reader choose by which dimension courses are shown; give it, none where none is chosen."""
    said, over = language(), address.params().get("over", _NONE)
    if over and over not in offered:
        text = N_("“{indicator}” has no breakdown by {dimension} here whose course could be shown.")
        framework = installation().framework
        name, by = pick(framework.indicators[key].label, said), dimension(framework, over, said)
        st.html(el("p", whole(text, said, indicator=name, dimension=by), class_="k-note"))
        over = _NONE
    names = {_NONE: tr(N_("In this period only"), said), **offered}
    choice("over", tr(N_("Each category over time"), said), list(names), over, names.__getitem__, width=320)
    return over or None


def of_indicator(view: View, key: str, by: str, names: Mapping[str, Organisation]) -> None:
    """Show the course of an indicator in each category of a dimension, from the start to the end of the window."""
    framework, said = installation().framework, language()
    indicator, windows = framework.indicators[key], asked.course(view)
    if not all(allowed(indicator, window) for window in windows):
        windows = asked.years(view)
    questions = [Question(key, window, by=(by,), where=view.where) for window in windows]
    answers = asked.measured(questions, provisional=view.provisional)
    found = [each for each in answers if is_due(each[0])]
    slices = multiples.gathered(found, by)
    known = breakdowns.categories(framework, key, by) if by != ORGANISATION else {}
    order = [*(one for one in known if one in slices), *sorted(slices.keys() - known.keys())]
    called = {one: category(known, one, said) for one in order}
    if by == ORGANISATION:
        called = {one: organisation(names, one, said) for one in order}
        order.sort(key=lambda one: alphabetical(called[one], said))
    drawn = [
        multiples.Course(called[one], slices[one])
        for one in order
        if any(each.value or each.state in WITHHELD for each in slices[one])
    ]
    if len(found) <= 1 or not drawn:
        st.html(el("p", tr(N_("There is no course to show: nothing in more than one period."), said), class_="k-note"))
        return
    parted = title(dimension(framework, by, said))
    heading = whole(N_("{dimension}: each over time, all on one scale"), said, dimension=parted)
    how = tr(N_("Each figure is of its own period and category, by the indicator's definition."), said)
    subject = frame.of_indicator(key)
    gone = left([names[one] for one in order if one in names], view.window.last) if by == ORGANISATION else []
    named = Named(heading, f"{key}-{by}-over-time", [how, by_itself(framework, key, said)], subject, gone)
    shown(named, drawn, [each[0] for each in found])


def shown(named: Named, courses: Sequence[multiples.Course], wholes: Sequence[Measurement]) -> None:
    """Draw courses beside each other; `wholes` are the whole figures of their windows."""
    framework, said = installation().framework, language()
    provisional = frozenset(each.window.last for each in wholes if is_provisional(framework, each))
    on = Drawn(framework, said, provisional)
    drawn, empty = multiples.apart(courses)
    last = {one.name: one.found[-1] for one in courses}
    alt = "; ".join(f"{name}: {of(framework, one.indicator, one.value, said)}" for name, one in last.items())
    windows = [each.window for each in wholes]
    hidden = any(one.state in WITHHELD for course in courses for one in course.found)
    every = [one for course in courses for one in course.found if not hidden or one.value is not None]
    notes = [*_told(windows), *frame.hollow(every, provisional), *(_hidden(courses) if hidden else [])]
    frame.chart(
        multiples.drawn(on, drawn),
        multiples.table(on, courses, named.heading),
        key=named.key,
        alt=f"{named.heading}, {_span(windows, said)}. {alt}",
        computed=named.computed,
        subject=named.subject,
        notes=[*notes, *named.notes],
    )
    if empty:
        names = listed([one.name for one in empty], said)
        st.html(el("p", whole(N_("Nothing in any of these periods: {names}."), said, names=names), class_="k-legend"))
    frame.legend([*notes, *named.notes])


def left(several: Sequence[Organisation], last: Quarter) -> list[str]:
    """Name the organisations that no longer take part at a quarter's end, each with its last quarter."""
    said = language()
    names = [
        f"{pick(one.name, said)} ({quarter_short(one.active_until, said)})"
        for one in several
        if one.active_until is not None and one.active_until < last
    ]
    text = N_("No longer taking part, with the last quarter of each: {names}.")
    return [whole(text, said, names="; ".join(names))] if names else []


def _told(windows: Sequence[Window]) -> list[str]:
    """Say of which window the number beside each name is, and which years are no whole ones."""
    framework, said = installation().framework, language()
    last = title(period(windows[-1], said))
    text = N_("The number beside each name: {window}.")
    if windows[-1].unfinished and len(windows[0]) > 1:
        text = N_("The number beside each name: {window}; that year is not over.")
    return [whole(text, said, window=last), *begun(framework, windows, said)]


def _hidden(courses: Sequence[multiples.Course]) -> list[str]:
    framework, said = installation().framework, language()
    gap = tr(N_("A gap: hidden, or not reported; the table says which."), said)
    return [" ".join([gap, *withheld(framework, (one for course in courses for one in course.found), said)])]


def _span(windows: Sequence[Window], said: str) -> str:
    return f"{period(windows[0], said)} – {period(windows[-1], said)}"
