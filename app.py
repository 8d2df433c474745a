"""The dashboard as an ASGI application: ``streamlit run app.py``, or `kpi serve`."""

from pathlib import Path

import streamlit as st

from kpi.web import faults
from kpi.web.door import middleware, routes

app = st.App(
    Path(__file__).resolve().parent / "src/kpi/web/shell.py",
    routes=routes(),
    middleware=middleware(),
    on_script_error=faults.shown,
    exception_handlers={Exception: faults.unexpected},
)
