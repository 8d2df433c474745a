"""Filled-in workbooks come in: each is told of, and kept where the person says so."""

import streamlit as st

from kpi.language import tr
from kpi.present.html import el
from kpi.problems import N_
from kpi.web import reporting, uploading
from kpi.web.person import language

st.html(reporting.STYLE)
st.html(el("h1", tr(N_("Upload"), language()), class_="k-title"))
text = N_("Nothing is stored before you say so. First you see what was found, and what has to be corrected.")
st.html(el("p", tr(text, language()), class_="k-period"))
for file_id, found in uploading.read_all(uploading.uploader()).items():
    uploading.report(file_id, found)
