"""Type a return into the web: form by form, every cell kept as soon as it is left."""

import streamlit as st

from kpi.language import pick, quarter_name, tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import form, reporting, tab
from kpi.web.person import language

said = language()
found = reporting.chosen()
if found is None:
    st.html(el("h1", tr(N_("Web form"), said), class_="k-title"))
else:
    tab.name(tab.of_return(found.organisation.code, found.quarter), tr(N_("Fill in on the web"), said))
    quarter = quarter_name(found.quarter, said)
    st.html(el("h1", tr(N_("The return for {quarter}"), said, quarter=quarter), class_="k-title"))
    st.html(el("p", pick(found.organisation.name, said), class_="k-period"))
    reporting.picker(found)
    form.show(found)
