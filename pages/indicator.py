"""One indicator: where it stands, how it got there, what it is made of, and how that was reckoned."""

import streamlit as st

from kpi import breakdowns
from kpi.language import pick, tr
from kpi.present import asking, findings, profile, sheet
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.problems import N_
from kpi.web import asked, courses, following, overview, questions, restating, sections, sources, states, tab, telling
from kpi.web.looking import view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar, indicator_picker

looking, problems = view()
framework, said = installation().framework, language()
keys = list(framework.indicators)
key = looking.indicator or keys[0]
scene = Scene(framework, said, courses.keep(looking, problems))
tab.name(f"{key} {pick(framework.indicators[key].label, said)}")
st.html(following.STYLE)
st.html(overview.STYLE)
st.html(asking.title(framework, key, said))
st.html(asking.place(scene, key))
indicator_picker(looking, keys)
filter_bar(looking)
states.begun(problems)
sections.provisional_note(looking)

found = asked.profile(looking, key)
st.html(el("p", findings.indicator(framework, found.now, said), class_="k-findings"))
st.html(
    profile.facts(
        framework, found.now, said, former=found.restated, before=found.before, preliminary=looking.provisional
    )
)
# What takes longest to find out is filled in when the figures stand there.
beside = st.container()
shares = profile.share_targets(framework, asked.share_standings(looking, key), said)
if shares is not None:
    st.html(shares)
sections.ways()

sections.head("course")
noted = following.notes(key)
sections.over_time(found, noted)
following.noted(key, noted)
restating.restated(found)
sections.like_for_like(looking, key)

sections.head("done")
telling.whether_done(following.AREA)
following.of_indicator(scene, key, looking.window.last)
following.closed(scene, [one for one in following.actions() if one.indicator == key and one.closed_at], named=False)
following.dialog()

sections.head("parts")
sections.broken_down(looking, found.now)

sections.head("computed")
sections.computed(found)

sections.head("sources")
sources.sources(looking, key)

sections.head("definition")
st.html(sheet.sheet(scene, key, breakdowns.dimensions(framework, key)))
explained = sheet.guidance(framework, breakdowns.explained(framework, key), said)
if explained is not None:
    st.html(explained)
st.html(el("h3", tr(N_("Changed targets and baselines"), said)))
following.changed(scene, framework, [key], named=False)
with beside:
    questions.beside_figure(looking, key)
