"""What is odd in the returns, and what was said of it: by organisation, by indicator, one by one."""

import streamlit as st

from kpi.language import tr
from kpi.present import questions as present
from kpi.present.html import el
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import following, questions, states
from kpi.web.looking import view
from kpi.web.person import installation, language, now
from kpi.web.pickers import window_bar

looking, problems = view(by_organisation=True)
framework, said = installation().framework, language()
to = questions.chosen(problems)
params = questions.keep(looking, to)
st.html(following.STYLE)
st.html(el("h1", tr(N_("What is odd in the data, and what was said of it?"), said), class_="k-title"))
st.html(
    el(
        "p",
        tr(
            N_("Questions that returns raise though they hold no error: they keep nothing out, and wait for a word."),
            said,
        ),
        class_="k-note",
    )
)
window_bar(looking)
questions.pickers(to)
states.begun(problems)

everything = questions.found_in(looking.window)
found = questions.narrowed(everything, to)
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
st.html(el("p", present.summary(found, said), class_="k-findings"))
if found.odd:
    names = {one.code: one for one in now().organisations}
    st.html(present.where_open(framework, found, names, params, said))
questions.listed(found)
questions.dialog()
