"""The main script: what stands around every page. It decides which pages there are, and for whom."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import NOBODY, Person
from kpi.language import tr
from kpi.present.cards import sample_banner
from kpi.present.foot import foot
from kpi.present.html import Html, el, join
from kpi.problems import N_
from kpi.web import covering, paper, states, tab
from kpi.web.opened import Opened, opened
from kpi.web.pages import needs_no_data, pages
from kpi.web.person import is_demonstration, language, now, signed_out, who
from kpi.web.pickers import language_picker
from kpi.web.standing import role_picker, whoever

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

STYLE, ICON = Path(__file__).with_name("looks.css"), Path(__file__).with_name("icon.svg")


def run() -> None:
    """Show the page that was asked for, or why there is none."""
    looks, found = who(afresh=True), opened()
    said = language()
    st.html(STYLE)
    st.html(paper.STYLE)
    covering.style(said)
    page = st.navigation(pages(looks, said), position="top")
    st.set_page_config(page_icon=ICON, layout="wide")
    tab.name(page.title)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="head"):
        declared = Html(f"<script>document.documentElement.lang = {json.dumps(said)};{paper.SCRIPT}</script>")
        st.html(
            join(el("p", tab.programme(), class_="k-programme"), declared),
            width="content",
            unsafe_allow_javascript=True,
        )
        if looks is not NOBODY:
            whoever(looks, said)
        language_picker()
    body = st.container()
    if found.installation is not None:  # before the body, which may end early
        guide = el("a", tr(N_("Guide"), said), href=f"guide?lang={said}", target="_self")
        st.html(foot(found.installation.framework, said, *([guide] if looks is not NOBODY else ())))
    with body:
        _body(page, looks, found, said)


def _body(page: "StreamlitPage", looks: Person, found: Opened, said: str) -> None:
    if found.problems:
        states.framework_faulty(found.problems)
    elif found.fault:
        states.unusable(found.fault)
    elif looks is NOBODY:
        signed_out()
    elif not (there := now(afresh=True)).organisations and not needs_no_data(page):
        states.nobody_reports()
    else:
        if there.is_sample:
            st.html(sample_banner(said))
        if is_demonstration():
            role_picker(looks, said)
        page.run()


if __name__ == "__main__":  # what starts a process of its own may load this file once more
    run()
