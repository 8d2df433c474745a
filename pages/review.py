"""One return beside what was said before: read it, remark on it, decide."""

import streamlit as st

from kpi.web import deciding, desk, reviewing
from kpi.web.person import installation

installation()
st.html(desk.STYLE)
found = reviewing.asked()
deciding.way(found)
if found is not None:
    reviewing.head(found)
    reviewing.figures(found)
    reviewing.changes(found)
    reviewing.rows(found)
    deciding.remarks(found)
    deciding.decide(found)
    reviewing.history(found)
