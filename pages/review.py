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
    looked_at = st.container()
    reviewing.changes(found)
    reviewing.rows(found)
    deciding.remarks(found)
    deciding.decide(found)
    reviewing.history(found)
    with looked_at:  # last: after a change of many returns, looking for what is odd takes some seconds
        reviewing.figures(found)
