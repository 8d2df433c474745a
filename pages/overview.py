"""Is the programme on track? The headline figures, and the indicators by level."""

import streamlit as st

from kpi.language import tr
from kpi.measure.model import State
from kpi.present import findings
from kpi.present.cards import cards
from kpi.present.html import el
from kpi.present.levels import level_table
from kpi.present.scene import Scene
from kpi.present.sheet import assumptions
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import asked, following, sections, states
from kpi.web.looking import keep, view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar

looking, problems = view()
scene = Scene(installation().framework, language(), keep(looking))
st.html(el("h1", tr(N_("Is the programme on track?"), scene.language), class_="k-title"))
filter_bar(looking)
states.not_known(problems)
shown = asked.shown(looking)

st.html(el("p", title(period(looking.window, scene.language)), class_="k-period"))
sections.provisional_note(looking)
if any(one.now.state is State.VALUE for one in shown.values()):
    st.html(el("p", " ".join(findings.overview(scene.framework, shown, scene.language)), class_="k-findings"))
else:
    states.nothing_reported()

st.html(el("h2", tr(N_("Headline figures"), scene.language)))
st.html(cards(scene, shown))
following.overview_section(scene)
st.html(el("h2", tr(N_("Indicators by level"), scene.language)))
aims = asked.aims(list(shown), looking.window.last)
for level in scene.framework.levels:
    table = level_table(scene, level, shown, aims)
    if table is not None:
        st.html(table)
st.html(assumptions(scene.framework, scene.language))
