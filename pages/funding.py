"""How much funding was attracted, and from whom? By source and capital, against the plan and the own support."""

import streamlit as st

from kpi.language import tr
from kpi.present import capital_said, findings
from kpi.present.html import el
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import funds, funds_course, funds_listed, funds_parted, sections, states
from kpi.web.looking import view
from kpi.web.person import language
from kpi.web.pickers import filter_bar

looking, problems = view()
said, on = language(), funds.page()
funds_listed.keep(looking, funds_listed.chosen(problems))
st.html(el("h1", tr(N_("How much funding was attracted, and from whom?"), said), class_="k-title"))
filter_bar(looking)
states.begun(problems)
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
sections.provisional_note(looking)

found = funds.gathered(looking)
within = funds.money(found, looking)
head = funds.head(found, within)
sentences = capital_said.findings(within, head)
if sentences:
    st.html(findings.lines(sentences))
    st.html(capital_said.facts(within, on, head))
else:
    states.nothing_reported([found.now])
    if funds.is_empty(found):
        st.stop()

st.html(el("h2", tr(N_("Where the money comes from"), said)))
funds_parted.by_source(found, within)
st.html(el("h2", tr(N_("Over time, and against the plan"), said)))
funds_course.over_time(looking, found, within)
st.html(el("h2", tr(N_("By year, and for each euro of own support"), said)))
funds_course.by_year(found)
st.html(el("h2", tr(N_("What it is for, and where"), said)))
funds_parted.what_for(looking, found, within)
if on.received is not None:
    st.html(el("h2", tr(N_("Contracted, and received of it"), said)))
    funds_course.contracted_and_received(looking, found, within)
if on.used is not None:
    st.html(el("h2", tr(N_("Resources used, apart"), said)))
    funds_parted.used(looking, found, within)
st.html(el("h2", tr(N_("From whom, amount by amount"), said)))
if funds_listed.may_be_seen():
    funds_listed.one_by_one()
else:
    text = N_(
        "Single amounts and the names of those who gave them are open to the core team and to whoever reported them; "
        "above they are by source."
    )
    st.html(el("p", tr(text, said), class_="k-note"))
