"""What the figures mean: the framework in words, made from it, and what changed between its versions."""

import streamlit as st

from kpi.language import tr
from kpi.present import about as present
from kpi.present.html import el, join
from kpi.problems import N_
from kpi.web import about, things
from kpi.web.looking import keep, view
from kpi.web.person import installation, language

looking, _ = view()
keep(looking)
framework, said = installation().framework, language()
sections = about.sections()
st.html(things.STYLE)
st.html(el("h1", tr(N_("What do the figures mean?"), said), class_="k-title"))
text = N_("This page is made from the framework itself: what stands here is what the figures are made by.")
st.html(el("p", tr(text, said), class_="k-findings"))
st.html(join(present.contents(sections, said), *(present.shown(one) for one in sections)))
