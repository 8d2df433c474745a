"""Which of an indicator's figures were changed after they had been settled."""

import streamlit as st

from kpi.language import tr
from kpi.locks import StoredLock, list_locks
from kpi.present.html import el
from kpi.present.restated import restatements
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.web import asked
from kpi.web.person import installation, language


def restated(found: asked.Profile) -> None:
    """List the windows whose figures are others than when they were locked, with what they were and why."""
    if not found.restatements:
        return
    said = language()
    locks: dict[Quarter, list[StoredLock]] = {}
    for one in list_locks(installation()):
        locks.setdefault(one.quarter, []).append(one)
    st.html(el("h3", tr(N_("Restated after being locked"), said)))
    st.html(restatements(installation().framework, found.restatements, locks, said))
