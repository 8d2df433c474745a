"""Which regions are best and which worst served: on a map, in order, over time."""

import streamlit as st

from kpi.language import pick, tr
from kpi.measure.model import State
from kpi.present import findings, gaps
from kpi.present.html import el
from kpi.present.words import period, state, title
from kpi.problems import N_
from kpi.web import regional, regional_counted, regional_parts, sections, states, tab
from kpi.web.looking import view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar, indicator_picker

looking, problems = view()
framework, said = installation().framework, language()
page = framework.pages.regions
look = regional.looked(looking, page, problems) if page is not None else None
st.html(el("h1", tr(N_("Which regions are served best, and which worst?"), said), class_="k-title"))
if look is None:
    states.stopped(tr(N_("No indicator is collected by these areas."), said))
    st.stop()
regional.keep(look)
name = pick(framework.indicators[look.indicator].label, said)
tab.name(f"{look.indicator} {name}", tr(N_("Regions"), said))
indicator_picker(look.view, look.keys)
filter_bar(look.view)
regional.pickers(look)
states.begun(problems)
regional_parts.unusable(look)
sections.provisional_note(look.view)

total, *slices = regional.answers(look, [look.view], [look.indicator], look.dimension)[0]
st.html(el("h2", name, ", ", title(period(look.view.window, said))))
if total.state is State.NOT_COLLECTED or not slices:
    st.html(el("p", title(state(total, framework, said)), class_="k-findings"))
elif total.state is State.MISSING:
    states.nothing_reported()
else:
    found = regional.ordered(look, slices)
    said_ = [*gaps.findings(found), *regional.earlier(look)]
    st.html(findings.lines(said_))
    regional_parts.chosen(look)
    regional_parts.shown(look, total, found)
    regional_parts.over_time(look)
regional_counted.counted(look)
