"""What is given to everybody as open data, what it means, and the files."""

import streamlit as st

from kpi.figures import published_windows
from kpi.language import tr
from kpi.open_data.dataset import promised
from kpi.open_data.files import formats
from kpi.open_data.tables import tables
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import offering
from kpi.web.opened import moment, today
from kpi.web.person import installation, language

opened, said = installation(), language()
framework, windows = opened.framework, published_windows(opened.framework, today())
st.html(el("h1", tr(N_("Which figures are open to everybody, and in which form?"), said), class_="k-title"))
st.html(offering.summary(framework, windows, today(), said))
if windows:
    st.html(el("h2", tr(N_("Files"), said)))
    address = "download/open_data/{format}?lang={language}"
    st.html(offering.files_table(framework, formats(framework), address, said))
    note = N_("A file is made when you ask for it; the first one after a change of the data takes some seconds.")
    st.html(el("p", tr(note, said), class_="k-note"))
st.html(el("h2", tr(N_("How to read it"), said)))
st.html(offering.guide(framework, said))
st.html(el("h2", tr(N_("What is in the tables"), said)))
st.html(offering.contents(tables(promised(opened, today=today(), at=moment()), said), said))
