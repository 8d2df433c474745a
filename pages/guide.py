"""How the work is done: the guide of the reader's role; of wider roles, those of the others, too."""

import streamlit as st

from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import guides, overview
from kpi.web.looking import keep, view
from kpi.web.person import installation, language

looking, _ = view()
keep(looking)
said, names = language(), guides.of(installation().who.role)
texts = {name: guides.read(name, said) for name in names}
st.html(overview.STYLE)
st.html(el("h1", tr(N_("Guide"), said), class_="k-title"))
if len(names) > 1:
    links = (el("a", title, href=f"#{name}") for name, (title, _) in texts.items())
    st.html(el("nav", *links, class_="k-ways", aria_label=tr(N_("On this page"), said)))
for name, (title, text) in texts.items():
    st.html(el("h2", title, id=name))
    with st.container(key=f"guide.{name}"):
        st.markdown(text)
