"""What waits for a decision, who has reported, and which quarters are settled."""

import streamlit as st

from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import desk
from kpi.web.board import coverage
from kpi.web.person import installation, language
from kpi.web.settling import settling

installation()
said = language()
st.html(desk.STYLE)
st.html(el("h1", tr(N_("Which returns wait, and who has reported?"), said), class_="k-title"))
parts = {
    "waiting": (N_("To decide"), desk.waiting),
    "board": (N_("Who has reported"), coverage),
    "settle": (N_("Locks and extensions"), settling),
}
parts[desk.part(parts, {name: tr(title, said) for name, (title, _) in parts.items()})][1]()
