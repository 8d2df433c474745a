"""What is due when, how far it is, and what to do next."""

import streamlit as st

from kpi.language import pick, tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import due, reporting
from kpi.web.person import language

st.html(reporting.STYLE)
st.html(el("h1", tr(N_("What is due"), language()), class_="k-title"))
found, said = reporting.chosen(), language()
if found is not None:
    guide = el("a", tr(N_("How to report"), said), href=f"guide?lang={said}#reporter", target="_self")
    st.html(el("p", pick(found.organisation.name, said), " · ", guide, class_="k-period"))
    reporting.organisation_picker(found)
    due.cards(found)
