"""Who may sign in, who reports, and who is asked for what."""

import streamlit as st

from kpi.access import Deed
from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web.administration_organisations import asked, organisations
from kpi.web.administration_people import people
from kpi.web.person import allowed, installation, language

installation()
said = language()
st.html(el("h1", tr(N_("Administration"), said), class_="k-title"))
parts = {
    N_("People"): (people, Deed.MANAGE_PEOPLE),
    N_("Organisations"): (organisations, Deed.LIST_ORGANISATIONS),
    N_("Who is asked for what"): (asked, Deed.LIST_ORGANISATIONS),
}
open_to = {title: show for title, (show, deed) in parts.items() if allowed(deed)}
if open_to:
    chosen = st.segmented_control(
        tr(N_("Part"), said),
        list(open_to),
        default=next(iter(open_to)),
        format_func=lambda title: tr(title, said),
        key="administration.part",
        label_visibility="collapsed",
        required=True,
    )
    open_to[chosen]()
