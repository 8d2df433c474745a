"""Is the programme on track? What matters first thing in the morning, each with the way to more."""

import streamlit as st

from kpi.language import tr
from kpi.measure.model import State
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.sheet import assumed
from kpi.problems import N_
from kpi.web import asked, beginning, following, overview, sections, states
from kpi.web.looking import keep, view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar

looking, problems = view()
scene = Scene(installation().framework, language(), keep(looking))
st.html(overview.STYLE)
st.html(el("h1", tr(N_("Is the programme on track?"), scene.language), class_="k-title"))
filter_bar(looking)
states.begun(problems)

shown = asked.shown(looking)
has_value = any(one.now.state is State.VALUE for one in shown.values())
if not has_value and not states.anything():
    beginning.shown(scene)
    st.stop()

overview.period_in_sight(scene, looking)
sections.provisional_note(looking)
if has_value:
    overview.findings_of(scene, looking, shown, *overview.besides(scene, looking, shown))
else:
    states.nothing_reported(one.now for one in shown.values())
# What takes longest to find out is filled in when the figures stand there.
waiting = st.container()

there = any(one.now.state is not State.MISSING for one in shown.values())
if there:
    overview.headlines(scene, shown)
    overview.standings(scene, shown)
    overview.changed(scene, shown)
overview.complete(scene, looking)
following.overview_section(scene)
if there:
    overview.by_level(scene, shown)
overview.every(scene)
st.html(el("p", assumed(scene.framework, scene.language), class_="k-note"))
with waiting:
    overview.decisions(scene, looking)
