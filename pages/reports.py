"""A report of a window, for the core team or for funders: chosen, made while one watches, taken away as a file."""

import streamlit as st

from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import editions, making
from kpi.web.person import language

said = language()
st.html(el("h1", tr(N_("Which report do you need?"), said), class_="k-title"))
told = N_(
    "Where the indicators stand, each on its page with its course and its breakdowns, by gender, funding and region, "
    "stories, what is done, and how good the data are. The figures are those of these pages."
)
st.html(el("p", tr(told, said), class_="k-findings"))
chosen = making.choices()
if chosen is not None:
    making.offer(*chosen)
    editions.publishing(chosen[0])
st.html(el("h2", tr(N_("Published reports"), said)))
editions.listing()
