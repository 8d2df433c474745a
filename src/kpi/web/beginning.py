"""The overview before the first return is approved: what is ready, what comes next, no wall of noughts."""

from urllib.parse import urlencode

import streamlit as st

from kpi import review
from kpi.access import Deed
from kpi.language import day, quarter_name, tr, whole
from kpi.present.html import Html, el
from kpi.present.scene import Scene
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.web import asked, states
from kpi.web.opened import today
from kpi.web.person import allowed, installation, now


def shown(scene: Scene) -> None:
    """Say that figures are still to come, what is ready and, to whoever reviews returns, how many wait."""
    said, framework = scene.language, scene.framework
    states.nothing_reported()
    quarter = max(Quarter.of(today()), framework.programme.starts)
    due = whole(N_("by {day}"), said, day=day(quarter.due(framework.rules.due_days), said))
    facts = [
        (tr(N_("Organisations on the list"), said), str(len(now().organisations))),
        (whole(N_("Returns for {quarter}"), said, quarter=quarter_name(quarter, said)), due),
        (_link(scene, "indicators", N_("Indicators that are followed")), str(len(framework.indicators))),
    ]
    if allowed(Deed.REVIEW):
        facts.append((_link(scene, "returns", N_("Returns to approve")), str(_waiting())))
    st.html(el("dl", *(el("div", el("dt", name), el("dd", fact)) for name, fact in facts), class_="k-facts"))


def _waiting() -> int:
    here, day_ = installation(), today()
    days = asked.kept("queue", provisional=False, answer=lambda: [one.days for one in review.queue(here, today=day_)])
    return len(days)


def _link(scene: Scene, page: str, text: str) -> Html:
    return el("a", tr(text, scene.language), href=f"{page}?{urlencode(scene.params)}", target="_self")
