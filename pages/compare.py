"""How do organisations, regions and periods compare? All indicators beside each other."""

import streamlit as st

from kpi.present import findings, matrix
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.web import columns, compared, comparing, paper, sections, states
from kpi.web.looking import view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar

looking, problems = view()
what = comparing.compared(looking, problems)
scene = Scene(installation().framework, language(), comparing.keep(what))
st.html(paper.BROAD)
st.html(el("h1", comparing.question(what), class_="k-title"))
filter_bar(looking)
comparing.picker(what)
states.begun(problems)

everything = comparing.found(what)
if not what.in_time:
    st.html(el("p", title(period(looking.window, scene.language)), class_="k-period"))
sections.provisional_note(looking)
if compared.says_something(everything):
    said = matrix.findings(scene.framework, everything, scene.language, in_time=what.across == comparing.QUARTER)
    st.html(findings.lines(said))
else:
    states.nothing_reported(one for cells in everything.cells.values() for one in cells.values())
    st.stop()
aside = compared.set_aside(what)
if aside is not None:
    st.html(el("p", aside, class_="k-note"))
for unfinished in compared.unfinished(what):
    st.html(el("p", unfinished, class_="k-note"))
seen = columns.part(everything, what.page)
compared.shown(scene, what, everything, seen)
