"""One indicator: where it stands, how it got there, what it is made of, and how that was reckoned."""

import streamlit as st

from kpi import breakdowns
from kpi.language import pick, tr
from kpi.present import findings, profile, sheet
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.problems import N_
from kpi.web import asked, sections, states
from kpi.web.looking import keep, view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar, indicator_picker

looking, problems = view()
framework, said = installation().framework, language()
keys = list(framework.indicators)
key = looking.indicator or keys[0]
scene = Scene(framework, said, keep(looking))
indicator_picker(looking, keys)
filter_bar(looking)
states.not_known(problems)
sections.provisional_note(looking)

found = asked.profile(looking, key)
st.html(el("h1", el("span", key, class_="k-key"), pick(framework.indicators[key].label, said), class_="k-title"))
st.html(el("p", findings.indicator(framework, found.now, said), class_="k-findings"))
st.html(profile.facts(framework, found.now, said))
shares = profile.share_targets(framework, asked.share_standings(looking, key), said)
if shares is not None:
    st.html(shares)

st.html(el("h2", tr(N_("Over time"), said)))
sections.over_time(found)
sections.like_for_like(looking, key)

st.html(el("h2", tr(N_("Broken down"), said)))
sections.broken_down(key, found)

st.html(el("h2", tr(N_("How this is computed"), said)))
sections.computed(found)

st.html(el("h2", tr(N_("Where it comes from"), said)))
sections.sources(looking, key)

st.html(el("h2", tr(N_("Definition"), said)))
st.html(sheet.sheet(framework, key, breakdowns.dimensions(framework, key), said))
explained = sheet.guidance(framework, breakdowns.explained(framework, key), said)
if explained is not None:
    st.html(explained)
