"""What the browser's tab is called: what is looked at, then whose page it is."""

import streamlit as st

from kpi.language import pick, quarter_short
from kpi.quarter import Quarter
from kpi.web.opened import opened
from kpi.web.person import language


def programme() -> str:
    """Name the programme."""
    found = opened().installation
    return pick(found.framework.programme.name, language()) if found else "KPI"


def name(*what: str) -> None:
    """Name the tab; a page that shows one of many things does so after the shell, and its name stays."""
    st.set_page_config(page_title=" · ".join([*what, programme()]))


def of_return(organisation: str, quarter: Quarter) -> str:
    """Name a return as briefly as a tab has room for; `organisation` is a code."""
    return f"{organisation}, {quarter_short(quarter, language())}"
