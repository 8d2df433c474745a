"""A draft before it is handed in: looked at as a whole, explained, submitted."""

import streamlit as st

from kpi import drafts
from kpi.language import pick, quarter_name, tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import reporting, submitting, tab
from kpi.web.person import installation, language

st.html(reporting.STYLE)
st.html(el("h1", tr(N_("Check and submit"), language()), class_="k-title"))
found = reporting.chosen()
if found is not None:
    said = language()
    tab.name(tab.of_return(found.organisation.code, found.quarter), tr(N_("Check and submit"), said))
    st.html(el("p", f"{pick(found.organisation.name, said)}, {quarter_name(found.quarter, said)}", class_="k-period"))
    draft = submitting.draft_of(found)
    if draft is not None:
        looked = drafts.look(installation(), draft)
        news = st.container()
        submitting.mistakes(found, looked)
        told = submitting.remarks(found, looked)
        submitting.contents(found, looked)
        submitting.note(draft)
        submitting.changed_by_others(draft, news)
        submitting.hand_in(looked, told)
