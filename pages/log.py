"""Who did what to what, and when."""

import streamlit as st

from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web.log import log
from kpi.web.person import installation, language

installation()
st.html(el("h1", tr(N_("Who did what, and when?"), language()), class_="k-title"))
log()
