"""What is done about indicators that are off track or at risk: why, what, by whom, until when."""

from dataclasses import replace

import streamlit as st

from kpi.language import tr, whole
from kpi.measure.model import Status
from kpi.present import following as present
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import asked, following, states, telling
from kpi.web.looking import keep, view
from kpi.web.opened import today
from kpi.web.person import installation, language
from kpi.web.pickers import window_bar

looking, problems = view()
framework, said = installation().framework, language()
scene = Scene(framework, said, keep(looking))
st.html(following.STYLE)
st.html(el("h1", tr(N_("What is done about what lags behind?"), said), class_="k-title"))
window_bar(looking)
states.begun(problems)
telling.whether_done(following.AREA)

# Targets hold for the whole programme, so the verdicts are those of what is not filtered.
shown = asked.shown(replace(looking, where={}))
verdicts = {key: one.now for key, one in shown.items()}
behind = [
    key
    for status in (Status.OFF_TRACK, Status.AT_RISK)
    for key, found in verdicts.items()
    if found.standing.status is status
]
every = following.actions()
open_ = [one for one in every if one.closed_at is None]
without = [key for key in behind if all(one.indicator != key for one in open_)]
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
st.html(
    el(
        "p",
        whole(
            N_("Off track or at risk, supporting indicators included: {behind}. Nothing is planned for: {without}."),
            said,
            behind=len(behind),
            without=len(without),
        ),
        " ",
        present.counted(open_, today(), said) if open_ else "",
        class_="k-findings",
    )
)

st.html(el("h2", tr(N_("Open actions"), said)))
following.open_ones(scene, open_, named=True)
following.plan([*behind, *(key for key in framework.indicators if key not in behind)], looking.window.last)

st.html(el("h2", tr(N_("Off track or at risk"), said)))
if behind:
    planned = present.by_indicator(open_)
    st.html(present.behind_table(scene, [verdicts[key] for key in behind], planned, today()))
else:
    st.html(el("p", tr(N_("No indicator is off track or at risk in this period."), said), class_="k-note"))

done = [one for one in every if one.closed_at is not None]
if done:
    st.html(el("h2", tr(N_("Closed actions"), said)))
    following.closed(scene, done)

st.html(el("h2", tr(N_("Changed targets and baselines"), said)))
following.changed(scene, framework, list(framework.indicators), named=True)
following.dialog()
