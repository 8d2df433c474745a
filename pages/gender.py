"""Whom does the programme reach, by gender? Numbers, shares against their targets, success and satisfaction."""

import streamlit as st

from kpi.language import pick, tr, whole
from kpi.present import findings, split, split_said
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import dimension, period, title
from kpi.problems import N_
from kpi.web import gendered, gendered_closely, sections, states
from kpi.web.looking import keep, view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar

looking, problems = view()
scene = Scene(installation().framework, language(), keep(looking))
framework, said = scene.framework, scene.language
name = dimension(framework, gendered.page().dimension, said)
st.html(el("h1", whole(N_("Whom do we reach, by {dimension}?"), said, dimension=name), class_="k-title"))
filter_bar(looking)
states.begun(problems)
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
sections.provisional_note(looking)

found = gendered.gathered(looking)
told = gendered.told(scene)
if any(line.split.says_something for line in found.lines):
    sentences = split_said.findings(told, found.counts, found.rates, narrowed=bool(looking.where))
    st.html(findings.lines(sentences))
else:
    states.nothing_reported(line.split.whole for line in found.lines)

gendered.of_counts(scene, found)
gendered.by_year(scene, found)
gendered.of_rates(scene, found)
if found.says_something:
    st.html(el("h2", tr(N_("One indicator closely: over time, by place, theme and kind"), said)))
    gendered_closely.closely()
if found.without:
    st.html(el("h2", whole(N_("Not collected by {dimension}"), said, dimension=name)))
    st.html(split.without(told, found.without))
help_ = framework.dimensions[told.page.dimension].help
if help_:
    st.html(el("p", pick(help_, said), class_="k-note"))
