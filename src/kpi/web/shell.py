"""The main script: what stands around every page. It decides which pages there are, and for whom."""

from pathlib import Path

import streamlit as st

from kpi.language import pick, tr
from kpi.present.cards import sample_banner
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import states
from kpi.web.opened import now, opened
from kpi.web.person import language
from kpi.web.pickers import language_picker

PAGES = Path(__file__).resolve().parents[3] / "pages"
STYLE, ICON = Path(__file__).with_name("looks.css"), Path(__file__).with_name("icon.svg")


def run() -> None:
    """Show the page that was asked for, or why there is none."""
    said = language()
    found = opened()
    name = pick(found.installation.framework.programme.name, said) if found.installation else "KPI"
    st.set_page_config(page_title=name, page_icon=ICON, layout="wide")
    st.html(STYLE)
    page = st.navigation(
        [
            st.Page(PAGES / "overview.py", title=tr(N_("Overview"), said), url_path="overview", default=True),
            st.Page(PAGES / "indicator.py", title=tr(N_("Indicator"), said), url_path="indicator"),
        ],
        position="top",
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="head"):
        st.html(el("p", name, class_="k-programme"), width="content")
        language_picker()
    if found.problems:
        states.framework_faulty(found.problems)
    elif found.fault:
        states.unusable(found.fault)
    elif not (there := now(afresh=True)).organisations:
        states.nobody_reports()
    else:
        if there.is_sample:
            st.html(sample_banner(said))
        page.run()


run()
